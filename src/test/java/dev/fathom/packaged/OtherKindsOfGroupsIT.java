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
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Moving and deleting groups of the newer kinds: consumer (KIP-848), share and streams. */
@Execution(ExecutionMode.CONCURRENT)
class OtherKindsOfGroupsIT extends WithKafka {

    private static final String LOCAL = "/api/v1/clusters/local";

    private final Api api = SharedService.api();
    private String topic;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        kafka.produce(topic, 0, 30);
        kafka.produce(topic, 1, 10);
    }

    private Answer reset(String group, String fields) {
        return api.post(LOCAL + "/groups/" + group + "/resets", "{" + fields.replace('\'', '"') + "}");
    }

    @Test
    void aConsumerGroupIsMovedOnceItsMembersAreGone() {
        String group = unique("consumer");
        try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of("group.protocol", "consumer"))
                .awaitAssigned()) {
            assertThat(reader).isNotNull();
            String whole = "'dryRun':false,'to':'earliest','targets':[{'topic':'" + topic + "'}]";
            assertThat(reset(group, whole).problem()).isEqualTo("group-not-empty");
        }
        await().until(() -> reset(group, "'dryRun':true,'to':'earliest'")
                .ok()
                .get("applicable")
                .asBoolean());

        JsonNode done = reset(group, "'dryRun':false,'to':'latest-3'").ok();

        assertThat(done.get("type").asText()).isEqualTo("consumer");
        assertThat(done.findValuesAsText("outcome")).containsOnly("applied");
        assertThat(get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                        .get(new TopicPartition(topic, 0))
                        .offset())
                .isEqualTo(27);
    }

    private long start(String group, int partition) {
        return get(kafka.admin()
                        .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(group))
                .get(new TopicPartition(topic, partition))
                .startOffset();
    }

    private String shareGroup() {
        String group = unique("share");
        kafka.configureGroup(group, "share.auto.offset.reset", "earliest");
        try (KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", Brokers.main().bootstrapServers(), "group.id", group),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            int read = 0;
            while (read < 40 && System.nanoTime() < deadline) {
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
            consumer.commitSync();
            assertThat(reset(group, "'dryRun':false,'to':'earliest'").problem()).isEqualTo("group-not-empty");
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> reset(group, "'dryRun':true,'to':'earliest'")
                .ok()
                .get("applicable")
                .asBoolean());
        return group;
    }

    @Test
    void aShareGroupsStartOffsetsAreMovedPutBackAndDeleted() {
        String group = shareGroup();
        JsonNode plan = reset(group, "'dryRun':true,'to':'earliest'").ok();
        reset(group, "'dryRun':false,'to':'2001-01-01T00:00:00Z'").ok();
        assertThat(start(group, 0)).isZero();
        JsonNode done = reset(group, "'dryRun':false,'to':'latest'").ok();

        assertThat(plan.at("/warnings/0/warning").asText()).isEqualTo("delivery-state-discarded");
        assertThat(done.findValuesAsText("outcome")).containsOnly("applied");
        assertThat(done.findValuesAsText("verified")).containsOnly("true");
        assertThat(start(group, 0)).isEqualTo(30);
        assertThat(reset(group, "'dryRun':true,'to':'none'").problem()).isEqualTo("unprocessable");
        assertThat(reset(group, "'dryRun':true,'to':'group:invoices'").problem())
                .isEqualTo("unprocessable");
        assertThat(reset(group, "'dryRun':true,'to':'earliest','metadata':'x'").problem())
                .isEqualTo("unprocessable");
        api.post(done.get("operation").asText() + "/undo", "{\"dryRun\":false}").ok();
        assertThat(start(group, 0)).isZero();

        String offsets = LOCAL + "/groups/" + group + "/offsets?topic=" + topic + "&dryRun=";
        assertThat(api.delete(offsets + "true&partition=0").problem()).isEqualTo("unprocessable");
        JsonNode forgotten = api.delete(offsets + "false").ok();
        assertThat(forgotten.findValuesAsText("outcome")).containsOnly("applied");
        assertThat(api.post(forgotten.get("operation").asText() + "/undo", "{\"dryRun\":true}")
                        .problem())
                .isEqualTo("unprocessable");
        assertThat(api.delete(LOCAL + "/groups/" + group + "?dryRun=false")
                        .ok()
                        .get("kind")
                        .asText())
                .isEqualTo("delete-group");
        assertThat(api.get(LOCAL + "/groups/" + group + "?fresh=true").status()).isEqualTo(404);
    }

    @Test
    void aStreamsGroupIsMovedOnlyWhenItsStateIsKnownToStay() {
        String application = unique("streams");
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topic).groupByKey().count(Materialized.as(Stores.inMemoryKeyValueStore("counts")));
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, Brokers.main().bootstrapServers());
        config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
        config.put("auto.offset.reset", "earliest");
        config.put(StreamsConfig.STATE_DIR_CONFIG, "target/kafka/streams-" + application);
        KafkaStreams streams = new KafkaStreams(builder.build(), config);
        streams.start();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                Answer lag = api.get(LOCAL + "/groups/" + application + "/lag?fresh=true");
                return lag.status() == 200
                        && lag.json().path("total").asLong(-1) == 0
                        && lag.json().path("topics").size() > 0;
            });
            assertThat(reset(application, "'dryRun':false,'to':'earliest'").problem())
                    .isEqualTo("group-not-empty");
            assertThat(api.delete(LOCAL + "/groups/" + application + "/members?all=true&dryRun=true")
                            .status())
                    .isEqualTo(501);
        } finally {
            streams.close(Duration.ofSeconds(20));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> reset(application, "'dryRun':true,'to':'earliest'")
                .ok()
                .get("blockers")
                .findValuesAsText("reason")
                .equals(List.of("state-kept")));

        JsonNode plan = reset(application, "'dryRun':true,'to':'earliest'").ok();
        assertThat(plan.at("/warnings/0/topics").toString()).contains(application + "-counts-changelog");
        assertThat(reset(application, "'dryRun':false,'to':'earliest'").problem())
                .isEqualTo("unprocessable");
        JsonNode done = reset(application, "'dryRun':false,'to':'earliest','acknowledgeStateKept':true")
                .ok();
        assertThat(done.get("type").asText()).isEqualTo("streams");
        assertThat(done.findValuesAsText("topic")).containsOnly(topic);
        assertThat(done.at("/partitions/0/to/offset").asLong()).isZero();
        assertThat(done.at("/partitions/0/verified").asBoolean()).isTrue();

        JsonNode deleted =
                api.delete(LOCAL + "/groups/" + application + "?dryRun=false").ok();
        assertThat(deleted.findValuesAsText("outcome")).containsOnly("applied");
        assertThat(api.get(LOCAL + "/groups/" + application + "?fresh=true").status())
                .isEqualTo(404);
    }
}
