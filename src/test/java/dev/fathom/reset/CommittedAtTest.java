package dev.fathom.reset;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.PastCommit;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a group had committed at a moment, whoever committed it, by the brokers' own log of commits. */
@FathomTest
class CommittedAtTest extends WithKafka {

    private static final String CLUSTER = "/api/v1/clusters/local";
    private static final int COMMITS = 120;
    private static final int INSTANTS = 1000;

    @Inject
    Clusters clusters;

    private final Api api = Api.underTest();
    private String topic;
    private String group;
    private TopicPartition zero;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        zero = new TopicPartition(topic, 0);
        kafka.produce(topic, 0, 300);
        kafka.produce(topic, 1, 300);
        group = unique("then");
    }

    /** Nobody committed from the one moment to the other, both included; a negative offset for nothing. */
    private record Quiet(long from, long to, long offset) {}

    @Test
    void aThousandInstantsGiveTheVeryCommitThatStoodThen() {
        List<Quiet> quiet = new ArrayList<>();
        Random random = new Random(17);
        try (KafkaConsumer<byte[], byte[]> consumer =
                        kafka.consumer(Map.of("group.id", group, "enable.auto.commit", "false"));
                KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
            consumer.assign(List.of(zero));
            long stood = -1;
            long since = tick();
            for (int i = 0; i < COMMITS; i++) {
                long offset = random.nextInt(300);
                boolean inTransaction = i % 10 == 4;
                boolean deleted = i % 40 == 20;
                if (inTransaction) {
                    producer.beginTransaction();
                    producer.sendOffsetsToTransaction(
                            Map.of(zero, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
                    tick();
                }
                quiet.add(new Quiet(since, tick(), stood));
                tick();
                if (inTransaction && i % 20 == 4) {
                    producer.abortTransaction();
                    settled();
                    offset = stood;
                } else if (inTransaction) {
                    producer.commitTransaction();
                    settled();
                } else if (deleted) {
                    get(kafka.admin()
                            .deleteConsumerGroupOffsets(group, Set.of(zero))
                            .all());
                    offset = -1;
                } else {
                    consumer.commitSync(Map.of(zero, new OffsetAndMetadata(offset, "by " + i)));
                }
                stood = offset;
                since = tick();
            }
        }

        List<Long> told = IntStream.range(0, INSTANTS)
                .mapToObj(i -> quiet.get(random.nextInt(quiet.size())))
                .map(each ->
                        new Quiet(each.from() + random.nextLong(each.to() - each.from() + 1), each.to(), each.offset()))
                .toList()
                .parallelStream()
                .map(each -> {
                    assertThat(told(each.from())).as(each::toString).isEqualTo(each.offset());
                    return each.offset();
                })
                .toList();

        assertThat(told).hasSize(INSTANTS).contains(-1L);
        assertThat(Set.copyOf(told)).hasSizeGreaterThan(COMMITS / 2);
    }

    /** Waits for the clock to show another millisecond, and one more. */
    private static long tick() {
        long begun = System.currentTimeMillis();
        long now = begun;
        while (now < begun + 2) {
            now = System.currentTimeMillis();
        }
        return now;
    }

    /** Markers are written after the producer has its answer. */
    private void settled() {
        ListConsumerGroupOffsetsSpec spec = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(zero));
        await().until(() -> get(kafka.admin()
                        .listConsumerGroupOffsets(
                                Map.of(group, spec), new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata(group))
                .containsKey(zero));
    }

    private long told(long at) {
        dev.fathom.cluster.TopicPartition partition = new dev.fathom.cluster.TopicPartition(topic, 0);
        PastCommit found = clusters.named("local", true)
                .inquiry()
                .committedAt(group, Instant.ofEpochMilli(at), Set.of(partition))
                .orThrow()
                .get(partition);
        if (found instanceof PastCommit.Nothing) {
            return -1;
        }
        assertThat(found).isInstanceOf(PastCommit.Stood.class);
        return ((PastCommit.Stood) found).commit().offset();
    }

    private Api.Answer reset(String fields) {
        return api.post(CLUSTER + "/groups/" + group + "/resets", "{\"acknowledgeInUse\":true," + fields + "}");
    }

    @Test
    void aResetBySomebodyElseIsTakenBack() {
        TopicPartition one = new TopicPartition(topic, 1);
        Map<TopicPartition, OffsetAndMetadata> before =
                Map.of(zero, new OffsetAndMetadata(217, "checkpoint 8"), one, new OffsetAndMetadata(44));
        kafka.commitWithMetadata(group, before);
        Instant then = Instant.ofEpochMilli(tick());
        tick();
        kafka.commit(group, Map.of(zero, 0L, one, 299L));

        Api.Answer planned = reset("\"dryRun\":true,\"to\":\"committed-at:" + then + "\"");
        JsonNode plan = planned.ok();
        String apply = "{\"acknowledgeInUse\":true,\"dryRun\":false,\"to\":\"committed-at:" + then + "\"}";
        JsonNode done = api.post(
                        CLUSTER + "/groups/" + group + "/resets",
                        apply,
                        "If-Match",
                        planned.header("ETag").orElseThrow())
                .ok();

        assertThat(plan.at("/partitions/0/to/offset").asLong()).isEqualTo(217);
        assertThat(plan.at("/partitions/0/to/metadata").asText()).isEqualTo("checkpoint 8");
        String position = plan.at("/partitions/0/position").asText();
        assertThat(position).startsWith("committed-at:");
        assertThat(Instant.parse(position.substring("committed-at:".length()))).isEqualTo(then);
        JsonNode known = plan.at("/partitions/1/committedAt");
        assertThat(known.get("source").asText()).isEqualTo("ledger");
        assertThat(known.get("exact").asBoolean()).isTrue();
        assertThat(known.get("atLeast").asLong()).isEqualTo(44);
        assertThat(known.get("atMost").asLong()).isEqualTo(44);
        assertThat(Instant.parse(known.get("from").asText())).isBeforeOrEqualTo(then);
        assertThat(known.has("until")).isFalse();
        assertThat(done.at("/partitions/0/verified").asBoolean()).isTrue();
        assertThat(get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()))
                .isEqualTo(before);
    }

    @Test
    void aDeletedCommitIsPutBackWhereItIsNamed() {
        kafka.commit(group, Map.of(zero, 217L, new TopicPartition(topic, 1), 5L));
        Instant then = Instant.ofEpochMilli(tick());
        tick();
        get(kafka.admin().deleteConsumerGroupOffsets(group, Set.of(zero)).all());

        JsonNode plan = reset("\"dryRun\":true,\"to\":\"committed-at:" + then + "\",\"targets\":[{\"topic\":\"" + topic
                        + "\",\"partitions\":[0]}]")
                .ok();

        assertThat(plan.at("/partitions/0/from").isMissingNode()).isTrue();
        assertThat(plan.at("/partitions/0/to/offset").asLong()).isEqualTo(217);
    }

    @Test
    void whatIsNotKnownIsRefusedWithTheReason() {
        Instant before = Instant.ofEpochMilli(tick());
        tick();
        kafka.commit(group, Map.of(zero, 5L));

        Api.Answer never = reset("\"dryRun\":true,\"to\":\"committed-at:" + before + "\"");
        Api.Answer toCome = reset("\"dryRun\":true,\"to\":\"committed-at:2090-01-01T00:00:00Z\"");

        assertThat(never.status()).isEqualTo(422);
        assertThat(never.problem()).isEqualTo("no-commit");
        assertThat(never.json().at("/errors/0/message").asText())
                .containsAnyOf("had committed nothing on " + topic + "-0 at " + before, "is not known");
        assertThat(toCome.status()).isEqualTo(422);
        assertThat(toCome.json().at("/errors/0/message").asText()).contains("still to come");
    }

    @ParameterizedTest
    @CsvSource({
        "offsets?at=committed-at:-PT1H",
        "partitions/0/seek?position=committed-at:-PT1H%26current=5",
        "partitions/0/records?position=committed-at:2026-01-01T00:00:00Z"
    })
    void whereNoGroupIsKnownItIsRefused(String path) {
        Api.Answer refused = api.get(CLUSTER + "/topics/" + topic + "/" + path.replace("%26", "&"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("means nothing without a group");
    }
}
