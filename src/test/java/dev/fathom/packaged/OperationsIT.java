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
import dev.fathom.testing.NeedsBroker;
import dev.fathom.testing.WithKafka;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The journal: what it tells, and what it can put back. */
@Execution(ExecutionMode.CONCURRENT)
class OperationsIT extends WithKafka {

    private static final String LOCAL = "/api/v1/clusters/local";

    private final Api api = SharedService.api();
    private String topic;
    private String group;
    private TopicPartition zero;
    private TopicPartition one;
    private Map<TopicPartition, OffsetAndMetadata> before;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        group = unique("group");
        zero = new TopicPartition(topic, 0);
        one = new TopicPartition(topic, 1);
        kafka.produce(topic, 0, 30);
        kafka.produce(topic, 1, 30);
        before = Map.of(zero, new OffsetAndMetadata(20, Optional.of(0), "batch 7"));
        kafka.commitWithMetadata(group, before);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    /** Moves both partitions, one of which has no commit yet; the operation's path. */
    private String move(String to) {
        return api.post(
                        LOCAL + "/groups/" + group + "/resets",
                        "{\"dryRun\":false,\"targets\":[{\"topic\":\"" + topic + "\"}],\"to\":\"" + to + "\"}")
                .ok()
                .get("operation")
                .asText();
    }

    private Answer undo(String operation, String fields, String... headers) {
        return api.post(operation + "/undo", "{\"dryRun\":false" + fields + "}", headers);
    }

    @Nested
    class TheList {

        @Test
        void hasTheLatestFirstAndFilters() {
            Instant start = Instant.now().minusMillis(500);
            String first = move("earliest");
            String second = move("latest");

            JsonNode list = api.get("/api/v1/operations?cluster=local&group=" + group + "&kind=reset&since=" + start
                            + "&actor=anonymous")
                    .ok();

            assertThat(list.findValuesAsText("self")).containsExactly(second, first);
            assertThat(list.at("/items/0/changes")).hasSize(2);
            assertThat(api.get("/api/v1/operations?group=" + group + "&kind=undo")
                            .ok()
                            .get("items"))
                    .isEmpty();
            assertThat(api.get("/api/v1/operations?group=" + group + "&since=2100-01-01T00:00:00Z")
                            .ok()
                            .get("items"))
                    .isEmpty();
        }

        @Test
        void isPaged() {
            String first = move("earliest");
            move("latest");

            Answer page = api.get("/api/v1/operations?cluster=local&group=" + group + "&limit=1");
            JsonNode rest = api.get("/api/v1/operations?cluster=local&group=" + group + "&limit=1&cursor="
                            + page.json().at("/page/next").asText())
                    .ok();

            assertThat(rest.at("/items/0/self").asText()).isEqualTo(first);
            assertThat(rest.at("/page").has("next")).isFalse();
        }

        @Test
        void tellsOfClustersWhoseJournalCannotBeRead() {
            JsonNode list = api.get("/api/v1/operations?limit=1").ok();

            assertThat(list.get("problems").findValuesAsText("id")).contains("down", "nowhere", "wrong-password");
            assertThat(api.get("/api/v1/operations?cluster=down").status()).isEqualTo(503);
            assertThat(api.get("/api/v1/operations?cluster=nope").problem()).isEqualTo("cluster-not-found");
        }

        @Test
        void refusesFiltersItDoesNotKnow() {
            assertThat(api.get("/api/v1/operations?kind=moves").status()).isEqualTo(400);
            assertThat(api.get("/api/v1/operations?since=yesterday").status()).isEqualTo(400);
        }
    }

    @Nested
    class Undo {

        @Test
        void putsBackOffsetsEpochsMetadataAndTheAbsenceOfCommits() {
            String operation = move("earliest+3");
            assertThat(committed()).containsOnlyKeys(zero, one);

            JsonNode undone = undo(operation, "").ok();

            assertThat(committed()).isEqualTo(before);
            assertThat(undone.get("kind").asText()).isEqualTo("undo");
            JsonNode again = api.get(undone.get("operation").asText()).ok();
            assertThat(operation).endsWith(again.get("undoOf").asText());
            assertThat(api.get(operation).ok().get("undoneBy").asText())
                    .isEqualTo(again.get("id").asText());
        }

        @Test
        void canItselfBeUndone() {
            String operation = move("earliest+3");
            Map<TopicPartition, OffsetAndMetadata> moved = committed();
            String undone = undo(operation, "").ok().get("operation").asText();

            undo(undone, "").ok();

            assertThat(committed()).isEqualTo(moved);
        }

        @Test
        void plansFirstAndGuards() {
            String operation = move("earliest+3");

            Answer plan = api.post(operation + "/undo", "{\"dryRun\":true}");
            kafka.commit(group, Map.of(one, 9L));
            Answer refused = undo(operation, "", "If-Match", plan.header("ETag").orElseThrow());

            assertThat(plan.ok().get("applicable").asBoolean()).isTrue();
            assertThat(refused.status()).isEqualTo(412);
        }

        @Test
        void overwritesACommitThatIsNoLongerTheOperationsOnlyWhenTold() {
            String operation = move("earliest+3");
            kafka.commit(group, Map.of(one, 9L));

            JsonNode plan = api.post(operation + "/undo", "{\"dryRun\":true,\"acknowledgeInUse\":true}")
                    .ok();
            Answer refused = undo(operation, ",\"acknowledgeInUse\":true");

            assertThat(plan.get("applicable").asBoolean()).isFalse();
            assertThat(plan.at("/blockers/0/reason").asText()).isEqualTo("changed-since");
            assertThat(plan.at("/blockers/0/partition").asInt()).isEqualTo(1);
            assertThat(refused.problem()).isEqualTo("conflict");
            undo(operation, ",\"acknowledgeInUse\":true,\"overwriteChanged\":true")
                    .ok();
            assertThat(committed()).isEqualTo(before);
        }

        @Test
        void refusesAnOldOffsetThatLeftTheLogUnlessAcknowledged() {
            String operation = move("latest");
            kafka.trim(topic, 0, 25);

            assertThat(undo(operation, "").problem()).isEqualTo("offset-out-of-range");
            undo(operation, ",\"acknowledgeOutOfRange\":true").ok();
            assertThat(committed()).isEqualTo(before);
        }

        @Test
        void refusesATopicThatWasMadeAgain() {
            String operation = move("latest");
            kafka.deleteTopic(topic);
            kafka.topic(topic, 2, Map.of());
            kafka.produce(topic, 0, 30);

            Answer refused = undo(operation, ",\"overwriteChanged\":true");

            assertThat(refused.problem()).isEqualTo("conflict");
            assertThat(refused.json().at("/blockers/0/reason").asText()).isEqualTo("topic-recreated");
        }

        @Test
        void hasNothingToPutBackForWhatWasNotDone() {
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                assertThat(reader).isNotNull();
                String waiting = api.post(
                                LOCAL + "/groups/" + group + "/resets",
                                "{\"dryRun\":false,\"to\":\"latest\",\"waitForEmpty\":\"PT1M\"}")
                        .json()
                        .get("operation")
                        .asText();
                assertThat(undo(waiting, "").problem()).isEqualTo("unprocessable");
                api.delete(waiting).ok();
            }
            assertThat(api.get("/api/v1/operations/op-none").problem())
                    .isIn("operation-not-found", "cluster-unavailable");
        }
    }

    @Nested
    class Deleting {

        @Test
        void offsetsOfOnePartitionCanBeUndone() {
            move("latest");
            String path = LOCAL + "/groups/" + group + "/offsets?topic=" + topic + "&partition=1";
            assertThat(api.delete(path).status()).isEqualTo(400);
            assertThat(api.delete(path + "&dryRun=true")
                            .ok()
                            .at("/partitions/0/outcome")
                            .asText())
                    .isEqualTo("planned");
            Map<TopicPartition, OffsetAndMetadata> all = committed();

            JsonNode done = api.delete(path + "&dryRun=false").ok();

            assertThat(done.get("kind").asText()).isEqualTo("delete-offsets");
            assertThat(done.at("/partitions/0/verified").asBoolean()).isTrue();
            assertThat(committed()).containsOnlyKeys(zero);
            undo(done.get("operation").asText(), "").ok();
            assertThat(committed()).isEqualTo(all);
        }

        @Test
        void aGroupCanBeUndone() {
            Answer plan = api.delete(LOCAL + "/groups/" + group + "?dryRun=true");
            assertThat(plan.ok().get("applicable").asBoolean()).isTrue();

            JsonNode done = api.delete(
                            LOCAL + "/groups/" + group + "?dryRun=false&reason=tidy",
                            "If-Match",
                            plan.header("ETag").orElseThrow())
                    .ok();

            assertThat(done.get("kind").asText()).isEqualTo("delete-group");
            assertThat(api.get(LOCAL + "/groups/" + group).problem()).isEqualTo("group-not-found");
            undo(done.get("operation").asText(), "").ok();
            assertThat(committed()).isEqualTo(before);
        }

        @Test
        void aGroupWithMembersIsRefused() {
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                assertThat(reader).isNotNull();
                Answer refused = api.delete(LOCAL + "/groups/" + group + "?dryRun=false");

                assertThat(refused.problem()).isEqualTo("group-not-empty");
                assertThat(refused.json().get("members")).hasSize(1);
            }
        }

        @Test
        void offsetsOfATopicThatAMemberReadsIsRefusedAndOfAnotherIsNot() {
            String other = kafka.topic(1);
            kafka.commit(group, Map.of(new TopicPartition(other, 0), 0L));
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                assertThat(reader).isNotNull();
                Answer refused = api.delete(LOCAL + "/groups/" + group + "/offsets?dryRun=false&topic=" + topic);
                JsonNode plan = api.delete(LOCAL + "/groups/" + group + "/offsets?dryRun=true&topic=" + other)
                        .ok();
                JsonNode done = api.delete(LOCAL + "/groups/" + group + "/offsets?dryRun=false&topic=" + other)
                        .ok();

                assertThat(refused.problem()).isEqualTo("topic-subscribed");
                assertThat(refused.json().get("members")).hasSize(1);
                assertThat(plan.at("/partitions/0/note").asText()).isEqualTo("subscription-unknown");
                assertThat(done.at("/partitions/0/outcome").asText()).isEqualTo("applied");
                assertThat(committed()).doesNotContainKey(new TopicPartition(other, 0));
            }
        }

        /** Subscribes to a topic and leaves it out of every assignment: what a coordinator knows and nobody can see. */
        public static class LeavesOut extends RangeAssignor {
            static volatile String topic;

            @Override
            public Map<String, List<TopicPartition>> assign(
                    Map<String, Integer> partitions, Map<String, Subscription> subscriptions) {
                Map<String, Integer> rest = new HashMap<>(partitions);
                rest.remove(topic);
                return super.assign(rest, subscriptions);
            }

            @Override
            public Map<String, List<TopicPartition>> assignPartitions(
                    Map<String, List<PartitionInfo>> partitions, Map<String, Subscription> subscriptions) {
                Map<String, List<PartitionInfo>> rest = new HashMap<>(partitions);
                rest.remove(topic);
                return super.assignPartitions(rest, subscriptions);
            }

            @Override
            public String name() {
                return "leaves-out";
            }
        }

        @Test
        void doneInPartIsA207AndNotAtAllTheProblemOfAll() {
            String free = kafka.topic(1);
            String read = kafka.topic(1);
            LeavesOut.topic = topic;
            kafka.commit(group, Map.of(new TopicPartition(free, 0), 0L));
            try (LiveGroup reader = kafka.join(
                            group,
                            List.of(topic, read),
                            Map.of("partition.assignment.strategy", LeavesOut.class.getName()))
                    .awaitAssigned()) {
                assertThat(reader).isNotNull();
                String offsets = LOCAL + "/groups/" + group + "/offsets?dryRun=";

                Answer none = api.delete(offsets + "false&topic=" + topic);
                assertThat(api.delete(offsets + "true&topic=" + topic)
                                .ok()
                                .get("applicable")
                                .asBoolean())
                        .as("the one thing a dry run cannot know")
                        .isTrue();
                assertThat(none.problem()).isEqualTo("topic-subscribed");
                assertThat(none.json().at("/partitions/0/outcome").asText()).isEqualTo("failed");
                assertThat(api.get(none.json().get("operation").asText())
                                .ok()
                                .get("status")
                                .asText())
                        .isEqualTo("failed");

                kafka.deleteTopic(read);
                await().untilAsserted(() -> {
                    Answer some = api.delete(offsets + "false");
                    assertThat(some.status()).as(some.text()).isEqualTo(207);
                    assertThat(some.json().findValuesAsText("outcome")).contains("applied", "failed");
                });
                assertThat(committed()).containsOnlyKeys(zero);
            }
        }

        @Test
        void whatIsNotCommittedIsA422() {
            Answer answer = api.delete(LOCAL + "/groups/" + group + "/offsets?dryRun=true&topic=nope");

            assertThat(answer.problem()).isEqualTo("no-commit");
            assertThat(answer.json().at("/errors/0/parameter").asText()).isEqualTo("topic");
        }
    }

    @Nested
    class Members {

        @Test
        void canBeRemovedByTheirInstanceId() {
            try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of("group.instance.id", "host-1"))
                    .awaitAssigned()
                    .hold()) {
                assertThat(reader).isNotNull();
                String path = LOCAL + "/groups/" + group + "/members/host-1?reason=dead%20host";
                assertThat(api.delete(path).status()).isEqualTo(400);
                JsonNode plan = api.delete(path + "&dryRun=true").ok();
                assertThat(plan.at("/members/0/outcome").asText()).isEqualTo("planned");
                assertThat(plan.at("/warnings/0/warning").asText()).isEqualTo("members-rejoin");

                JsonNode done = api.delete(path + "&dryRun=false").ok();

                assertThat(done.at("/members/0/instanceId").asText()).isEqualTo("host-1");
                assertThat(done.at("/members/0/outcome").asText()).isEqualTo("removed");
                JsonNode operation = api.get(done.get("operation").asText()).ok();
                assertThat(operation.get("kind").asText()).isEqualTo("remove-members");
                assertThat(operation.at("/members/0/member").asText()).isEqualTo("host-1");
                assertThat(undo(done.get("operation").asText(), "").problem()).isEqualTo("unprocessable");
                assertThat(api.delete(LOCAL + "/groups/" + group + "/members/nobody?dryRun=true")
                                .problem())
                        .isEqualTo("member-not-found");
            }
        }

        @Test
        void canAllBeRemovedFromBothKindsOfGroups() {
            for (String protocol : Brokers.groupProtocols()) {
                group = unique(protocol);
                try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of("group.protocol", protocol))
                        .awaitAssigned()
                        .hold()) {
                    assertThat(reader).isNotNull();
                    String path = LOCAL + "/groups/" + group + "/members";
                    assertThat(api.delete(path + "?dryRun=true").status()).isEqualTo(400);

                    JsonNode done = api.delete(path + "?all=true&dryRun=false").ok();

                    assertThat(done.at("/members/0/outcome").asText())
                            .as(protocol)
                            .isEqualTo("removed");
                }
            }
        }

        @NeedsBroker("4.2")
        @Test
        void ofShareGroupsCannotBeRemoved() {
            Answer answer = api.delete(LOCAL + "/groups/workers/members?all=true&dryRun=true");

            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.json().get("detail").asText()).contains("share group");
        }
    }

    @Nested
    class AnIdempotencyKey {

        private final String body = "{\"dryRun\":false,\"to\":\"current-5\"}";

        @Test
        void makesACallHappenOnce() {
            String path = LOCAL + "/groups/" + group + "/resets";
            String key = unique("key");

            Answer first = api.post(path, body, "Idempotency-Key", key);
            Answer second = api.post(path, body, "Idempotency-Key", key);
            Answer other = api.post(path, "{\"dryRun\":false,\"to\":\"current-6\"}", "Idempotency-Key", key);

            assertThat(first.ok()).isEqualTo(second.ok());
            assertThat(second.header("Idempotent-Replayed")).contains("true");
            assertThat(committed().get(zero).offset()).isEqualTo(15);
            assertThat(other.status()).isEqualTo(422);
            assertThat(committed().get(zero).offset()).isEqualTo(15);
        }

        @Test
        void isFreeAgainAfterACallThatChangedNothing() {
            String path = LOCAL + "/groups/" + group + "/resets";
            String key = unique("key");

            assertThat(api.post(path, "{\"dryRun\":false,\"to\":\"current-21\"}", "Idempotency-Key", key)
                            .status())
                    .isEqualTo(422);
            assertThat(api.post(path, body, "Idempotency-Key", key).status()).isEqualTo(200);
        }

        @Test
        void isRefusedWhenItIsNone() {
            assertThat(api.post(LOCAL + "/groups/" + group + "/resets", body, "Idempotency-Key", "a b")
                            .status())
                    .isEqualTo(400);
            assertThat(committed().get(zero).offset()).isEqualTo(20);
        }
    }

    @Nested
    class ACleanup {

        private Answer cleanup(boolean dryRun, String unchangedFor, String match) {
            return api.post(
                    LOCAL + "/groups/cleanup",
                    "{\"dryRun\":" + dryRun + ",\"state\":\"empty\",\"unchangedFor\":\"" + unchangedFor
                            + "\",\"match\":\"" + match + "\"}");
        }

        private String left(String group) {
            kafka.join(group, List.of(topic), Map.of()).awaitAssigned().close();
            // Whether a member that leaves commits depends on how far it came.
            kafka.commit(group, Map.of(zero, 1L));
            return group;
        }

        @Test
        void deletesWhatNobodyUsedForLongEnoughAndCanBeUndone() {
            String prefix = unique("left");
            String one = left(prefix + "-1");
            String two = left(prefix + "-2");
            assertThat(cleanup(true, "P3D", prefix + "-*").ok().findValuesAsText("skipped"))
                    .containsExactly("observed-too-short", "observed-too-short");
            await().untilAsserted(() -> assertThat(
                            cleanup(true, "PT1S", prefix + "-*").ok().findValuesAsText("outcome"))
                    .containsExactly("planned", "planned"));
            JsonNode done = cleanup(false, "PT1S", prefix + "-*").ok();

            assertThat(done.findValuesAsText("group")).containsExactly(one, two);
            assertThat(done.findValuesAsText("outcome")).containsExactly("deleted", "deleted");
            assertThat(api.get(LOCAL + "/groups/" + one).status()).isEqualTo(404);
            undo(done.at("/items/0/operation").asText(), "").ok();
            assertThat(api.get(LOCAL + "/groups/" + one).status()).isEqualTo(200);
        }

        @Test
        void deletesAGroupThatWasOnlyEverCommittedToOnlyWhenItIsNamed() {
            assertThat(cleanup(true, "PT0S", group.substring(0, group.length() - 1) + "*")
                            .ok()
                            .at("/items/0/skipped")
                            .asText())
                    .isEqualTo("only-when-named");
            assertThat(cleanup(true, "PT0S", group).ok().at("/items/0/outcome").asText())
                    .isEqualTo("planned");
        }

        @Test
        void refusesWhatItCannotUnderstand() {
            assertThat(cleanup(true, "3 days", "x").status()).isEqualTo(400);
            assertThat(cleanup(true, "-P1D", "x").status()).isEqualTo(400);
            assertThat(cleanup(true, "P1D", "").status()).isEqualTo(400);
        }
    }

    @Nested
    class OnAClusterWithItsOwnRules {

        private final String body = "{\"dryRun\":%s,\"to\":\"earliest\"}";

        @Test
        void everyChangeNeedsAPlanWhereThatIsDemanded() {
            String guarded = "/api/v1/clusters/guarded/groups/" + group;

            Answer refused = api.post(guarded + "/resets", String.format(body, false));
            Answer plan = api.post(guarded + "/resets", String.format(body, true));

            assertThat(refused.status()).isEqualTo(428);
            assertThat(refused.problem()).isEqualTo("precondition-required");
            String cleanup = "{\"dryRun\":%s,\"unchangedFor\":\"PT0S\",\"match\":\"" + group + "\"}";
            String cleanups = "/api/v1/clusters/guarded/groups/cleanup";
            assertThat(api.post(cleanups, String.format(cleanup, false)).status())
                    .isEqualTo(428);
            assertThat(api.post(cleanups, String.format(cleanup, false), "If-Match", "\"of-another\"")
                            .status())
                    .isEqualTo(412);
            assertThat(api.delete(guarded + "?dryRun=false").status()).isEqualTo(428);
            assertThat(api.delete(guarded + "/offsets?dryRun=false").status()).isEqualTo(428);
            assertThat(api.post(
                                    guarded + "/resets",
                                    String.format(body, false),
                                    "If-Match",
                                    plan.header("ETag").orElseThrow())
                            .status())
                    .isEqualTo(200);
            Answer cleanupPlan = api.post(cleanups, String.format(cleanup, true));
            assertThat(api.post(
                                    cleanups,
                                    String.format(cleanup, false),
                                    "If-Match",
                                    cleanupPlan.header("ETag").orElseThrow())
                            .ok()
                            .at("/items/0/outcome")
                            .asText())
                    .isEqualTo("deleted");
        }

        @Test
        void nothingIsChangedWhereItIsReadOnlyAndDryRunsSayWhy() {
            String readOnly = "/api/v1/clusters/readonly/groups/" + group;

            JsonNode plan =
                    api.post(readOnly + "/resets", String.format(body, true)).ok();

            assertThat(plan.get("applicable").asBoolean()).isFalse();
            assertThat(plan.at("/blockers/0/reason").asText()).isEqualTo("read-only");
            assertThat(api.post(readOnly + "/resets", String.format(body, false))
                            .problem())
                    .isEqualTo("read-only");
            // Decided before the body is looked at.
            assertThat(api.post(readOnly + "/resets", "{").problem()).isEqualTo("read-only");
            assertThat(api.delete(readOnly + "?dryRun=false").problem()).isEqualTo("read-only");
            assertThat(api.delete(readOnly + "/offsets").problem()).isEqualTo("read-only");
            assertThat(api.delete(readOnly + "/members?all=true&dryRun=false").problem())
                    .isEqualTo("read-only");
            assertThat(api.post("/api/v1/clusters/readonly/groups/cleanup", "{}")
                            .problem())
                    .isEqualTo("read-only");
            assertThat(committed()).isEqualTo(before);
        }
    }
}
