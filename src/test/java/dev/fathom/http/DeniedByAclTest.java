package dev.fathom.http;

import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the service answers where Kafka's ACLs let it see only a part. */
@FathomTest
class DeniedByAclTest {

    private static final String SASL = "/api/v1/clusters/sasl";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Api api = Api.underTest();
    private Kafka kafka;

    @BeforeEach
    void connect() {
        kafka = new Kafka(Brokers.sasl().bootstrapServers(), Brokers.saslProperties("admin", "admin-secret"));
    }

    @AfterEach
    void disconnect() {
        kafka.close();
    }

    private void allowDescribe(ResourceType type, String... names) {
        get(kafka.admin()
                .createAcls(Stream.of(names)
                        .map(name -> new AclBinding(
                                new ResourcePattern(type, name, PatternType.LITERAL),
                                new AccessControlEntry(
                                        "User:fathom", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW)))
                        .toList())
                .all());
    }

    @Test
    void aDeniedGroupIsNotListedAndNotFound() {
        String topic = kafka.topic(1);
        String seen = unique("seen");
        String hidden = unique("hidden");
        kafka.commit(seen, Map.of(new TopicPartition(topic, 0), 0L));
        kafka.commit(hidden, Map.of(new TopicPartition(topic, 0), 0L));
        allowDescribe(ResourceType.GROUP, seen);

        await().untilAsserted(() -> {
            JsonNode list = api.get(SASL + "/groups?fresh=true").ok();
            assertThat(list.findValuesAsText("id")).contains(seen).doesNotContain(hidden);
        });
        assertThat(api.get(SASL + "/groups/" + hidden).problem()).isEqualTo("group-not-found");
    }

    @Test
    void aDeniedTopicIsARowOfItsOwnAndTheOthersAreRight() {
        String allowed = kafka.topic(1);
        String denied = kafka.topic(1);
        kafka.produce(allowed, 0, 5);
        kafka.produce(denied, 0, 5);
        String group = unique("half");
        allowDescribe(ResourceType.GROUP, group);
        allowDescribe(ResourceType.TOPIC, allowed);
        try (LiveGroup member = kafka.join(group, List.of(allowed, denied), Map.of())) {
            member.awaitAssigned();

            await().untilAsserted(() -> {
                JsonNode rows = api.get(SASL + "/groups/" + group + "/offsets?fresh=true")
                        .ok();
                assertThat(row(rows, allowed, 0).get("status").asText()).isEqualTo("ok");
                assertThat(row(rows, allowed, 0).get("lag").asLong()).isZero();
                assertThat(row(rows, denied, 0).get("status").asText()).isEqualTo("kafka-not-authorized");
                assertThat(row(rows, denied, 0).get("lag").isNull()).isTrue();
            });
            JsonNode lag =
                    api.get(SASL + "/groups/" + group + "/lag?fresh=true").ok();
            assertThat(lag.get("total").asLong()).isZero();
            assertThat(lag.get("complete").asBoolean()).isFalse();
            assertThat(lag.at("/unknown/0/status").asText()).isEqualTo("kafka-not-authorized");
        }
    }

    @Test
    void totalsSayThatTopicsMayBeHiddenFromThem() {
        String topic = kafka.topic(1);
        String group = unique("incomplete");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        allowDescribe(ResourceType.GROUP, group);

        await().untilAsserted(() -> {
            JsonNode lag =
                    api.get(SASL + "/groups/" + group + "/lag?fresh=true").ok();
            assertThat(lag.get("complete").asBoolean()).isFalse();
            assertThat(lag.get("total").isNull()).as("nothing is known").isTrue();
        });
    }

    @Test
    void aDeniedTopicInThePathIs403AndNamesTheAcl() {
        String denied = kafka.topic(1);

        for (String path : new String[] {"", "/offsets", "/groups", "/partitions/0/seek?position=0"}) {
            Api.Answer answer = api.get(SASL + "/topics/" + denied + path);
            assertThat(answer.status()).as(answer.text()).isEqualTo(403);
            assertThat(answer.problem()).isEqualTo("kafka-not-authorized");
            assertThat(answer.json().get("detail").asText())
                    .contains("Describe")
                    .contains(denied);
        }
    }

    @Test
    void recordsNeedReadAndSaySo() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 1);
        allowDescribe(ResourceType.TOPIC, topic);

        await().untilAsserted(() -> {
            Api.Answer answer = api.get(SASL + "/topics/" + topic + "/partitions/0/records?position=earliest");
            assertThat(answer.problem()).isEqualTo("kafka-not-authorized");
            assertThat(answer.json().get("detail").asText()).contains("Read");
        });
    }

    private void allow(ResourceType type, String name, AclOperation... operations) {
        get(kafka.admin()
                .createAcls(Stream.of(operations)
                        .map(operation -> new AclBinding(
                                new ResourcePattern(type, name, PatternType.LITERAL),
                                new AccessControlEntry("User:fathom", "*", operation, AclPermissionType.ALLOW)))
                        .toList())
                .all());
    }

    @Test
    void oneOfThreeTopicsThatMayNotBeMovedIsNamedAndTheOthersCanBe() {
        String one = kafka.topic(1);
        String two = kafka.topic(1);
        String denied = kafka.topic(1);
        String hidden = kafka.topic(1);
        String group = unique("three");
        kafka.commit(
                group,
                Map.of(
                        new TopicPartition(one, 0),
                        0L,
                        new TopicPartition(two, 0),
                        0L,
                        new TopicPartition(denied, 0),
                        0L));
        List.of(one, two, denied).forEach(topic -> kafka.produce(topic, 0, 5));
        allow(ResourceType.GROUP, group, AclOperation.READ, AclOperation.DESCRIBE);
        List.of(one, two).forEach(topic -> allow(ResourceType.TOPIC, topic, AclOperation.READ, AclOperation.DESCRIBE));
        allow(ResourceType.TOPIC, denied, AclOperation.DESCRIBE);
        String resets = SASL + "/groups/" + group + "/resets";
        String all = "{\"dryRun\":%s,\"to\":\"latest\"}";

        await().untilAsserted(() -> {
            Api.Answer unjournaled = api.post(resets, String.format(all, true));
            assertThat(unjournaled.ok().get("blockers").findValuesAsText("reason"))
                    .contains("journal", "not-authorized");
        });
        allow(
                ResourceType.TOPIC,
                "__fathom_operations",
                AclOperation.CREATE,
                AclOperation.READ,
                AclOperation.WRITE,
                AclOperation.DESCRIBE);
        await().untilAsserted(() -> {
            JsonNode plan = api.post(resets, String.format(all, true)).ok();
            assertThat(plan.get("applicable").asBoolean()).isFalse();
            assertThat(plan.get("blockers").findValuesAsText("reason")).containsExactly("not-authorized");
            assertThat(plan.at("/blockers/0/detail").asText()).contains("Read").contains(denied);
        });
        Api.Answer refused = api.post(resets, String.format(all, false));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.problem()).isEqualTo("kafka-not-authorized");
        JsonNode withHidden = api.post(
                        resets,
                        "{\"dryRun\":true,\"to\":\"latest\",\"targets\":[{\"topic\":\"" + one + "\"},{\"topic\":\""
                                + hidden + "\"}]}")
                .ok();
        assertThat(planned(withHidden, hidden).at("/problem/status").asInt()).isEqualTo(403);
        assertThat(planned(withHidden, one).get("outcome").asText()).isEqualTo("planned");

        JsonNode done = api.post(
                        resets,
                        "{\"dryRun\":false,\"to\":\"latest\",\"targets\":[{\"topic\":\"" + one + "\"},{\"topic\":\""
                                + two + "\"}]}")
                .ok();
        assertThat(done.findValuesAsText("outcome")).containsExactly("applied", "applied");
        assertThat(api.delete(SASL + "/groups/" + group + "?dryRun=false").problem())
                .isEqualTo("kafka-not-authorized");
    }

    private Instant lookedAt(String group) {
        String at = api.get(group + "/diagnosis").ok().path("lookedAt").asText();
        return at.isEmpty() ? Instant.EPOCH : Instant.parse(at);
    }

    /** Where the brokers' log of commits may not be read, what the sampler saw before and after tells, and says so. */
    @Test
    void aMomentOfThePastIsKnownFromWhatWasSeenWhereTheLogOfCommitsMayNotBeRead() {
        String topic = kafka.topic(1);
        TopicPartition zero = new TopicPartition(topic, 0);
        kafka.produce(topic, 0, 50);
        String group = unique("looked-at");
        kafka.commit(group, Map.of(zero, 40L));
        allow(ResourceType.GROUP, group, AclOperation.READ, AclOperation.DESCRIBE);
        allow(ResourceType.TOPIC, topic, AclOperation.READ, AclOperation.DESCRIBE);
        String path = SASL + "/groups/" + group;
        await().atMost(PATIENCE).until(() -> !lookedAt(path).equals(Instant.EPOCH));
        Instant then = lookedAt(path).plusMillis(300);
        await().atMost(PATIENCE).until(() -> lookedAt(path).isAfter(then.plusSeconds(3)));
        kafka.commit(group, Map.of(zero, 3L));
        String body = "{\"dryRun\":true,\"acknowledgeInUse\":true,\"to\":\"committed-at:%s\"}";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        api.get(path + "/lag/history").ok().get("events").findValuesAsText("kind"))
                .contains("rewound"));

        JsonNode row =
                api.post(path + "/resets", String.format(body, then)).ok().at("/partitions/0");
        Api.Answer ages = api.post(path + "/resets", String.format(body, "-P1D"));

        assertThat(row.at("/to/offset").asLong()).isEqualTo(40);
        assertThat(row.at("/committedAt/source").asText()).isEqualTo("sampler");
        assertThat(row.at("/committedAt/exact").asBoolean()).isTrue();
        assertThat(row.at("/committedAt/until").asText()).isNotEmpty();
        assertThat(ages.status()).isEqualTo(422);
        assertThat(ages.json().at("/errors/0/message").asText())
                .contains("__consumer_offsets")
                .contains("remembers no look before that moment");
    }

    /** A group with a commit on a topic the service may see, and one on a topic it may not. */
    private String half(String seen, String hidden) {
        String group = unique("half-seen");
        kafka.produce(seen, 0, 5);
        kafka.produce(hidden, 0, 5);
        kafka.commit(group, Map.of(new TopicPartition(seen, 0), 2L, new TopicPartition(hidden, 0), 3L));
        allow(ResourceType.GROUP, group, AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DELETE);
        allow(ResourceType.TOPIC, seen, AclOperation.READ, AclOperation.DESCRIBE);
        return group;
    }

    private Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, commit) -> offsets.put(partition, commit.offset()));
        return offsets;
    }

    @Test
    void aGroupWithCommitsThatMayBeHiddenIsDeletedOnlyWhenThatIsAcknowledgedAndNotWhollyUndone() {
        String seen = kafka.topic(1);
        String hidden = kafka.topic(1);
        String group = half(seen, hidden);
        allow(
                ResourceType.TOPIC,
                "__fathom_operations",
                AclOperation.CREATE,
                AclOperation.READ,
                AclOperation.WRITE,
                AclOperation.DESCRIBE);
        String delete = SASL + "/groups/" + group + "?acknowledgeInUse=true&dryRun=";
        await().untilAsserted(() -> {
            JsonNode plan = api.delete(delete + "true").ok();
            assertThat(plan.at("/partitions")).hasSize(1);
            assertThat(plan.get("blockers").findValuesAsText("liftedBy")).containsExactly("acknowledgeUnseen");
            assertThat(plan.get("blockers").findValuesAsText("reason")).containsExactly("not-authorized");
        });
        JsonNode cleanup = api.post(
                        SASL + "/groups/cleanup",
                        "{\"dryRun\":true,\"unchangedFor\":\"PT0S\",\"match\":\"" + group + "\"}")
                .ok();
        assertThat(cleanup.at("/items/0/outcome").asText()).isEqualTo("failed");
        assertThat(cleanup.at("/items/0/problem/detail").asText()).contains("acknowledgeUnseen");

        assertThat(api.delete(delete + "false").problem()).isEqualTo("kafka-not-authorized");
        assertThat(committed(group)).hasSize(2);
        JsonNode done = api.delete(delete + "false&acknowledgeUnseen=true").ok();

        assertThat(committed(group)).isEmpty();
        assertThat(done.get("undoLimit").asText()).contains("acknowledgeUnseen");
        String operation = done.get("operation").asText();
        assertThat(api.get(operation).ok().get("undoable").asBoolean()).isFalse();
        assertThat(api.get(operation).ok().has("undoLimit")).isTrue();
        assertThat(api.post(operation + "/undo", "{\"dryRun\":false}").problem())
                .isEqualTo("kafka-not-authorized");
        api.post(operation + "/undo", "{\"dryRun\":false,\"acknowledgeUnseen\":true}")
                .ok();
        assertThat(committed(group)).isEqualTo(Map.of(new TopicPartition(seen, 0), 2L));
    }

    @Test
    void aFileThatMayLackRowsIsRefusedOrMarked() {
        String seen = kafka.topic(1);
        String hidden = kafka.topic(1);
        String group = half(seen, hidden);
        String offsets = SASL + "/groups/" + group + "/offsets?fresh=true";
        await().untilAsserted(() -> {
            JsonNode rows = api.get(offsets).ok();
            assertThat(rows.get("items")).hasSize(1);
            assertThat(rows.get("complete").asBoolean()).isFalse();
        });
        JsonNode plan = api.post(
                        SASL + "/groups/" + group + "/resets",
                        "{\"dryRun\":true,\"to\":\"latest\",\"acknowledgeInUse\":true}")
                .ok();
        assertThat(plan.get("complete").asBoolean()).as("hidden commits stay").isFalse();
        assertThat(api.get(offsets + "&topic=" + seen).ok().get("complete").asBoolean())
                .isTrue();

        for (String path : List.of(offsets + "&format=kafka", SASL + "/groups?format=kafka&search=" + group)) {
            Api.Answer refused = api.get(path);
            assertThat(refused.status()).as(refused.text()).isEqualTo(409);
            assertThat(refused.problem()).isEqualTo("incomplete");
            assertThat(refused.json().get("detail").asText()).contains("topics").contains("partial=true");
            Api.Answer part = api.get(path + "&partial=true");
            assertThat(part.text()).endsWith(seen + ",0,2\n").hasLineCount(1);
            assertThat(part.header("X-Complete")).hasValue("false");
            assertThat(part.header("Content-Disposition").orElseThrow()).contains("partial");
        }
        assertThat(api.get(offsets, "Accept", "text/csv").problem()).isEqualTo("incomplete");
        List<String> lines = api.get(offsets + "&partial=true", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).endsWith(",host,timeLag,timeLagErrorBound,problem");
        assertThat(lines.get(1)).startsWith(seen + ",0,2,");
        assertThat(lines.get(2)).startsWith(group + ",").contains("hide topics");
    }

    private static JsonNode planned(JsonNode answer, String topic) {
        for (JsonNode row : answer.get("partitions")) {
            if (row.get("topic").asText().equals(topic)) {
                return row;
            }
        }
        throw new AssertionError("no row of " + topic + " in " + answer);
    }

    @Test
    void aRecordIsParkedOnlyWhereTheServiceMayWriteAndAsLargeAsTheBrokerTakes() {
        String topic = kafka.topic(1);
        String parked = kafka.topic(1);
        String group = unique("parking");
        kafka.produce(List.of(new ProducerRecord<>(topic, 0, null, new byte[2_000])));
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        allow(ResourceType.GROUP, group, AclOperation.READ, AclOperation.DESCRIBE);
        allow(ResourceType.TOPIC, topic, AclOperation.READ, AclOperation.DESCRIBE);
        allow(ResourceType.TOPIC, parked, AclOperation.READ, AclOperation.DESCRIBE);
        allow(
                ResourceType.TOPIC,
                "__fathom_operations",
                AclOperation.CREATE,
                AclOperation.READ,
                AclOperation.WRITE,
                AclOperation.DESCRIBE);
        String park = SASL + "/groups/" + group + "/park";
        String body = "{\"dryRun\":%s,\"acknowledgeInUse\":true,\"topic\":\"" + topic + "\",\"partition\":0,\"to\":\""
                + parked + "\"}";

        await().untilAsserted(() -> {
            JsonNode plan = api.post(park, String.format(body, true)).ok();
            assertThat(plan.get("blockers").findValuesAsText("reason")).containsExactly("not-authorized");
            assertThat(plan.at("/blockers/0/detail").asText()).contains("Write").contains(parked);
        });
        assertThat(api.post(park, String.format(body, false)).problem()).isEqualTo("kafka-not-authorized");
        // How large a record the topic takes the service may not ask, so that only the broker knows.
        kafka.configureTopic(parked, "max.message.bytes", "1000");
        allow(ResourceType.TOPIC, parked, AclOperation.WRITE);
        await().untilAsserted(() -> {
            Api.Answer refused = api.post(park, String.format(body, false));
            assertThat(refused.problem()).as(refused.text()).isEqualTo("unprocessable");
            assertThat(refused.text()).contains(parked);
        });
        assertThat(committed(group)).containsValue(0L);
        kafka.configureTopic(parked, "max.message.bytes", "10000");

        JsonNode done = api.post(park, String.format(body, false)).ok();

        assertThat(done.at("/copy/already").asBoolean()).isFalse();
        assertThat(done.at("/copy/offset").asLong()).isZero();
        assertThat(committed(group)).containsValue(1L);
    }

    @Test
    void withoutAJournalNothingIsChangedAndTheAnswerSaysWhatIsMissing() {
        kafka.admin()
                .deleteAcls(List.of(new AclBindingFilter(
                        new ResourcePatternFilter(ResourceType.TOPIC, "__fathom_operations", PatternType.LITERAL),
                        AccessControlEntryFilter.ANY)));
        String topic = kafka.topic(1);
        String group = unique("unjournaled");
        kafka.produce(topic, 0, 5);
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        allow(ResourceType.GROUP, group, AclOperation.READ, AclOperation.DESCRIBE);
        allow(ResourceType.TOPIC, topic, AclOperation.READ, AclOperation.DESCRIBE);

        await().untilAsserted(() -> {
            Api.Answer refused =
                    api.post(SASL + "/groups/" + group + "/resets", "{\"dryRun\":false,\"to\":\"latest\"}");
            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.json().get("detail").asText())
                    .contains("fathom.journal.required")
                    .contains("__fathom_operations");
        });
        assertThat(get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                        .get(new TopicPartition(topic, 0))
                        .offset())
                .isZero();
    }
}
