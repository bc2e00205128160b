package dev.fathom.http;

import static dev.fathom.testing.Api.item;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.NeedsBroker;
import dev.fathom.testing.WithKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@FathomTest
class GroupListTest extends WithKafka {

    private static final String GROUPS = "/api/v1/clusters/local/groups";

    private final Api api = Api.underTest();

    private JsonNode list(String query) {
        return api.get(GROUPS + "?fresh=true" + query).ok();
    }

    @NeedsBroker("4.2")
    @Test
    void showsGroupsOfEveryTypeWithTheirLag() {
        await().untilAsserted(
                        () -> assertThat(list("&search=workers").get("items")).hasSize(1));
        JsonNode list = list("&include=lag&limit=1000");

        JsonNode invoices = item(list, "id", "invoices");
        assertThat(invoices.get("type").asText()).isEqualTo("classic");
        assertThat(invoices.get("state").asText()).isEqualTo("empty");
        assertThat(invoices.get("simple").asBoolean()).isTrue();
        assertThat(invoices.get("members").asInt()).isZero();
        assertThat(invoices.at("/lag/total").asLong()).isEqualTo(43);
        assertThat(invoices.at("/lag/max/partition").asInt()).isEqualTo(2);
        assertThat(invoices.at("/lag/max/lag").asLong()).isEqualTo(28);
        assertThat(invoices.at("/lag/partitionsBehind").asInt()).isEqualTo(2);
        assertThat(invoices.get("self").asText()).isEqualTo(GROUPS + "/invoices");

        JsonNode audit = item(list, "id", "audit-archive");
        assertThat(audit.at("/lag/total").asLong()).isEqualTo(80);
        assertThat(audit.at("/lag/effectiveTotal").asLong()).isEqualTo(40);

        JsonNode workers = item(list, "id", "workers");
        assertThat(workers.get("type").asText()).isEqualTo("share");
        assertThat(workers.at("/lag/lagUpperBound").asLong()).isBetween(0L, 30L);
        assertThat(workers.at("/lag/total").asLong())
                .isBetween(0L, workers.at("/lag/lagUpperBound").asLong());
    }

    @Test
    void leavesTheServicesOwnGroupsOutUnlessAskedFor() {
        String own = "__fathom_" + unique("test");
        String topic = kafka.topic(1);
        kafka.commit(own, Map.of(new TopicPartition(topic, 0), 0L));
        String onTopic = "&limit=1000&topic=" + topic;
        await().untilAsserted(() -> assertThat(list(onTopic + "&internal=true").findValuesAsText("id"))
                .containsExactly(own));

        assertThat(list(onTopic).get("items")).isEmpty();
        assertThat(list(onTopic).at("/page/total").asInt()).isZero();
        assertThat(list("&limit=1000").findValuesAsText("id"))
                .contains("invoices")
                .noneMatch(id -> id.startsWith("__fathom_"));
        assertThat(list("&limit=1000&internal=true").findValuesAsText("id")).contains("invoices", own);
        assertThat(list("&search=" + own).findValuesAsText("id"))
                .as("by its whole id")
                .containsExactly(own);
        assertThat(api.get(GROUPS + "/" + own).ok().get("owner").asText()).isEqualTo("fathom");
        String worst = "/api/v1/clusters/local/lag?top=1000&fresh=true";
        assertThat(api.get(worst).ok().findValuesAsText("id")).doesNotContain(own);
        assertThat(api.get(worst + "&internal=true").ok().findValuesAsText("id"))
                .contains(own);
    }

    @Test
    void countsUnknownLagsAndShowsTheFirstTen() {
        String topic = kafka.topic(14);
        String group = unique("beyond");
        Map<TopicPartition, Long> commits = new HashMap<>();
        for (int partition = 0; partition < 14; partition++) {
            commits.put(new TopicPartition(topic, partition), partition < 12 ? 9L : 0L);
        }
        kafka.commit(group, commits);
        await().untilAsserted(
                        () -> assertThat(list("&search=" + group).get("items")).hasSize(1));

        JsonNode lag = list("&include=lag&search=" + group).at("/items/0/lag");

        assertThat(lag.get("unknownCount").asInt()).isEqualTo(12);
        assertThat(lag.get("unknown")).hasSize(10);
        assertThat(lag.get("unknownByStatus")).singleElement().satisfies(count -> {
            assertThat(count.get("status").asText()).isEqualTo("beyond-last");
            assertThat(count.get("partitions").asInt()).isEqualTo(12);
        });
        JsonNode rows = api.get(lag.get("unknownRows").asText()).ok();
        assertThat(rows.get("items"))
                .hasSize(12)
                .allMatch(row -> row.get("lag") == null || row.get("lag").isNull());
        assertThat(rows.at("/page/total").asInt()).isEqualTo(12);
        JsonNode whole = api.get(GROUPS + "/" + group + "/lag").ok();
        assertThat(whole.get("unknown")).hasSize(12);
        assertThat(whole.at("/topics/0/unknownCount").asInt()).isEqualTo(12);
        assertThat(api.get(GROUPS + "/" + group + "/offsets?status=lost").problem())
                .isEqualTo("validation");
        assertThat(item(list("&include=lag&search=invoices"), "id", "invoices")
                        .at("/lag")
                        .has("unknownRows"))
                .isFalse();
    }

    @Test
    void leavesLagOutUnlessAskedFor() {
        assertThat(item(list("&search=invoices"), "id", "invoices").has("lag")).isFalse();
    }

    @NeedsBroker("4.2")
    @Test
    void filtersByTypeStateAndProtocol() {
        assertThat(list("&type=share").findValuesAsText("type")).isNotEmpty().containsOnly("share");
        assertThat(list("&type=consumer,share").findValuesAsText("type")).contains("share", "consumer");
        assertThat(list("&state=empty").findValuesAsText("state")).isNotEmpty().containsOnly("empty");
        assertThat(list("&protocol=share").findValuesAsText("id"))
                .contains("workers")
                .doesNotContain("invoices");
        assertThat(list("&protocol=consumer&limit=1000").findValuesAsText("id"))
                .as("groups made by a reset have no protocol and count as consumer")
                .contains("invoices", "storefront")
                .doesNotContain("workers");
    }

    @Test
    void filtersByTopicMemberSearchAndLeastLag() {
        assertThat(list("&topic=orders").findValuesAsText("id"))
                .contains("invoices")
                .doesNotContain("settlement");
        assertThat(list("&search=VOIC").findValuesAsText("id")).containsExactly("invoices");
        assertThat(list("&topic=orders&minLag=43").findValuesAsText("id")).contains("invoices");
        assertThat(list("&search=invoices&minLag=44").findValuesAsText("id")).isEmpty();
        await().untilAsserted(() ->
                assertThat(list("&member=storefront-2").findValuesAsText("id")).containsExactly("storefront"));
    }

    @Test
    void sortsByLagMembersAndState() {
        List<Long> lags = new ArrayList<>();
        list("&include=lag&sort=-lag&limit=1000").get("items").forEach(item -> {
            JsonNode lag = item.get("lag");
            JsonNode behind = lag.get("total").isNull() ? lag.path("lagUpperBound") : lag.get("total");
            lags.add(behind.isMissingNode() ? -1 : behind.asLong());
        });
        assertThat(lags).isSortedAccordingTo((a, b) -> Long.compare(b, a)).hasSizeGreaterThan(4);

        List<Integer> members = new ArrayList<>();
        list("&sort=-members&limit=1000")
                .get("items")
                .forEach(item -> members.add(item.get("members").asInt()));
        assertThat(members).isSortedAccordingTo((a, b) -> b - a);

        for (String number : List.of("members", "topics")) {
            List<Integer> fewest = new ArrayList<>();
            list("&sort=" + number + "&limit=1000")
                    .get("items")
                    .forEach(item -> fewest.add(item.get(number).asInt()));
            assertThat(fewest).isSorted().hasSizeGreaterThan(4);
        }
        assertThat(list("&sort=type&limit=1000").findValuesAsText("type")).isSorted();
        assertThat(list("&sort=state&limit=1000").findValuesAsText("state")).isSorted();
        assertThat(list("&limit=1000").findValuesAsText("id")).isSorted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name",
                "-lag",
                "lag",
                "-effectiveLag",
                "state",
                "type",
                "-members",
                "members",
                "-topics",
                "topics"
            })
    void pagesThroughTheWholeListInEveryOrder(String sort) {
        String prefix = unique("paged");
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        for (int i = 0; i < 7; i++) {
            kafka.commit(prefix + "-" + i, Map.of(new TopicPartition(topic, 0), (long) i % 3));
        }
        String query = "&sort=" + sort + "&search=" + prefix;
        List<String> all = list(query).findValuesAsText("id");

        List<String> seen = new ArrayList<>();
        Api.Answer page = api.get(GROUPS + "?fresh=true&limit=3" + query);
        seen.addAll(page.ok().findValuesAsText("id"));
        while (page.header("Link").isPresent()) {
            String link = page.header("Link").get();
            assertThat(link).endsWith(">; rel=\"next\"");
            String next = link.substring(link.indexOf("/api/"), link.indexOf('>'));
            assertThat(next).contains("cursor=" + page.json().at("/page/next").asText());
            page = api.get(next);
            seen.addAll(page.ok().findValuesAsText("id"));
        }

        assertThat(seen).isEqualTo(all).hasSize(7);
        assertThat(page.json().at("/page/total").asInt()).isEqualTo(7);
        assertThat(page.json().get("page").has("next")).isFalse();
    }

    @Test
    void ranksByHowLongTheFirstUnreadRecordHasBeenThere() {
        String prefix = unique("waiting");
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);
        Map<String, Long> commits = Map.of(prefix + "-done", 20L, prefix + "-late", 10L, prefix + "-latest", 0L);
        kafka.commit(prefix + "-latest", Map.of(new TopicPartition(topic, 0), 0L));
        String sampled = "&include=lag&search=" + prefix;
        await().atMost(Duration.ofSeconds(30))
                .until(() -> list(sampled).at("/items/0/timeLag/value").isTextual());
        kafka.produce(topic, 0, 10);
        commits.forEach((group, offset) -> kafka.commit(group, Map.of(new TopicPartition(topic, 0), offset)));
        List<String> order = List.of(prefix + "-latest", prefix + "-late", prefix + "-done");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode items = list(sampled + "&sort=-timeLag").get("items");
            assertThat(items.findValuesAsText("id")).as(items::toString).isEqualTo(order);
            assertThat(items.at("/2/timeLag/value").asText()).isEqualTo("PT0S");
            assertThat(items.at("/1/timeLag/complete").asBoolean()).isTrue();
        });
        List<String> paged = new ArrayList<>();
        String next = GROUPS + "?limit=1&sort=-timeLag&search=" + prefix;
        for (int i = 0; i < 3; i++) {
            Api.Answer page = api.get(next);
            paged.addAll(page.ok().findValuesAsText("id"));
            assertThat(page.json().at("/items/0").has("timeLag")).isFalse();
            String link = page.header("Link").orElse("</api/>");
            next = link.substring(link.indexOf("/api/"), link.indexOf('>'));
        }
        assertThat(paged).isEqualTo(order);
        assertThat(list(sampled + "&sort=timeLag").findValuesAsText("id"))
                .containsExactly(prefix + "-done", prefix + "-late", prefix + "-latest");
        assertThat(api.get("/api/v1/clusters/local/lag?top=1000&sort=-timeLag")
                        .ok()
                        .findValuesAsText("id"))
                .containsSubsequence(order);
    }

    @Test
    void refusesACursorOfAnotherOrder() {
        String cursor = list("&limit=1").at("/page/next").asText();

        Api.Answer answer = api.get(GROUPS + "?sort=-lag&cursor=" + cursor);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/parameter").asText()).isEqualTo("cursor");
    }

    @NeedsBroker("4.0")
    @Test
    void showsGroupsOnATopicWithTheirLagThere() {
        String topic = kafka.topic(2);
        String other = kafka.topic(1);
        kafka.produce(topic, 0, 5);
        kafka.produce(other, 0, 50);
        String group = unique("on-topic");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 2L, new TopicPartition(other, 0), 0L));
        String live = unique("live-on-topic");
        try (LiveGroup member = kafka.join(live, List.of(topic), Map.of("group.protocol", "consumer"))) {
            member.awaitAssigned();

            await().untilAsserted(() -> {
                JsonNode list = api.get("/api/v1/clusters/local/topics/" + topic + "/groups?fresh=true")
                        .ok();
                assertThat(list.findValuesAsText("id")).containsExactly(live, group);
                assertThat(item(list, "id", group).at("/lag/total").asLong()).isEqualTo(3);
                assertThat(item(list, "id", live).get("members").asInt()).isEqualTo(1);
            });
        }
    }

    @Test
    void showsTheWorstGroupsFirst() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 5000);
        String worst = unique("worst");
        kafka.commit(worst, Map.of(new TopicPartition(topic, 0), 0L));

        JsonNode list = api.get("/api/v1/clusters/local/lag?top=2&fresh=true").ok();

        assertThat(list.get("items")).hasSize(2);
        assertThat(list.at("/items/0/id").asText()).isEqualTo(worst);
        assertThat(list.at("/items/0/lag/total").asLong()).isEqualTo(5000);
        kafka.admin().deleteConsumerGroups(List.of(worst));
    }

    @Test
    void ranksByWhatCanBeReadUnlessToldOtherwise() {
        String trimmed = kafka.topic(1);
        String whole = kafka.topic(1);
        kafka.produce(trimmed, 0, 300);
        kafka.produce(whole, 0, 200);
        String gone = unique("gone");
        String behind = unique("behind");
        kafka.commit(gone, Map.of(new TopicPartition(trimmed, 0), 0L));
        kafka.commit(behind, Map.of(new TopicPartition(whole, 0), 0L));
        kafka.trim(trimmed, 0, 299);

        List<String> ranked =
                api.get("/api/v1/clusters/local/lag?top=1000&fresh=true").ok().findValuesAsText("id");
        List<String> total =
                api.get("/api/v1/clusters/local/lag?top=1000&sort=-lag").ok().findValuesAsText("id");

        assertThat(ranked.indexOf(behind)).isLessThan(ranked.indexOf(gone));
        assertThat(total.indexOf(gone)).isLessThan(total.indexOf(behind));
        assertThat(list("&sort=-effectiveLag&limit=1000").findValuesAsText("id"))
                .isEqualTo(ranked);
        assertThat(api.get("/api/v1/clusters/local/lag?sort=name").problem()).isEqualTo("validation");
        kafka.admin().deleteConsumerGroups(List.of(gone, behind));
    }

    @Test
    void answersForManyGroupsInOneCall() {
        JsonNode list = api.post(
                        "/api/v1/clusters/local/lag/query", "{\"groups\":[\"invoices\",\"no-such\",\"audit-archive\"]}")
                .ok();

        assertThat(list.get("items").findValuesAsText("id")).containsExactly("audit-archive", "invoices");
        assertThat(item(list, "id", "invoices").at("/lag/total").asLong()).isEqualTo(43);
        assertThat(list.at("/problems/0/id").asText()).isEqualTo("no-such");
        assertThat(list.at("/problems/0/status").asInt()).isEqualTo(404);
    }

    @Test
    void writesTheListAsCsvUnpaged() {
        Api.Answer answer = api.get(GROUPS + "?include=lag&limit=1&search=i&type=classic", "Accept", "text/csv");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).hasValue("text/csv;charset=UTF-8");
        assertThat(answer.text().lines().findFirst().orElseThrow()).startsWith("id,type,state,protocol,simple");
        assertThat(answer.text()).contains("\ninvoices,classic,empty,,true,0,1,43,43,,28,orders,2,2,0,true\n");
        assertThat(answer.text().lines().count()).isGreaterThan(2);
    }
}
