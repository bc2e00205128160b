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
import dev.fathom.testing.NeedsBroker;
import dev.fathom.testing.WithKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a group's offsets say, one kind of trouble after the other. */
@FathomTest
class GroupOffsetsTest extends WithKafka {

    private static final String GROUPS = "/api/v1/clusters/local/groups/";

    private final Api api = Api.underTest();

    private JsonNode offsets(String group) {
        return offsets(group, "");
    }

    private JsonNode offsets(String group, String query) {
        return api.get(GROUPS + group + "/offsets?fresh=true" + query).ok();
    }

    private static void assertLag(JsonNode row, long lag, long effective, long lost, String status) {
        assertThat(row.get("lag").asLong()).as(row.toString()).isEqualTo(lag);
        assertThat(row.get("effectiveLag").asLong()).as(row.toString()).isEqualTo(effective);
        assertThat(row.get("lostRecords").asLong()).as(row.toString()).isEqualTo(lost);
        assertThat(row.get("status").asText()).as(row.toString()).isEqualTo(status);
    }

    @Nested
    class OfAGroupThatIsBehind {

        @Test
        void tellsCommitBordersLagAndMetadata() {
            JsonNode row = row(offsets("invoices"), "orders", 1);

            assertThat(row.get("committedOffset").asLong()).isEqualTo(25);
            assertThat(row.get("metadata").asText()).isEqualTo("run 17");
            assertThat(row.get("leaderEpoch").isNull()).isTrue();
            assertThat(row.get("firstOffset").asLong()).isZero();
            assertThat(row.get("lastOffset").asLong()).isEqualTo(40);
            assertThat(row.get("uncommittedTail").asLong()).isZero();
            assertThat(row.get("stale").asBoolean()).isFalse();
            assertThat(row.get("member").isNull()).isTrue();
            assertLag(row, 15, 15, 0, "ok");
        }

        @Test
        void showsPartitionsOfATopicCommittedToThatHaveNoCommit() {
            String topic = kafka.topic(3);
            kafka.produce(topic, 1, 4);
            String group = unique("partial");
            kafka.commit(group, Map.of(new TopicPartition(topic, 1), 1L));

            JsonNode rows = offsets(group);

            assertThat(rows.get("items")).hasSize(3);
            assertThat(row(rows, topic, 0).get("status").asText()).isEqualTo("no-commit");
            assertThat(row(rows, topic, 0).get("lag").isNull()).isTrue();
            assertThat(row(rows, topic, 0).get("committedOffset").isNull()).isTrue();
            assertLag(row(rows, topic, 1), 3, 3, 0, "ok");
        }

        @Test
        void totalsLeaveOutWhatIsUnknownAndListIt() {
            String topic = kafka.topic(2);
            kafka.produce(topic, 0, 9);
            String group = unique("totals");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 2L));

            JsonNode lag = api.get(GROUPS + group + "/lag").ok();

            assertThat(lag.get("total").asLong()).isEqualTo(7);
            assertThat(lag.at("/unknown/0/topic").asText()).isEqualTo(topic);
            assertThat(lag.at("/unknown/0/partition").asInt()).isEqualTo(1);
            assertThat(lag.at("/unknown/0/status").asText()).isEqualTo("no-commit");
            assertThat(lag.at("/topics/0/total").asLong()).isEqualTo(7);
            assertThat(lag.get("complete").asBoolean()).isTrue();
        }

        @Test
        void showsOneTopicAlone() {
            String first = kafka.topic(1);
            String second = kafka.topic(1);
            String group = unique("two-topics");
            kafka.commit(group, Map.of(new TopicPartition(first, 0), 0L, new TopicPartition(second, 0), 0L));

            assertThat(offsets(group, "&topic=" + second).findValuesAsText("topic"))
                    .containsExactly(second);
            assertThat(offsets(group, "&topic=nope").get("items")).isEmpty();
        }
    }

    @Nested
    class WhereTheLogMoved {

        @Test
        void tellsWhatTheGroupLostToATrimmedLog() {
            assertLag(row(offsets("audit-archive"), "audit", 0), 80, 40, 40, "below-first");
        }

        @Test
        void aCommitBeyondTheEndHasNoLag() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 3);
            String group = unique("beyond");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 1000L));

            JsonNode row = row(offsets(group), topic, 0);

            assertThat(row.get("status").asText()).isEqualTo("beyond-last");
            assertThat(row.get("lag").isNull()).isTrue();
            assertThat(row.get("effectiveLag").isNull()).isTrue();
            assertThat(row.get("committedOffset").asLong()).isEqualTo(1000);
        }

        @Test
        void gapsOfCompactionCountAsOffsets() {
            String topic = kafka.topic(
                    unique("compacted"),
                    1,
                    Map.of("cleanup.policy", "compact", "segment.ms", "50", "min.cleanable.dirty.ratio", "0.001"));
            String group = unique("gaps");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 4L));
            String records =
                    "/api/v1/clusters/local/topics/" + topic + "/partitions/0/records?position=earliest&limit=500";

            // Written until the cleaner has left a gap behind the commit.
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                kafka.produce(topic, 0, 3);
                JsonNode kept = api.get(records).ok();
                long end = kept.get("highWatermark").asLong();
                assertThat(end).isGreaterThan(10);
                assertThat(kept.get("items").size()).isLessThan((int) end - 4);
                assertThat(kept.at("/items/0/offset").asLong()).isGreaterThan(4);
                JsonNode row = row(offsets(group), topic, 0);
                assertLag(row, end - 4, end - 4, 0, "ok");
            });
        }

        @Test
        void seesPartitionsThatWereAdded() {
            String topic = kafka.topic(1);
            String group = unique("grown");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
            assertThat(offsets(group).get("items")).hasSize(1);
            get(kafka.admin()
                    .createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                    .all());
            await().until(() -> get(kafka.admin().describeTopics(List.of(topic)).allTopicNames())
                            .get(topic)
                            .partitions()
                            .size()
                    == 3);

            kafka.commit(group, Map.of(new TopicPartition(topic, 2), 0L));

            await().untilAsserted(() -> {
                JsonNode rows = offsets(group);
                assertThat(rows.get("items")).hasSize(3);
                assertLag(row(rows, topic, 2), 0, 0, 0, "ok");
            });
        }
    }

    @Nested
    class WhereATopicWasDeleted {

        @Test
        void aLiveGroupStillShowsItOrHasForgottenIt() {
            String topic = kafka.topic(1);
            String kept = kafka.topic(1);
            kafka.produce(kept, 0, 3);
            String group = unique("deleted");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L, new TopicPartition(kept, 0), 1L));

            kafka.deleteTopic(topic);

            await().untilAsserted(() -> {
                JsonNode rows = offsets(group);
                assertLag(row(rows, kept, 0), 2, 2, 0, "ok");
                rows.get("items").forEach(row -> {
                    if (row.get("topic").asText().equals(topic)) {
                        assertThat(row.get("status").asText()).isEqualTo("topic-deleted");
                        assertThat(row.get("lag").isNull()).isTrue();
                    }
                });
            });
        }

        @Test
        void aMemberStillAssignedToItShowsItAsDeleted() {
            String topic = kafka.topic(1);
            String group = unique("assigned-deleted");
            try (LiveGroup member = kafka.join(group, List.of(topic), Map.of("enable.auto.commit", false))) {
                // A classic member learns of it when it next polls: here never.
                member.awaitAssigned().hold();
                kafka.deleteTopic(topic);

                await().untilAsserted(() -> {
                    JsonNode row = row(offsets(group), topic, 0);
                    assertThat(row.get("status").asText()).isEqualTo("topic-deleted");
                    assertThat(row.get("lag").isNull()).isTrue();
                    assertThat(row.at("/member/clientId").asText()).isEqualTo(group + "-member");
                });
            }
        }
    }

    @Nested
    class WhereTransactionsAreOpen {

        @Test
        void tellsWhatOpenTransactionsHoldBack() {
            String topic = kafka.topic(1);
            String group = unique("open");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
            try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[1]));
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[1]));
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[1]));
                producer.flush();

                JsonNode uncommitted = row(offsets(group), topic, 0);
                JsonNode committed = row(offsets(group, "&isolation=read_committed"), topic, 0);

                assertThat(uncommitted.get("uncommittedTail").asLong()).isEqualTo(2);
                assertThat(uncommitted.get("lag").asLong())
                        .as("one record and its marker, two records open")
                        .isEqualTo(4);
                assertThat(committed.get("lag").asLong()).isEqualTo(2);
                assertThat(committed.get("lastOffset").asLong()).isEqualTo(4);
                producer.abortTransaction();
            }
            assertThat(row(offsets(group), topic, 0).get("uncommittedTail").asLong())
                    .isZero();
        }

        @Test
        void aCommitInAnOpenTransactionIsPending() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 10);
            String group = unique("pending");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));
            try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
                producer.beginTransaction();
                producer.sendOffsetsToTransaction(
                        Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(7)),
                        new ConsumerGroupMetadata(group));

                JsonNode there = row(offsets(group), topic, 0);
                JsonNode stable = row(offsets(group, "&stable=true"), topic, 0);

                assertThat(there.get("status").asText()).isEqualTo("pending-transaction");
                assertThat(there.get("committedOffset").asLong()).isEqualTo(3);
                assertThat(there.get("lag").asLong()).isEqualTo(7);
                assertThat(stable.get("status").asText()).isEqualTo("pending-transaction");
                assertThat(stable.get("committedOffset").isNull()).isTrue();
                assertThat(stable.get("lag").isNull()).isTrue();
                producer.commitTransaction();
            }
            await().untilAsserted(() -> assertLag(row(offsets(group), topic, 0), 3, 3, 0, "ok"));
        }
    }

    @Nested
    class OfALiveGroup {

        @Test
        void namesTheOwnerOfEachPartition() {
            for (String protocol : Brokers.groupProtocols()) {
                String topic = kafka.topic(2);
                kafka.produce(topic, 0, 5);
                String group = unique("live-" + protocol);
                try (LiveGroup member = kafka.join(group, List.of(topic), Map.of("group.protocol", protocol))) {
                    member.awaitAssigned();

                    await().untilAsserted(() -> {
                        JsonNode row = row(offsets(group), topic, 0);
                        assertLag(row, 0, 0, 0, "ok");
                        assertThat(row.at("/member/clientId").asText()).isEqualTo(group + "-member");
                        assertThat("/" + row.at("/member/host").asText()).isEqualTo(host(group));
                    });
                }
            }
        }

        /** Where the broker sees the one member: this machine, or where a container sees it. */
        private String host(String group) {
            return Kafka.get(
                            kafka.admin().describeConsumerGroups(List.of(group)).all())
                    .get(group)
                    .members()
                    .iterator()
                    .next()
                    .host();
        }

        @Test
        void showsBothOwnersOfOnePartition() {
            String topic = kafka.topic(1);
            String group = unique("twice");
            Map<String, Object> properties = Map.of("partition.assignment.strategy", EverybodyAll.class.getName());
            try (LiveGroup first = kafka.join(group, List.of(topic), properties);
                    LiveGroup second = kafka.join(group, List.of(topic), properties)) {
                first.awaitAssigned();
                second.awaitAssigned();

                await().untilAsserted(() -> {
                    JsonNode row = row(offsets(group), topic, 0);
                    assertThat(row.get("member").isNull()).isTrue();
                    assertThat(row.get("members").findValuesAsText("clientId"))
                            .containsExactly(group + "-member", group + "-member");
                });
                String csv = api.get(GROUPS + group + "/offsets", "Accept", "text/csv")
                        .text();
                assertThat(csv).contains(group + "-member;" + group + "-member");
            }
            assertThat(row(offsets("invoices"), "orders", 1).has("members")).isFalse();
        }

        @Test
        void marksTopicsNobodyReadsAnyMoreAsStale() {
            String read = kafka.topic(1);
            String left = kafka.topic(1);
            kafka.produce(left, 0, 5);
            String group = unique("stale");
            kafka.commit(group, Map.of(new TopicPartition(left, 0), 1L));
            try (LiveGroup member = kafka.join(group, List.of(read), Map.of())) {
                member.awaitAssigned();

                await().untilAsserted(() -> {
                    JsonNode rows = offsets(group);
                    assertThat(row(rows, left, 0).get("stale").asBoolean()).isTrue();
                    assertThat(row(rows, left, 0).get("lag").asLong()).isEqualTo(4);
                    assertThat(row(rows, read, 0).get("stale").asBoolean()).isFalse();
                });
            }
        }
    }

    @NeedsBroker("4.2")
    @Nested
    class OfAShareGroup {

        @Test
        void givesStartOffsetsAndAnUpperBound() {
            await().ignoreExceptions().untilAsserted(() -> {
                JsonNode row = row(offsets("workers"), "jobs", 0);
                assertThat(row.get("lag").asLong())
                        .isBetween(0L, row.get("lagUpperBound").asLong());
                assertThat(row.get("committedOffset").isNull()).isTrue();
                assertThat(row.get("startOffset").asLong()).isBetween(0L, 30L);
                assertThat(row.get("lagUpperBound").asLong())
                        .isEqualTo(30 - row.get("startOffset").asLong());
                assertThat(row.get("status").asText()).isEqualTo("ok");
            });
        }
    }

    @Nested
    class InOtherForms {

        @Test
        void asCsv() {
            String csv = api.get(GROUPS + "invoices/offsets?limit=1", "Accept", "text/csv")
                    .text();

            // How long they have been unread is another at every moment.
            assertThat(csv.replaceAll(",(PT[0-9.HMS]+)?,(PT[0-9.HMS]+)?\n", ",a time lag,its bound\n"))
                    .isEqualTo(
                            "topic,partition,committedOffset,startOffset,leaderEpoch,metadata,firstOffset,lastOffset,lag,"
                                    + "effectiveLag,lostRecords,uncommittedTail,lagUpperBound,status,stale,memberId,"
                                    + "clientId,host,timeLag,timeLagErrorBound\n"
                                    + "orders,0,40,,,,0,40,0,0,0,0,,ok,false,,,,a time lag,its bound\n"
                                    + "orders,1,25,,,\"run 17\",0,40,15,15,0,0,,ok,false,,,,a time lag,its bound\n"
                                    + "orders,2,12,,,,0,40,28,28,0,0,,ok,false,,,,a time lag,its bound\n");
            assertThat(csv).contains("orders,0,40,,,,0,40,0,0,0,0,,ok,false,,,,PT0S,PT0S\n");
        }

        @Test
        void aWholeFileSaysSo() {
            Api.Answer file = api.get(GROUPS + "invoices/offsets?format=kafka");
            assertThat(file.header("X-Complete")).hasValue("true");
            assertThat(file.header("Content-Disposition")).isEmpty();
            assertThat(offsets("invoices").get("complete").asBoolean()).isTrue();
        }

        @Test
        void asKafkasOwnPlanFile() {
            assertThat(api.get(GROUPS + "invoices/offsets?format=kafka").text())
                    .isEqualTo("orders,0,40\norders,1,25\norders,2,12\n");
            assertThat(api.get("/api/v1/clusters/local/groups?search=invoices&format=kafka")
                            .text())
                    .isEqualTo("invoices,orders,0,40\ninvoices,orders,1,25\ninvoices,orders,2,12\n");
        }
    }

    /** An assignor that is wrong: it gives every member every partition. */
    public static final class EverybodyAll implements ConsumerPartitionAssignor {

        @Override
        public GroupAssignment assign(Cluster cluster, GroupSubscription members) {
            Map<String, Assignment> assigned = new HashMap<>();
            members.groupSubscription().forEach((member, subscription) -> {
                List<TopicPartition> all = new ArrayList<>();
                subscription.topics().forEach(topic -> cluster.partitionsForTopic(topic)
                        .forEach(partition -> all.add(new TopicPartition(topic, partition.partition()))));
                assigned.put(member, new Assignment(all));
            });
            return new GroupAssignment(assigned);
        }

        @Override
        public String name() {
            return "everybody-all";
        }
    }
}
