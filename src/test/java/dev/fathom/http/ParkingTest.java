package dev.fathom.http;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parking the record a group cannot get past, and putting it back. */
@FathomTest
class ParkingTest extends WithKafka {

    private static final long TIME = 1_700_000_000_123L;
    private static final byte[] BINARY = {0, -1, (byte) 0xC3, 0x28, 10};

    private final Api api = Api.underTest();
    private String topic;
    private String parked;
    private String group;

    /** Ten records on partition 1 of two; a group that stands at the fifth; a parking topic with three partitions. */
    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        parked = kafka.topic(unique("parked"), 3, Map.of("retention.ms", "-1"));
        group = unique("group");
        kafka.produce(topic, 1, 5);
        kafka.produce(List.of(odd()));
        kafka.produce(topic, 1, 4);
        commit(5);
    }

    /** Without key and value; with binary headers, two of one name, one without a value, and one that looks like ours. */
    private ProducerRecord<byte[], byte[]> odd() {
        return new ProducerRecord<>(topic, 1, TIME, null, null, headers());
    }

    private static List<Header> headers() {
        return List.of(
                new RecordHeader("twice", BINARY),
                new RecordHeader("twice", new byte[0]),
                new RecordHeader("none", (byte[]) null),
                new RecordHeader("__dlq.errors.offset", "77".getBytes(StandardCharsets.UTF_8)));
    }

    private void commit(long offset) {
        kafka.commit(group, Map.of(new TopicPartition(topic, 1), offset));
    }

    private long committed() {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, 1))
                .offset();
    }

    private List<ConsumerRecord<byte[], byte[]>> all(String name, int partitions) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(Map.of())) {
            List<TopicPartition> logs = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                logs.add(new TopicPartition(name, i));
            }
            consumer.assign(logs);
            consumer.seekToBeginning(logs);
            Map<TopicPartition, Long> ends = consumer.endOffsets(logs);
            while (logs.stream().anyMatch(log -> consumer.position(log) < ends.get(log))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }

    private List<ConsumerRecord<byte[], byte[]>> copies() {
        return all(parked, 3);
    }

    private String groupPath(String cluster) {
        return "/api/v1/clusters/" + cluster + "/groups/" + group;
    }

    private String body(String more) {
        return ("{'topic':'" + topic + "','partition':1,'to':'" + parked + "'," + more + "}").replace('\'', '"');
    }

    private Answer park(String more, String... headers) {
        return api.post(groupPath("local") + "/park", body(more), headers);
    }

    private JsonNode parks() {
        return park("'dryRun':false,'acknowledgeInUse':true,'reason':'not JSON'")
                .ok();
    }

    private void nothingChanged() {
        assertThat(committed()).isEqualTo(5);
        assertThat(copies()).isEmpty();
    }

    private Answer redrive(String place, String more, String... headers) {
        return api.post(
                groupPath("local") + "/parked/" + parked + "/" + place + "/redrive",
                ("{" + more + "}").replace('\'', '"'),
                headers);
    }

    private static List<String> written(Iterable<Header> headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .map(header -> header.key() + "="
                        + (header.value() == null ? "null" : java.util.Arrays.toString(header.value())))
                .toList();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
        return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
    }

    @Nested
    class Parking {

        @Test
        void copiesTheRecordByteForByteAndMovesTheGroupByIt() {
            JsonNode answer = parks();

            assertThat(committed()).isEqualTo(6);
            ConsumerRecord<byte[], byte[]> copy = copies().get(0);
            assertThat(copies()).hasSize(1);
            assertThat(copy.partition()).as("that of Kafka's own dead letters").isEqualTo(1);
            assertThat(copy.key()).isNull();
            assertThat(copy.value()).isNull();
            assertThat(copy.timestamp()).isEqualTo(TIME);
            assertThat(written(copy.headers()).subList(0, 4)).isEqualTo(written(headers()));
            assertThat(text(copy, "__dlq.errors.topic")).isEqualTo(topic);
            assertThat(text(copy, "__dlq.errors.partition")).isEqualTo("1");
            assertThat(text(copy, "__dlq.errors.offset")).isEqualTo("5");
            assertThat(text(copy, "__dlq.errors.group")).isEqualTo(group);
            assertThat(text(copy, "__dlq.errors.message")).isEqualTo("not JSON");
            assertThat(answer.at("/copy/offset").asLong()).isZero();
            assertThat(answer.at("/copy/already").asBoolean()).isFalse();
            assertThat(answer.at("/record/valueBytes").isNull()).isTrue();
            assertThat(answer.at("/move/partitions/0/verified").asBoolean()).isTrue();
            JsonNode operation = api.get(answer.get("operation").asText()).ok();
            assertThat(operation.at("/parking/record/offset").asLong()).isEqualTo(5);
            assertThat(operation.at("/parking/copy/topic").asText()).isEqualTo(parked);
            assertThat(operation.get("status").asText()).isEqualTo("applied");
            assertThat(operation.get("reason").asText()).isEqualTo("not JSON");
        }

        @Test
        void aDryRunSaysWhatWouldBeDoneAndDoesNothing() {
            JsonNode plan = park("'dryRun':true,'acknowledgeInUse':true").ok();

            assertThat(plan.get("applicable").asBoolean()).isTrue();
            assertThat(plan.at("/record/offset").asLong()).isEqualTo(5);
            assertThat(plan.at("/record/headers").asInt()).isEqualTo(4);
            assertThat(plan.at("/copy/partition").asInt()).isEqualTo(1);
            assertThat(plan.at("/copy").has("offset")).isFalse();
            assertThat(plan.at("/move/partitions/0/to/offset").asLong()).isEqualTo(6);
            nothingChanged();
        }

        @Test
        void takesTheFirstRecordAfterTheCommitWhereNoneLiesAtIt() {
            String other = kafka.topic(1);
            try (KafkaProducer<byte[], byte[]> transactional = kafka.transactional()) {
                transactional.beginTransaction();
                transactional.send(new ProducerRecord<>(other, 0, null, new byte[] {1}));
                transactional.commitTransaction();
            }
            kafka.produce(other, 0, 2);
            kafka.commit(group, Map.of(new TopicPartition(other, 0), 1L));
            String sent = body("'dryRun':false,'acknowledgeInUse':true")
                    .replace(topic, other)
                    .replace(":1,", ":0,");

            JsonNode answer = api.post(groupPath("local") + "/park", sent).ok();

            assertThat(answer.at("/record/offset").asLong()).as("1 is a marker").isEqualTo(2);
            assertThat(answer.at("/move/partitions/0/to/offset").asLong()).isEqualTo(3);
            assertThat(copies()).hasSize(1);
        }

        @Test
        void anAbortedRecordIsOneOnlyToWhoReadsUncommittedOnes() {
            String other = kafka.topic(1);
            try (KafkaProducer<byte[], byte[]> transactional = kafka.transactional()) {
                transactional.beginTransaction();
                transactional.send(new ProducerRecord<>(other, 0, null, new byte[] {1}));
                transactional.flush();
                transactional.abortTransaction();
            }
            kafka.produce(other, 0, 1);
            kafka.commit(group, Map.of(new TopicPartition(other, 0), 0L));
            String sent = body("'dryRun':true,'isolation':'read_committed'")
                    .replace(topic, other)
                    .replace(":1,", ":0,");

            assertThat(api.post(groupPath("local") + "/park", sent)
                            .ok()
                            .at("/record/offset")
                            .asLong())
                    .isEqualTo(2);
            assertThat(api.post(groupPath("local") + "/park", sent.replace("read_committed", "read_uncommitted"))
                            .ok()
                            .at("/record/offset")
                            .asLong())
                    .isZero();
        }

        @Test
        void theOffsetThatIsGivenMustBeThatOfTheRecord() {
            Answer refused = park("'dryRun':false,'offset':6,'acknowledgeInUse':true");

            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/offset");
            assertThat(refused.text()).contains("offset 5");
            nothingChanged();
            assertThat(park("'dryRun':false,'offset':5,'acknowledgeInUse':true").status())
                    .isEqualTo(200);
        }

        @Test
        void aGroupThatStandsAtNoRecordIsToldWhy() {
            commit(10);
            assertThat(park("'dryRun':true").problem()).isEqualTo("no-record-at-or-after");
            kafka.trim(topic, 1, 8);
            commit(5);
            assertThat(park("'dryRun':true").problem()).isEqualTo("offset-out-of-range");
            assertThat(api.post(
                                    groupPath("local") + "/park",
                                    body("'dryRun':true").replace("\"partition\":1", "\"partition\":0"))
                            .problem())
                    .isEqualTo("no-commit");
            assertThat(api.post("/api/v1/clusters/local/groups/not-there/park", body("'dryRun':true"))
                            .problem())
                    .isEqualTo("group-not-found");
        }

        @ParameterizedTest
        @ValueSource(strings = {"no-such-topic", "__consumer_offsets", "__fathom_operations"})
        void aTopicThatIsNoneToParkInIsRefusedByItsPlaceInTheBody(String to) {
            Answer refused = api.post(
                    groupPath("local") + "/park",
                    body("'dryRun':false,'acknowledgeInUse':true").replace(parked, to));

            assertThat(refused.problem()).isEqualTo("unprocessable");
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/to");
            nothingChanged();
        }

        @Test
        void aRecordIsNotParkedWhereItIsReadFrom() {
            Answer refused =
                    api.post(groupPath("local") + "/park", body("'dryRun':true").replace(parked, topic));

            assertThat(refused.problem()).isEqualTo("unprocessable");
        }

        @Test
        void aTopicThatTakesNoRecordSoLargeLeavesEverythingAsItWas() {
            kafka.configureTopic(parked, "max.message.bytes", "150");

            JsonNode plan = park("'dryRun':true,'acknowledgeInUse':true").ok();
            Answer refused = park("'dryRun':false,'acknowledgeInUse':true");

            assertThat(plan.get("applicable").asBoolean()).isFalse();
            assertThat(plan.at("/blockers/0/reason").asText()).isEqualTo("record-refused");
            assertThat(refused.problem()).isEqualTo("unprocessable");
            assertThat(refused.text()).contains("max.message.bytes");
            nothingChanged();
        }

        /** Brokers delete by the time a record has: a topic that keeps a week would delete one of last year at once. */
        @Test
        void aTopicThatWouldDeleteTheCopyAtOnceLeavesEverythingAsItWas() {
            kafka.configureTopic(parked, "retention.ms", "604800000");

            Answer refused = park("'dryRun':false,'acknowledgeInUse':true");

            assertThat(refused.problem()).isEqualTo("unprocessable");
            assertThat(refused.json().at("/blockers/0/reason").asText()).isEqualTo("record-refused");
            assertThat(refused.text()).contains("retention.ms");
            nothingChanged();
            kafka.configureTopic(parked, "message.timestamp.type", "LogAppendTime");
            assertThat(park("'dryRun':true,'acknowledgeInUse':true")
                            .ok()
                            .get("applicable")
                            .asBoolean())
                    .isTrue();
        }

        /** What only the broker knows: that a compacted topic takes no record without a key. */
        @Test
        void aRefusalByTheBrokerLeavesEverythingAsItWas() {
            kafka.configureTopic(parked, "cleanup.policy", "compact");

            Answer refused = park("'dryRun':false,'acknowledgeInUse':true");

            assertThat(refused.problem()).as(refused.text()).isEqualTo("unprocessable");
            assertThat(refused.text()).contains(parked);
            nothingChanged();
            JsonNode operations =
                    api.get("/api/v1/operations?cluster=local&group=" + group).ok();
            assertThat(operations.at("/items/0/status").asText()).isEqualTo("refused");
            kafka.configureTopic(parked, "cleanup.policy", "delete");
            assertThat(parks().at("/copy/already").asBoolean()).isFalse();
            assertThat(copies()).hasSize(1);
        }

        @Test
        void aGroupWithMembersIsRefusedWithItsMembers() {
            String live = group;
            try (LiveGroup member = kafka.join(live, List.of(topic), Map.of("enable.auto.commit", false))) {
                member.awaitAssigned();
                Answer refused = park("'dryRun':false");

                assertThat(refused.problem()).isEqualTo("group-not-empty");
                assertThat(refused.json().get("members")).hasSize(1);
                assertThat(refused.json().get("detail").asText()).doesNotContain("waitForEmpty");
                nothingChanged();
            }
        }

        @Test
        void aReadOnlyClusterPlansAndParksNothing() {
            assertThat(api.post(groupPath("readonly") + "/park", body("'dryRun':false"))
                            .problem())
                    .isEqualTo("read-only");
            JsonNode plan = api.post(groupPath("readonly") + "/park", body("'dryRun':true"))
                    .ok();
            assertThat(plan.get("applicable").asBoolean()).isFalse();
            nothingChanged();
        }

        @Test
        void aPlanIsDemandedWhereItIsAndHasToStand() {
            String path = groupPath("guarded") + "/park";
            String sent = body("'dryRun':false,'acknowledgeInUse':true");
            assertThat(api.post(path, sent).problem()).isEqualTo("precondition-required");
            String etag =
                    api.post(path, sent.replace("false", "true")).header("ETag").orElseThrow();
            commit(4);
            assertThat(api.post(path, sent, "If-Match", etag).problem()).isEqualTo("plan-outdated");
            assertThat(copies()).isEmpty();
            commit(5);

            assertThat(api.post(path, sent, "If-Match", etag).status()).isEqualTo(200);
            assertThat(committed()).isEqualTo(6);
        }

        @Test
        void aKeyMakesItHappenOnce() {
            String key = unique("key");

            JsonNode first = park("'dryRun':false,'acknowledgeInUse':true", "Idempotency-Key", key)
                    .ok();
            Answer again = park("'dryRun':false,'acknowledgeInUse':true", "Idempotency-Key", key);

            assertThat(again.header("Idempotent-Replayed")).contains("true");
            assertThat(again.json()).isEqualTo(first);
            assertThat(committed()).isEqualTo(6);
            assertThat(copies()).hasSize(1);
        }

        @Test
        void undoMovesTheGroupBackAndLeavesTheCopyWhichIsNotMadeTwice() {
            String operation = parks().get("operation").asText();

            JsonNode undone = api.post(operation + "/undo", "{\"dryRun\":false,\"acknowledgeInUse\":true}")
                    .ok();
            JsonNode plan = park("'dryRun':true,'acknowledgeInUse':true").ok();
            JsonNode again = parks();

            assertThat(undone.at("/copyLeft/topic").asText()).isEqualTo(parked);
            assertThat(undone.at("/copyLeft/offset").asLong()).isZero();
            assertThat(undone.at("/partitions/0/to/offset").asLong()).isEqualTo(5);
            assertThat(plan.at("/copy/already").asBoolean()).isTrue();
            assertThat(again.at("/copy/already").asBoolean()).isTrue();
            assertThat(again.at("/copy/offset").asLong()).isZero();
            assertThat(committed()).isEqualTo(6);
            assertThat(copies()).hasSize(1);
        }

        @Test
        void theNextRecordIsAnotherOneAndAnotherGroupsIsItsOwn() {
            parks();
            parks();
            String first = group;
            group = unique("other");
            commit(5);
            parks();

            assertThat(copies()).hasSize(3);
            assertThat(copies().stream().map(copy -> text(copy, "__dlq.errors.group")))
                    .containsExactly(first, first, group);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{'dryRun':true}",
                    "{'dryRun':true,'topic':'t','partition':0}",
                    "{'dryRun':true,'topic':'t','to':'p'}",
                    "{'dryRun':true,'topic':'t','partition':-1,'to':'p'}",
                    "{'dryRun':true,'topic':'t','partition':'0','to':'p'}",
                    "{'dryRun':true,'topic':'t','partition':0,'to':''}",
                    "{'dryRun':true,'topic':'t','partition':0,'to':'p','offset':-1}",
                    "{'dryRun':true,'topic':'t','partition':0,'to':'p','offset':9223372036854775808}",
                    "{'dryRun':true,'topic':'t','partition':0,'to':'p','isolation':'serializable'}",
                    "{'dryRun':true,'topic':'t','partition':0,'to':'p','waitForEmpty':'PT1M'}",
                    "{'topic':'t','partition':0,'to':'p'}"
                })
        void whatIsMalformedIsSaidAndNothingIsDone(String sent) {
            assertThat(api.post(groupPath("local") + "/park", sent.replace('\'', '"'))
                            .problem())
                    .isEqualTo("validation");
        }
    }

    @Nested
    class TheList {

        private JsonNode list(String more) {
            return api.get(groupPath("local") + "/parked?topic=" + parked + more)
                    .ok();
        }

        @Test
        void tellsOfThisGroupTheLatestFirstInPages() {
            parks();
            parks();
            parks();
            String other = group;
            group = unique("other");
            commit(5);
            parks();
            group = other;

            JsonNode first = list("&limit=2");
            JsonNode second = list("&limit=2&cursor=" + first.at("/page/next").asText());

            assertThat(first.at("/page/total").asInt()).as(first.toString()).isEqualTo(3);
            assertThat(first.get("complete").asBoolean()).isTrue();
            assertThat(first.findValuesAsText("headers")).containsExactly("0", "0");
            assertThat(first.at("/items/0/record/offset").asLong()).isEqualTo(7);
            assertThat(first.at("/items/1/record/offset").asLong()).isEqualTo(6);
            assertThat(second.at("/items/0/record/offset").asLong()).isEqualTo(5);
            assertThat(second.at("/items/0/message").asText()).isEqualTo("not JSON");
            assertThat(second.at("/items/0/redriven")).isEmpty();
            JsonNode content = api.get(second.at("/items/0/content").asText()).ok();
            assertThat(content.at("/items").size() + content.at("/records").size())
                    .isEqualTo(1);
        }

        @Test
        void saysWhereItIsCutShort() {
            parks();
            kafka.produce(parked, 1, 5_001);

            JsonNode list = list("");

            assertThat(list.get("complete").asBoolean()).isFalse();
            assertThat(list.get("items")).isEmpty();
        }

        @Test
        void needsATopicThatIsThere() {
            assertThat(api.get(groupPath("local") + "/parked").problem()).isEqualTo("validation");
            assertThat(api.get(groupPath("local") + "/parked?topic=no-such-topic")
                            .problem())
                    .isEqualTo("topic-not-found");
        }
    }

    @Nested
    class Redriving {

        @Test
        void putsTheRecordBackByteForByteOnItsPartition() {
            parks();

            JsonNode plan = redrive("1/0", "'dryRun':true").ok();
            JsonNode answer = redrive("1/0", "'dryRun':false,'reason':'mended'").ok();

            assertThat(plan.get("applicable").asBoolean()).isTrue();
            assertThat(plan.has("offset")).isFalse();
            assertThat(answer.get("offset").asLong()).isEqualTo(10);
            assertThat(answer.get("verified").asBoolean()).isTrue();
            List<ConsumerRecord<byte[], byte[]>> records = all(topic, 2);
            assertThat(records).hasSize(11);
            ConsumerRecord<byte[], byte[]> back = records.get(10);
            assertThat(back.partition()).isEqualTo(1);
            assertThat(back.key()).isNull();
            assertThat(back.value()).isNull();
            assertThat(back.timestamp()).isEqualTo(TIME);
            assertThat(written(back.headers())).isEqualTo(written(headers()));
            assertThat(committed()).as("no commit changes").isEqualTo(6);
            assertThat(copies()).as("the copy stays").hasSize(1);
            JsonNode operation = api.get(answer.get("operation").asText()).ok();
            assertThat(operation.at("/redrive/offset").asLong()).isEqualTo(10);
            assertThat(operation.get("undoable").asBoolean()).isFalse();
            assertThat(operation.get("changeCount").asInt()).isZero();
            assertThat(operation.get("status").asText()).isEqualTo("applied");
        }

        @Test
        void theTimestampIsTheRecordsWhateverTheParkingTopicSets() {
            kafka.configureTopic(parked, "message.timestamp.type", "LogAppendTime");
            parks();
            assertThat(copies().get(0).timestamp()).isNotEqualTo(TIME);

            JsonNode answer = redrive("1/0", "'dryRun':false").ok();

            assertThat(answer.get("verified").asBoolean()).isTrue();
            assertThat(all(topic, 2).get(10).timestamp()).isEqualTo(TIME);
        }

        @Test
        void aSecondTimeIsSeenAndHasToBeAcknowledged() {
            parks();
            String first =
                    redrive("1/0", "'dryRun':false").ok().get("operation").asText();

            Answer refused = redrive("1/0", "'dryRun':false");
            JsonNode plan = redrive("1/0", "'dryRun':true").ok();
            JsonNode again =
                    redrive("1/0", "'dryRun':false,'acknowledgeRedriven':true").ok();
            JsonNode list =
                    api.get(groupPath("local") + "/parked?topic=" + parked).ok();

            assertThat(refused.problem()).isEqualTo("conflict");
            assertThat(refused.json().at("/blockers/0/reason").asText()).isEqualTo("redriven");
            assertThat(refused.json().at("/blockers/0/liftedBy").asText()).isEqualTo("acknowledgeRedriven");
            assertThat(plan.at("/before/0").asText()).isEqualTo(first);
            assertThat(again.get("offset").asLong()).isEqualTo(11);
            assertThat(list.at("/items/0/redriven")).hasSize(2);
            assertThat(all(topic, 2)).hasSize(12);
        }

        @Test
        void itsGuardFailsOnceItWasDone() {
            parks();
            String path = groupPath("guarded") + "/parked/" + parked + "/1/0/redrive";
            assertThat(api.post(path, "{\"dryRun\":false}").problem()).isEqualTo("precondition-required");
            String etag = api.post(path, "{\"dryRun\":true}").header("ETag").orElseThrow();

            assertThat(api.post(path, "{\"dryRun\":false}", "If-Match", etag).status())
                    .isEqualTo(200);
            assertThat(api.post(path, "{\"dryRun\":false}", "If-Match", etag).problem())
                    .isEqualTo("plan-outdated");
            assertThat(all(topic, 2)).hasSize(11);
        }

        @Test
        void mayBeDoneWhileTheGroupHasMembers() {
            parks();
            try (LiveGroup member = kafka.join(group, List.of(topic), Map.of("enable.auto.commit", false))) {
                member.awaitAssigned();

                assertThat(redrive("1/0", "'dryRun':false").status()).isEqualTo(200);
            }
        }

        @Test
        void aDeadLetterOfTheBrokersIsPutBackToo() {
            byte[] name = topic.getBytes(StandardCharsets.UTF_8);
            kafka.produce(List.of(new ProducerRecord<>(
                    parked,
                    0,
                    TIME,
                    BINARY,
                    BINARY,
                    List.of(
                            new RecordHeader("__dlq.errors.topic", name),
                            new RecordHeader("__dlq.errors.partition", "0".getBytes(StandardCharsets.UTF_8)),
                            new RecordHeader("__dlq.errors.offset", "3".getBytes(StandardCharsets.UTF_8)),
                            new RecordHeader("__dlq.errors.group", group.getBytes(StandardCharsets.UTF_8))))));

            redrive("0/0", "'dryRun':false").ok();

            ConsumerRecord<byte[], byte[]> back = all(topic, 1).get(0);
            assertThat(back.key()).isEqualTo(BINARY);
            assertThat(back.value()).isEqualTo(BINARY);
            assertThat(written(back.headers())).isEmpty();
        }

        /** Whoever writes to the parking topic says where a record came from. */
        @ParameterizedTest
        @ValueSource(strings = {"__consumer_offsets", "__fathom_operations"})
        void nothingIsPutBackOnAnInternalTopic(String internal) {
            kafka.produce(List.of(new ProducerRecord<>(
                    parked,
                    0,
                    TIME,
                    BINARY,
                    BINARY,
                    List.of(
                            new RecordHeader("__dlq.errors.topic", internal.getBytes(StandardCharsets.UTF_8)),
                            new RecordHeader("__dlq.errors.partition", "0".getBytes(StandardCharsets.UTF_8)),
                            new RecordHeader("__dlq.errors.offset", "3".getBytes(StandardCharsets.UTF_8)),
                            new RecordHeader("__dlq.errors.group", group.getBytes(StandardCharsets.UTF_8))))));

            assertThat(redrive("0/0", "'dryRun':false").problem()).isEqualTo("forbidden");
        }

        @Test
        void whatIsNotParkedThereForTheGroupIsNotPutBack() {
            parks();
            kafka.produce(parked, 1, 1);

            assertThat(redrive("1/1", "'dryRun':false").problem()).isEqualTo("unprocessable");
            assertThat(redrive("1/2", "'dryRun':false").problem()).isEqualTo("offset-out-of-range");
            assertThat(redrive("3/0", "'dryRun':false").problem()).isEqualTo("partition-not-found");
            assertThat(redrive("1/x", "'dryRun':false").problem()).isEqualTo("validation");
            assertThat(redrive("1/0", "").problem()).isEqualTo("validation");
            group = unique("other");
            assertThat(redrive("1/0", "'dryRun':false").problem()).isEqualTo("unprocessable");
            assertThat(api.post(groupPath("readonly") + "/parked/" + parked + "/1/0/redrive", "{\"dryRun\":false}")
                            .problem())
                    .isEqualTo("read-only");
            assertThat(all(topic, 2)).hasSize(10);
        }

        @Test
        void aTopicThatTakesNoRecordSoLargeIsLeftAsItIs() {
            parks();
            kafka.configureTopic(topic, "max.message.bytes", "70");

            Answer refused = redrive("1/0", "'dryRun':false");

            assertThat(refused.problem()).isEqualTo("unprocessable");
            assertThat(all(topic, 2)).hasSize(10);
        }
    }
}
