package dev.fathom.http.page;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.WithKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The overview of a cluster with more groups than are measured before the first are shown. */
@FathomTest
class OverviewPageTest extends WithKafka {

    private static final int GROUPS = 101;
    private static final Pattern LINK = Pattern.compile("<th scope=\"row\"><a href=\"[^\"]*\">([^<]*)</a>");

    private final Api api = Api.underTest();
    private final String prefix = unique("many");
    private final List<String> groups = IntStream.range(0, GROUPS)
            .mapToObj(i -> "%s-%03d".formatted(prefix, i))
            .toList();

    @BeforeEach
    void commit() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, GROUPS);
        List<KafkaFuture<Void>> committed = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            // The later its name, the more it is behind.
            OffsetAndMetadata at = new OffsetAndMetadata(GROUPS - group);
            committed.add(kafka.admin()
                    .alterConsumerGroupOffsets(groups.get(group), Map.of(new TopicPartition(topic, 0), at))
                    .all());
        }
        committed.forEach(Kafka::get);
    }

    @AfterEach
    void delete() {
        Kafka.get(kafka.admin().deleteConsumerGroups(groups).all());
    }

    private String page(String query, String... headers) {
        List<String> all = new ArrayList<>(List.of("Accept", "text/html"));
        all.addAll(List.of(headers));
        Api.Answer answer = api.get("/ui/clusters/local?search=" + prefix + query, all.toArray(String[]::new));
        assertThat(answer.status()).isEqualTo(200);
        return answer.text();
    }

    private static List<String> rows(String page) {
        List<String> rows = new ArrayList<>();
        for (Matcher link = LINK.matcher(page); link.find(); ) {
            rows.add(link.group(1));
        }
        return rows;
    }

    @Test
    void isAskedForAgainWhereTheClusterDoesNotAnswerForNow() {
        Api.Answer down = api.get("/ui/clusters/down", "Accept", "text/html");

        assertThat(down.status()).isEqualTo(503);
        assertThat(down.header("Refresh")).contains("5");
        assertThat(down.text()).contains("asked for again every few seconds");
        Api.Answer unknown = api.get("/ui/clusters/prod", "Accept", "text/html");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.header("Refresh")).isEmpty();
        assertThat(unknown.text()).doesNotContain("asked for again");
    }

    @Test
    void showsTheFirstByNameUntilTheWorstAreKnown() {
        // Unless all were measured for somebody else a moment ago.
        await().untilAsserted(() -> {
            String first = page("");
            assertThat(first).contains("hx-trigger=\"load, refresh\"").contains("sort=-effectiveLag");
            assertThat(rows(first)).isEqualTo(groups.subList(0, OverviewPage.ROWS));
            assertThat(first).doesNotContain("rel=\"next\"");
        });

        String then = page("", "HX-Request", "true");

        assertThat(then).contains("hx-trigger=\"refresh\"").contains("rel=\"next\"");
        assertThat(rows(then)).hasSize(OverviewPage.ROWS).startsWith(groups.get(100), groups.get(99));
    }

    @Test
    void ranksAtOnceWhereAnOrderOrALagIsAskedFor() {
        // A list may be shared that is older than the groups, for a second.
        await().untilAsserted(() ->
                assertThat(rows(page("&sort=-effectiveLag"))).startsWith(groups.get(100), groups.get(99)));
        await().untilAsserted(
                        () -> assertThat(rows(page("&minLag=99"))).containsExactly(groups.get(100), groups.get(99)));
    }
}
