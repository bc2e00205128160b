package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moving groups: planned, guarded, applied, verified. */
@Execution(ExecutionMode.CONCURRENT)
class ResetsIT extends WithKafka {

    private static final String LOCAL = "/api/v1/clusters/local";

    private final Api api = SharedService.api();
    private String topic;
    private String group;

    /** A topic with 40 records in partition 0, trimmed to 5..40, and 20 in partition 1; a group at 20 and 10. */
    @BeforeEach
    void fill() {
        topic = kafka.topic(3);
        group = unique("group");
        kafka.produce(topic, 0, 40);
        kafka.trim(topic, 0, 5);
        kafka.produce(topic, 1, 20);
        kafka.commitWithMetadata(
                group,
                Map.of(
                        new TopicPartition(topic, 0), new OffsetAndMetadata(20, Optional.of(0), "batch 7"),
                        new TopicPartition(topic, 1), new OffsetAndMetadata(10)));
    }

    private String path() {
        return LOCAL + "/groups/" + group + "/resets";
    }

    private Answer reset(String body, String... headers) {
        return api.post(path(), body.replace('\'', '"').replace("TOPIC", topic), headers);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    private long committed(int partition) {
        return committed().get(new TopicPartition(topic, partition)).offset();
    }

    private void awaitStatus(String operation, String status) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        api.get(operation).ok().get("status").asText())
                .isEqualTo(status));
    }

    private static JsonNode row(JsonNode answer, int partition) {
        for (JsonNode row : answer.get("partitions")) {
            if (row.get("partition").asInt() == partition) {
                return row;
            }
        }
        throw new AssertionError("no partition " + partition + " in " + answer);
    }

    @Nested
    class ADryRun {

        @Test
        void tellsWhatWouldHappenAndChangesNothing() {
            Answer answer = reset("{'dryRun':true,'to':'latest-10'}");

            JsonNode plan = answer.ok();
            assertThat(plan.get("applicable").asBoolean()).isTrue();
            assertThat(plan.get("dryRun").asBoolean()).isTrue();
            assertThat(plan.get("state").asText()).isEqualTo("empty");
            JsonNode forward = row(plan, 0);
            assertThat(forward.at("/from/offset").asLong()).isEqualTo(20);
            assertThat(forward.at("/to/offset").asLong()).isEqualTo(30);
            assertThat(forward.at("/to/metadata").asText()).isEqualTo("batch 7");
            assertThat(forward.at("/to").has("leaderEpoch")).isFalse();
            assertThat(forward.get("delta").asLong()).isEqualTo(10);
            assertThat(forward.get("skipped").asLong()).isEqualTo(10);
            assertThat(forward.get("replayed").asLong()).isZero();
            assertThat(forward.get("outcome").asText()).isEqualTo("planned");
            assertThat(row(plan, 1).get("note").asText()).isEqualTo("unchanged");
            assertThat(plan.has("operation")).isFalse();
            assertThat(committed(0)).isEqualTo(20);
        }

        @Test
        void countsAsReplayedOnlyWhatTheLogStillHas() {
            JsonNode plan = reset("{'dryRun':true,'to':'earliest'}").ok();

            assertThat(row(plan, 0).get("replayed").asLong()).isEqualTo(15);
            assertThat(row(plan, 0).at("/to/offset").asLong()).isEqualTo(5);
            assertThat(plan.at("/totals/replayed").asLong()).isEqualTo(25);
        }

        @Test
        void tellsWhenTheRecordsAtTheTargetsWereWritten() {
            JsonNode plan = api.post(
                            path() + "?include=time",
                            "{\"dryRun\":true,\"targets\":[{\"topic\":\"" + topic
                                    + "\",\"partitions\":[0,1],\"to\":7}]}")
                    .ok();

            assertThat(Instant.parse(row(plan, 0).at("/to/timestamp").asText()))
                    .isBetween(Instant.now().minusSeconds(600), Instant.now());
            assertThat(row(plan, 1).at("/to/timestamp").asText()).isNotEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "earliest, 5, 0",
            "earliest+3, 8, 3",
            "latest, 40, 20",
            "latest-2, 38, 18",
            "current, 20, 10",
            "current+4, 24, 14",
            "current-4, 16, 6",
            "9, 9, 9",
            "-PT12H, 5, 0",
            "2001-01-01T00:00:00+02:00, 5, 0",
            "earliest-local, 5, 0",
        })
        void takesEveryPosition(String position, long first, long second) {
            Brokers.assumeKnown(position);
            JsonNode plan = reset("{'dryRun':true,'acknowledgeInUse':true,'to':'" + position + "'}")
                    .ok();

            assertThat(row(plan, 0).at("/to/offset").asLong()).isEqualTo(first);
            assertThat(row(plan, 1).at("/to/offset").asLong()).isEqualTo(second);
        }

        @ParameterizedTest
        @CsvSource({
            "3, offset-out-of-range",
            "41, offset-out-of-range",
            "latest-36, offset-out-of-range",
            "earliest+36, offset-out-of-range",
            "current-16, offset-out-of-range",
            "current+9223372036854775807, offset-out-of-range",
            "9223372036854775807, offset-out-of-range",
            "2100-01-01T00:00:00Z, no-record-at-or-after",
            "latest-tiered, unprocessable",
            "group:no-such-group, unprocessable",
        })
        void refusesAPositionWithoutAPlaceInTheLog(String position, String problem) {
            Brokers.assumeKnown(position);
            Answer answer =
                    reset("{'dryRun':true,'acknowledgeInUse':true,'targets':[{'topic':'TOPIC','partitions':[0],'to':'"
                            + position + "'}]}");

            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.problem()).isEqualTo(problem);
            assertThat(answer.json().at("/errors/0/pointer").asText()).isEqualTo("/targets/0/to");
        }

        @ParameterizedTest
        @CsvSource({
            "3, 5, clamped-to-first",
            "41, 40, clamped-to-last",
            "current-9223372036854775807, 5, clamped-to-first",
            "current+9223372036854775807, 40, clamped-to-last",
        })
        void clampsOnlyWhenAsked(String position, long offset, String note) {
            JsonNode plan = reset(
                            "{'dryRun':true,'outOfRange':'clamp','targets':[{'topic':'TOPIC','partitions':[0],'to':'"
                                    + position + "'}]}")
                    .ok();

            assertThat(row(plan, 0).at("/to/offset").asLong()).isEqualTo(offset);
            assertThat(row(plan, 0).get("note").asText()).isEqualTo(note);
        }

        @Test
        void canSendWhatLiesAfterTheLastRecordToTheEndOrLeaveIt() {
            String body = "{'dryRun':true,'to':'2100-01-01T00:00:00Z','noRecordAtOrAfter':'%s'}";

            JsonNode latest = reset(String.format(body, "latest")).ok();
            JsonNode skip = reset(String.format(body, "skip")).ok();

            assertThat(row(latest, 0).at("/to/offset").asLong()).isEqualTo(40);
            assertThat(row(latest, 0).get("note").asText()).isEqualTo("no-record-at-or-after");
            assertThat(row(skip, 0).get("outcome").asText()).isEqualTo("skipped");
        }

        @Test
        void refusesToCountFromACommitThatIsNotThere() {
            Answer answer = reset("{'dryRun':true,'targets':[{'topic':'TOPIC'}],'to':'current'}");

            assertThat(answer.problem()).isEqualTo("no-commit");
            assertThat(answer.json().at("/errors/0/partition").asInt()).isEqualTo(2);
        }

        @Test
        void namesATopicOrPartitionThatDoesNotExistByItsPlaceInTheBody() {
            Answer topicGone = reset("{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC'},{'topic':'nope'}]}");
            Answer partitionGone =
                    reset("{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC','partitions':[0,7]}]}");

            assertThat(topicGone.problem()).isEqualTo("unprocessable");
            assertThat(topicGone.json().at("/errors/0/pointer").asText()).isEqualTo("/targets/1/topic");
            assertThat(partitionGone.problem()).isEqualTo("unprocessable");
            assertThat(partitionGone.json().at("/errors/0/pointer").asText()).isEqualTo("/targets/0/partitions/1");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{'to':'latest'}",
                    "{'dryRun':true}",
                    "{'dryRun':'true','to':'latest'}",
                    "{'dryRun':1,'to':'latest'}",
                    "{'dryrun':true,'to':'latest'}",
                    "{'dryRun':true,'dryRun':false,'to':'latest'}",
                    "{'dryRun':true,'to':-1}",
                    "{'dryRun':true,'to':1.5}",
                    "{'dryRun':true,'to':1e3}",
                    "{'dryRun':true,'to':9223372036854775808}",
                    "{'dryRun':true,'to':true}",
                    "{'dryRun':true,'to':['latest']}",
                    "{'dryRun':true,'to':'late'}",
                    "{'dryRun':true,'to':'latest','targets':[]}",
                    "{'dryRun':true,'to':'latest','targets':[null]}",
                    "{'dryRun':true,'to':'latest','targets':[{}]}",
                    "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC','partitions':[]}]}",
                    "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC','partitions':[-1]}]}",
                    "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC','partitions':['0']}]}",
                    "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC','partitions':[0.5]}]}",
                    "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC','partitions':[2147483648]}]}",
                    "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC'},{'topic':'TOPIC','partitions':[1]}]}",
                    "{'dryRun':true,'to':'latest','outOfRange':'CLAMP'}",
                    "{'dryRun':true,'to':'latest','noRecordAtOrAfter':'earliest'}",
                    "{'dryRun':true,'to':'latest','waitForEmpty':'2m'}",
                    "{'dryRun':true,'to':'latest','waitForEmpty':'P2D'}",
                    "{'dryRun':true,'to':'latest','waitForEmpty':'-PT1S'}",
                    "{'dryRun':true,'to':'latest','reason':5}",
                    "{'dryRun':true,'targets':[{'topic':'TOPIC','to':'latest'},{'topic':'x'}]}",
                    "[]",
                    "null",
                    "",
                })
        void refusesWhatItCannotUnderstand(String body) {
            Answer answer = reset(body);

            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.json().at("/errors/0/pointer").isMissingNode()).isFalse();
        }

        @Test
        void saysThatAGroupDoesNotExistUnlessItMayBeMade() {
            group = unique("new");
            String body = "{'dryRun':true,'to':'latest','targets':[{'topic':'TOPIC'}]%s}";

            assertThat(reset(String.format(body, "")).problem()).isEqualTo("group-not-found");
            assertThat(reset(String.format(body, ",'createGroup':true"))
                            .ok()
                            .get("applicable")
                            .asBoolean())
                    .isTrue();
        }
    }

    @Nested
    class Applied {

        @Test
        void movesVerifiesAndJournals() {
            JsonNode done = reset("{'dryRun':false,'to':'latest-10','reason':'bad deploy 1432'}")
                    .ok();

            assertThat(row(done, 0).get("outcome").asText()).isEqualTo("applied");
            assertThat(row(done, 0).get("verified").asBoolean()).isTrue();
            assertThat(row(done, 1).get("outcome").asText()).isEqualTo("unchanged");
            assertThat(committed(0)).isEqualTo(30);
            assertThat(committed().get(new TopicPartition(topic, 0)).metadata()).isEqualTo("batch 7");
            JsonNode operation = api.get(done.get("operation").asText()).ok();
            assertThat(operation.get("status").asText()).isEqualTo("applied");
            assertThat(operation.get("kind").asText()).isEqualTo("reset");
            assertThat(operation.get("reason").asText()).isEqualTo("bad deploy 1432");
            assertThat(operation.get("cluster").asText()).isEqualTo("local");
            assertThat(operation.at("/changes/0/before/offset").asLong()).isEqualTo(20);
            assertThat(operation.at("/changes/0/before/leaderEpoch").asInt()).isZero();
            assertThat(operation.at("/changes/0/after/offset").asLong()).isEqualTo(30);
            assertThat(operation.at("/changes/0/verified").asBoolean()).isTrue();
            assertThat(operation.get("changes")).hasSize(1);
        }

        @Test
        void isSeenByTheNextRead() {
            String offsets = LOCAL + "/groups/" + group + "/offsets";
            assertThat(Api.row(api.get(offsets).ok(), topic, 0)
                            .get("committedOffset")
                            .asLong())
                    .isEqualTo(20);

            reset("{'dryRun':false,'to':'latest-10'}").ok();

            assertThat(Api.row(api.get(offsets).ok(), topic, 0)
                            .get("committedOffset")
                            .asLong())
                    .isEqualTo(30);
        }

        @Test
        void writesALeaderEpochOnlyWhereTheBrokerGaveIt() {
            reset("{'dryRun':false,'to':'earliest','targets':[{'topic':'TOPIC','partitions':[0]}]}")
                    .ok();
            assertThat(committed().get(new TopicPartition(topic, 0)).leaderEpoch())
                    .contains(0);

            reset("{'dryRun':false,'to':'earliest+1','targets':[{'topic':'TOPIC','partitions':[0]}]}")
                    .ok();
            assertThat(committed().get(new TopicPartition(topic, 0)).leaderEpoch())
                    .isEmpty();
        }

        @Test
        void writesMetadataWhenAskedTo() {
            reset("{'dryRun':false,'to':'current','metadata':'moved'}").ok();

            assertThat(committed().get(new TopicPartition(topic, 0)).metadata()).isEqualTo("moved");
            assertThat(committed(0)).isEqualTo(20);
        }

        @Test
        void deletesACommitWithNoneAfterTheOthersSucceeded() {
            JsonNode done = reset("{'dryRun':false,'targets':[{'topic':'TOPIC','partitions':[0],'to':'none'},"
                            + "{'topic':'TOPIC','partitions':[1],'to':'earliest'}]}")
                    .ok();

            assertThat(row(done, 0).has("to")).isFalse();
            assertThat(row(done, 0).get("verified").asBoolean()).isTrue();
            assertThat(committed()).doesNotContainKey(new TopicPartition(topic, 0));
            assertThat(committed(1)).isZero();
        }

        @Test
        void copiesAnotherGroupExactly() {
            String blue = group;
            group = unique("green");

            JsonNode done = reset("{'dryRun':false,'createGroup':true,'to':'group:" + blue + "'}")
                    .ok();

            assertThat(done.get("kind").asText()).isEqualTo("copy");
            assertThat(committed(0)).isEqualTo(20);
            assertThat(committed().get(new TopicPartition(topic, 0)).metadata()).isEqualTo("batch 7");
            assertThat(committed().get(new TopicPartition(topic, 0)).leaderEpoch())
                    .contains(0);
            JsonNode compared = api.get(LOCAL + "/groups/" + group + "/compare?with=" + blue)
                    .ok();
            assertThat(compared.get("items")).hasSize(2);
            assertThat(compared.at("/items/0/difference").asLong()).isZero();
        }

        @Test
        void doesNothingAndJournalsNothingWhereAllIsThereAlready() {
            JsonNode done = reset("{'dryRun':false,'to':'current'}").ok();

            assertThat(row(done, 0).get("outcome").asText()).isEqualTo("unchanged");
            assertThat(done.has("operation")).isFalse();
        }

        @Test
        void takesOffsetsBeyondTwoToTheThirtyFirstForWhatTheyAre() {
            // Logs of that length cannot be made here, commits can: clamping, deltas and undo count in 64 bits.
            long far = 3_000_000_000L;
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), far));

            JsonNode done = reset("{'dryRun':false,'targets':[{'topic':'TOPIC','partitions':[0],'to':'latest'}]}")
                    .ok();

            assertThat(row(done, 0).get("delta").asLong()).isEqualTo(40 - far);
            JsonNode undone = api.post(
                            done.get("operation").asText() + "/undo",
                            "{\"dryRun\":false,\"acknowledgeOutOfRange\":true}")
                    .ok();
            assertThat(row(undone, 0).at("/to/offset").asLong()).isEqualTo(far);
            assertThat(committed(0)).isEqualTo(far);
        }
    }

    @Nested
    class Guarded {

        @Test
        void appliesAPlanThatStillStands() {
            Answer plan = reset("{'dryRun':true,'to':'latest-10'}");

            Answer done = reset(
                    "{'dryRun':false,'to':'latest-10'}",
                    "If-Match",
                    plan.header("ETag").orElseThrow());

            assertThat(done.status()).isEqualTo(200);
            assertThat(committed(0)).isEqualTo(30);
        }

        @Test
        void refusesAPlanWhoseCommitsMovedAndNamesThem() {
            Answer plan = reset("{'dryRun':true,'to':'latest-10'}");
            kafka.commit(group, Map.of(new TopicPartition(topic, 1), 11L));

            Answer refused = reset(
                    "{'dryRun':false,'to':'latest-10','acknowledgeInUse':false}",
                    "If-Match",
                    plan.header("ETag").orElseThrow());

            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.problem()).isEqualTo("plan-outdated");
            assertThat(refused.json().get("changes")).hasSize(1);
            assertThat(refused.json().at("/changes/0/what").asText()).isEqualTo("commit");
            assertThat(refused.json().at("/changes/0/partition").asInt()).isEqualTo(1);
            assertThat(refused.json().at("/changes/0/detail").asText()).contains("11");
            assertThat(committed(0)).isEqualTo(20);
        }

        @Test
        void refusesAPlanOfAnotherRequest() {
            Answer plan = reset("{'dryRun':true,'to':'latest-10'}");

            Answer refused = reset(
                    "{'dryRun':false,'to':'latest-9'}",
                    "If-Match",
                    plan.header("ETag").orElseThrow());

            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.json().at("/changes/0/what").asText()).isEqualTo("request");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"x\"", "x", "W/\"x\"", "\"\"", "\"====\""})
        void refusesATagThatIsNone(String tag) {
            assertThat(reset("{'dryRun':false,'to':'latest-10'}", "If-Match", tag)
                            .status())
                    .isEqualTo(412);
            assertThat(committed(0)).isEqualTo(20);
        }

        @Test
        void refusesAPlanWhoseTopicWasMadeAgain() {
            Answer plan = reset("{'dryRun':true,'to':'earliest','createGroup':true,'targets':[{'topic':'TOPIC'}]}");
            kafka.deleteTopic(topic);
            kafka.topic(topic, 3, Map.of());

            Answer refused = reset(
                    "{'dryRun':false,'to':'earliest','createGroup':true,'targets':[{'topic':'TOPIC'}]}",
                    "If-Match",
                    plan.header("ETag").orElseThrow());

            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.json().findValuesAsText("what")).contains("place");
        }

        @Test
        void toPositionsThatMoveStandsWhenTheLogGrew() {
            Answer plan = reset("{'dryRun':true,'to':'latest-10'}");
            kafka.produce(topic, 0, 5);

            JsonNode done = reset(
                            "{'dryRun':false,'to':'latest-10'}",
                            "If-Match",
                            plan.header("ETag").orElseThrow())
                    .ok();

            assertThat(row(done, 0).at("/to/offset").asLong()).isEqualTo(35);
        }

        @Test
        void withItsApplyBodyGivesExactlyThePlannedNumbers() {
            JsonNode plan =
                    reset("{'dryRun':true,'to':'latest-10','reason':'exactly'}").ok();
            kafka.produce(topic, 0, 5);

            JsonNode done = api.post(
                            path(),
                            plan.get("applyBody").toString(),
                            "If-Match",
                            plan.get("applyETag").asText())
                    .ok();

            assertThat(row(done, 0).at("/to/offset").asLong()).isEqualTo(30);
            assertThat(committed(0)).isEqualTo(30);
        }
    }

    @Nested
    class OfAGroupWithMembers {

        @Test
        void isA409ThatNamesThemAndMovesNothing() {
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                Answer plan = reset("{'dryRun':true,'to':'earliest'}");
                assertThat(plan.ok().get("applicable").asBoolean()).isFalse();
                assertThat(plan.json().at("/blockers/0/reason").asText()).isEqualTo("group-not-empty");
                assertThat(plan.json().at("/blockers/0/members/0/clientId").asText())
                        .isEqualTo(group + "-member");

                Answer refused = reset("{'dryRun':false,'to':'earliest'}");

                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.problem()).isEqualTo("group-not-empty");
                assertThat(refused.json().at("/members/0/clientId").asText()).isEqualTo(group + "-member");
            }
        }

        @Test
        void isA409AlsoBeforeItHasCommittedAnything() {
            group = unique("silent");
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of("enable.auto.commit", false))
                    .awaitAssigned()) {
                assertThat(reader).isNotNull();
                JsonNode plan = reset("{'dryRun':true,'to':'earliest'}").ok();

                assertThat(plan.get("applicable").asBoolean()).isFalse();
                assertThat(plan.get("partitions")).isEmpty();
                assertThat(reset("{'dryRun':false,'to':'earliest'}").problem()).isEqualTo("group-not-empty");
            }
            await().until(() -> reset("{'dryRun':true,'to':'earliest'}").status() == 422);
            assertThat(reset("{'dryRun':true,'to':'earliest'}").problem()).isEqualTo("no-commit");
        }

        @Test
        void isAppliedOnceItIsEmptyIfTheCallerWaits() {
            String operation;
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                Answer accepted = reset("{'dryRun':false,'waitForEmpty':'PT1M',"
                        + "'targets':[{'topic':'TOPIC','partitions':[0],'to':'earliest+2'}]}");
                assertThat(accepted.status()).isEqualTo(202);
                operation = accepted.json().get("operation").asText();
                assertThat(accepted.header("Location"))
                        .hasValueSatisfying(at -> assertThat(at).endsWith(operation));
                await().until(() -> committed(0) == 40);
                assertThat(api.get(operation).ok().get("status").asText()).isEqualTo("waiting");
                assertThat(reader).isNotNull();
            }

            awaitStatus(operation, "applied");
            assertThat(committed(0)).isEqualTo(7);
            JsonNode changes = api.get(operation).ok().get("changes");
            assertThat(changes.at("/0/before/offset").asLong()).isEqualTo(40);
            assertThat(changes.at("/0/after/offset").asLong()).isEqualTo(7);
        }

        @Test
        void canBeCalledOffOrExpires() {
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                assertThat(reader).isNotNull();
                String longWait = reset("{'dryRun':false,'to':'earliest','waitForEmpty':'PT1M'}")
                        .json()
                        .get("operation")
                        .asText();
                String shortWait = reset("{'dryRun':false,'to':'earliest','waitForEmpty':'PT1S'}")
                        .json()
                        .get("operation")
                        .asText();

                assertThat(api.delete(longWait).ok().get("status").asText()).isEqualTo("cancelled");
                awaitStatus(shortWait, "expired");
                assertThat(api.delete(shortWait).problem()).isEqualTo("conflict");
            }
        }
    }

    @Nested
    class OfAGroupInUseByAssign {

        @Test
        void isA409UnlessAcknowledged() throws InterruptedException {
            Thread committer = new Thread(() -> {
                for (long offset = 0; !Thread.currentThread().isInterrupted(); offset++) {
                    kafka.commit(group, Map.of(new TopicPartition(topic, 1), offset));
                }
            });
            committer.start();
            try {
                JsonNode plan = reset("{'dryRun':true,'to':'earliest'}").ok();
                assertThat(plan.at("/blockers/0/reason").asText()).isEqualTo("group-in-use");

                assertThat(reset("{'dryRun':false,'to':'earliest'}").problem()).isEqualTo("group-in-use");
                assertThat(api.delete(LOCAL + "/groups/" + group + "?dryRun=false")
                                .problem())
                        .isEqualTo("group-in-use");
                assertThat(api.delete(LOCAL + "/groups/" + group + "/offsets?dryRun=false&topic=" + topic)
                                .problem())
                        .isEqualTo("group-in-use");
                assertThat(reset("{'dryRun':true,'to':'earliest','acknowledgeInUse':true}")
                                .ok()
                                .get("applicable")
                                .asBoolean())
                        .isTrue();
            } finally {
                committer.interrupt();
                committer.join();
            }
        }

        @Test
        void isNotSuspectedOfTheServicesOwnMoves() {
            reset("{'dryRun':false,'to':'earliest'}").ok();
            reset("{'dryRun':false,'to':'latest'}").ok();

            assertThat(reset("{'dryRun':true,'to':'earliest'}")
                            .ok()
                            .get("applicable")
                            .asBoolean())
                    .isTrue();
        }
    }

    @Test
    void aCommitPendingInATransactionIsInTheWayUnlessThatIsWanted() {
        try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 2, null, new byte[1]));
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topic, 1), new OffsetAndMetadata(15)),
                    new org.apache.kafka.clients.consumer.ConsumerGroupMetadata(group));

            JsonNode plan = reset("{'dryRun':true,'to':'earliest'}").ok();
            assertThat(plan.at("/blockers/0/reason").asText()).isEqualTo("pending-transaction");
            assertThat(plan.at("/blockers/0/partition").asInt()).isEqualTo(1);
            assertThat(reset("{'dryRun':false,'to':'earliest'}").problem()).isEqualTo("conflict");
            assertThat(reset("{'dryRun':true,'to':'earliest','stable':false}")
                            .ok()
                            .get("applicable")
                            .asBoolean())
                    .isTrue();
            producer.abortTransaction();
        }
    }

    @Test
    void aClassicGroupThatOwnsStateIsMovedOnlyWhenItIsKnownToStay() {
        String changelog = kafka.topic(group + "-totals-changelog", 1, Map.of());

        JsonNode plan = reset("{'dryRun':true,'to':'earliest'}").ok();
        Answer refused = reset("{'dryRun':false,'to':'earliest'}");
        Answer internal = reset("{'dryRun':true,'to':'earliest','targets':[{'topic':'" + changelog + "'}]}");

        assertThat(plan.at("/blockers/0/reason").asText()).isEqualTo("state-kept");
        assertThat(plan.at("/warnings/0/warning").asText()).isEqualTo("state-kept");
        assertThat(plan.at("/warnings/0/topics/0").asText()).isEqualTo(changelog);
        assertThat(refused.problem()).isEqualTo("unprocessable");
        assertThat(internal.problem()).isEqualTo("unprocessable");
        reset("{'dryRun':false,'to':'earliest','acknowledgeStateKept':true}").ok();
        assertThat(committed(0)).isEqualTo(5);
    }

    @Test
    void theInnermostPositionWins() {
        JsonNode plan = reset("{'dryRun':true,'to':'earliest','targets':[{'topic':'TOPIC','partitions':[0]},"
                        + "{'topic':'TOPIC','partitions':[1],'to':'latest-1'}]}")
                .ok();

        assertThat(row(plan, 0).at("/to/offset").asLong()).isEqualTo(5);
        assertThat(row(plan, 1).at("/to/offset").asLong()).isEqualTo(19);
        assertThat(plan.get("partitions")).hasSize(2);
    }

    @Test
    void theServicesOwnGroupsAndTopicsAreProtected() {
        reset("{'dryRun':false,'to':'latest'}").ok();
        Answer own = reset("{'dryRun':false,'to':'earliest','targets':[{'topic':'__fathom_operations'}]}");
        group = "__fathom_pool";
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));

        assertThat(own.status()).isEqualTo(403);
        assertThat(own.problem()).isEqualTo("forbidden");
        assertThat(reset("{'dryRun':false,'to':'earliest'}").problem()).isEqualTo("forbidden");
        assertThat(api.delete(LOCAL + "/groups/" + group + "?dryRun=false").problem())
                .isEqualTo("forbidden");
        kafka.admin().deleteConsumerGroups(List.of(group));
    }
}
