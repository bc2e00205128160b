package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.NeedsBroker;
import dev.fathom.testing.WithKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class GroupDetailIT extends WithKafka {

    private static final String GROUPS = "/api/v1/clusters/local/groups/";

    private final Api api = SharedService.api();

    private JsonNode detail(String group) {
        return api.get(GROUPS + group + "?fresh=true").ok();
    }

    /** One that closes stays a member until its session times out. */
    private static Map<String, Object> staticMember(String instanceId) {
        return Map.of("group.instance.id", instanceId, "session.timeout.ms", 3000, "heartbeat.interval.ms", 1000);
    }

    @Test
    void ofAClassicGroup() {
        String topic = kafka.topic(4);
        kafka.produce(topic, 1, 3);
        String group = unique("classic");
        try (LiveGroup first = kafka.join(group, List.of(topic), staticMember("static-1"));
                LiveGroup second = kafka.join(group, List.of(topic), Map.of("client.id", "second"))) {
            first.awaitAssigned();
            second.awaitAssigned();

            await().untilAsserted(() -> {
                JsonNode detail = detail(group);
                assertThat(detail.get("type").asText()).isEqualTo("classic");
                assertThat(detail.get("state").asText()).isEqualTo("stable");
                assertThat(detail.get("protocol").asText()).isEqualTo("consumer");
                assertThat(detail.get("assignor").asText()).isEqualTo("range");
                assertThat(detail.at("/coordinator/id").asInt()).isEqualTo(1);
                assertThat(detail.has("groupEpoch")).isFalse();
                assertThat(detail.has("reconciliation")).isFalse();
                assertThat(detail.get("members")).hasSize(2);
                assertThat(detail.findValuesAsText("instanceId")).containsExactly("static-1");
                assertThat(detail.findValuesAsText("clientId")).contains("second");
                assertThat(detail.at("/members/0/assignment/0/partitions")).hasSize(2);
                assertThat(detail.at("/lag/total").asLong()).isZero();
                assertThat(detail.get("authorizedOperations")).isNotEmpty();
            });
        }
        await().untilAsserted(
                        () -> assertThat(detail(group).get("state").asText()).isEqualTo("empty"));
    }

    @NeedsBroker("4.0")
    @Test
    void ofAConsumerGroup() {
        String topic = kafka.topic(2);
        String group = unique("consumer");
        try (LiveGroup member =
                kafka.join(group, List.of(topic), Map.of("group.protocol", "consumer", "client.rack", "rack-7"))) {
            member.awaitAssigned();

            await().untilAsserted(() -> {
                JsonNode detail = detail(group);
                assertThat(detail.get("type").asText()).isEqualTo("consumer");
                assertThat(detail.get("state").asText()).isEqualTo("stable");
                assertThat(detail.get("assignor").asText()).isEqualTo("uniform");
                assertThat(detail.get("groupEpoch").asInt()).isPositive();
                assertThat(detail.get("assignmentEpoch").asInt())
                        .isEqualTo(detail.get("groupEpoch").asInt());
                assertThat(detail.at("/reconciliation/atTarget").asInt()).isEqualTo(1);
                assertThat(detail.at("/reconciliation/of").asInt()).isEqualTo(1);
                JsonNode one = detail.at("/members/0");
                assertThat(one.get("epoch").asInt()).isPositive();
                assertThat(one.get("rackId").asText()).isEqualTo("rack-7");
                assertThat(one.get("upgraded").asBoolean()).isTrue();
                assertThat(one.get("targetAssignment")).isEqualTo(one.get("assignment"));
                assertThat(one.at("/assignment/0/topic").asText()).isEqualTo(topic);
            });
            JsonNode members = api.get(GROUPS + group + "/members?fresh=true").ok();
            assertThat(members.at("/items/0/clientId").asText()).isEqualTo(group + "-member");
            assertThat(members.at("/page/total").asInt()).isEqualTo(1);
        }
    }

    @NeedsBroker("4.2")
    @Test
    void ofAShareGroup() {
        await().untilAsserted(() -> {
            JsonNode detail = detail("workers");
            assertThat(detail.get("type").asText()).isEqualTo("share");
            assertThat(detail.get("groupEpoch").asInt()).isPositive();
            assertThat(detail.at("/members/0/clientId").asText()).isEqualTo("workers-1");
            assertThat(detail.at("/members/0").has("instanceId")).isFalse();
            assertThat(detail.at("/members/0/assignment/0/topic").asText()).isEqualTo("jobs");
            assertThat(detail.at("/lag/total").asLong())
                    .isLessThanOrEqualTo(detail.at("/lag/lagUpperBound").asLong());
        });
    }

    /** Records done beyond the start offset are no lag any more, though the start offset stays below them. */
    @NeedsBroker("4.2")
    @Test
    void ofAShareGroupThatHasDoneRecordsOutOfOrder() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 30);
        String group = unique("share");
        kafka.configureGroup(group, "share.auto.offset.reset", "earliest");
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                Brokers.main().bootstrapServers(),
                "group.id",
                group,
                "client.rack",
                "rack-7",
                "share.acknowledgement.mode",
                "explicit");
        try (ShareConsumer<byte[], byte[]> member =
                new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            member.subscribe(List.of(topic));
            List<ConsumerRecord<byte[], byte[]>> received = new ArrayList<>();
            await().until(() -> {
                if (received.isEmpty()) {
                    member.poll(Duration.ofMillis(200)).forEach(received::add);
                }
                return received.size() == 30;
            });
            received.subList(10, 22).forEach(record -> member.acknowledge(record, AcknowledgeType.ACCEPT));
            member.commitSync();

            await().untilAsserted(() -> {
                JsonNode row =
                        Api.row(api.get(GROUPS + group + "/offsets?fresh=true").ok(), topic, 0);
                assertThat(row.get("startOffset").asLong()).isZero();
                assertThat(row.get("lagUpperBound").asLong()).isEqualTo(30);
                assertThat(row.get("lag").asLong()).isEqualTo(18);
                assertThat(row.get("effectiveLag").asLong()).isEqualTo(18);
            });
            JsonNode detail = detail(group);
            assertThat(detail.at("/lag/total").asLong()).isEqualTo(18);
            assertThat(detail.at("/lag/lagUpperBound").asLong()).isEqualTo(30);
            assertThat(detail.at("/members/0/rackId").asText()).isEqualTo("rack-7");
            assertThat(detail.at("/members/0/lag").asLong()).isEqualTo(18);
        }
    }

    @NeedsBroker("4.2")
    @Test
    void ofAShareGroupWhoseMembersLeft() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 6);
        String group = unique("share");
        kafka.configureGroup(group, "share.auto.offset.reset", "earliest");
        Map<String, Object> properties =
                Map.of("bootstrap.servers", Brokers.main().bootstrapServers(), "group.id", group);
        try (ShareConsumer<byte[], byte[]> member =
                new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            member.subscribe(List.of(topic));
            await().untilAsserted(() -> {
                member.poll(Duration.ofMillis(100));
                assertThat(detail(group).at("/members/0/assignment/0/topic").asText())
                        .isEqualTo(topic);
            });
        }

        await().untilAsserted(() -> {
            JsonNode detail = detail(group);
            assertThat(detail.get("state").asText()).isEqualTo("empty");
            assertThat(detail.get("members")).isEmpty();
            JsonNode row =
                    Api.row(api.get(GROUPS + group + "/offsets?fresh=true").ok(), topic, 0);
            assertThat(row.get("startOffset").asLong()).isBetween(0L, 6L);
            assertThat(row.get("lagUpperBound").asLong())
                    .isEqualTo(6 - row.get("startOffset").asLong());
        });
    }

    @NeedsBroker("4.2")
    @Test
    void ofAStreamsGroup() {
        String input = kafka.topic(2);
        String output = kafka.topic(2);
        kafka.produce(input, 0, 5);
        String group = unique("streams");
        StreamsBuilder builder = new StreamsBuilder();
        // In memory: a store on disk is native code, and a crash of it ends the whole run.
        builder.stream(input)
                .groupByKey()
                .count(Materialized.as(Stores.inMemoryKeyValueStore("counts")))
                .toStream()
                .to(output);
        Properties properties = new Properties();
        properties.put("application.id", group);
        properties.put("bootstrap.servers", Brokers.main().bootstrapServers());
        properties.put("group.protocol", "streams");
        properties.put("default.key.serde", Serdes.ByteArraySerde.class);
        properties.put("default.value.serde", Serdes.ByteArraySerde.class);
        properties.put("state.dir", "target/kafka/streams-state");
        properties.put("commit.interval.ms", 200);
        try (KafkaStreams streams = new KafkaStreams(builder.build(), properties)) {
            streams.start();

            await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                JsonNode detail = detail(group);
                assertThat(detail.get("type").asText()).isEqualTo("streams");
                assertThat(detail.get("state").asText()).isEqualTo("stable");
                assertThat(detail.get("topologyEpoch").asInt()).isZero();
                assertThat(detail.at("/subtopologies/0/sourceTopics/0").asText())
                        .isEqualTo(input);
                assertThat(detail.at("/subtopologies/0/changelogTopics/0").asText())
                        .endsWith("-changelog");
                assertThat(detail.at("/members/0/tasks/active/0/partitions")).hasSize(2);
                assertThat(detail.at("/members/0/assignment/0/topic").asText()).isEqualTo(input);
            });
            assertThat(api.get("/api/v1/clusters/local/groups?type=streams&fresh=true")
                            .ok()
                            .findValuesAsText("id"))
                    .contains(group);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                JsonNode row =
                        Api.row(api.get(GROUPS + group + "/offsets?fresh=true").ok(), input, 0);
                assertThat(row.get("committedOffset").asLong()).isEqualTo(5);
                assertThat(row.get("lag").asLong()).isZero();
                assertThat(row.at("/member/clientId").asText()).startsWith(group);
            });
            streams.close(new KafkaStreams.CloseOptions().leaveGroup(true));
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(detail(group).get("state").asText()).isEqualTo("empty");
            assertThat(Api.row(api.get(GROUPS + group + "/offsets?fresh=true").ok(), input, 0)
                            .get("committedOffset")
                            .asLong())
                    .isEqualTo(5);
        });
    }

    @Test
    void ofAGroupThatWasDeletedIs404AndNeverDead() {
        String topic = kafka.topic(1);
        String group = unique("gone");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        assertThat(api.get(GROUPS + group).status()).isEqualTo(200);

        Kafka.get(kafka.admin().deleteConsumerGroups(List.of(group)).all());

        await().untilAsserted(() -> {
            Api.Answer answer = api.get(GROUPS + group);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.problem()).isEqualTo("group-not-found");
        });
    }

    @NeedsBroker("4.0")
    @Test
    void ofAGroupConvertedFromClassicToConsumerIsFoundAtOnce() {
        String topic = kafka.topic(1);
        String group = unique("converted");
        try (LiveGroup classic = kafka.join(group, List.of(topic), Map.of())) {
            classic.awaitAssigned();
        }
        assertThat(api.get(GROUPS + group).ok().get("type").asText()).isEqualTo("classic");
        try (LiveGroup consumer = kafka.join(group, List.of(topic), Map.of("group.protocol", "consumer"))) {
            consumer.awaitAssigned();

            assertThat(api.get(GROUPS + group).status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(
                            api.get(GROUPS + group).ok().get("type").asText())
                    .isEqualTo("consumer"));
        }
    }
}
