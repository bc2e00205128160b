package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.WithKafka;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A replica that is killed at a random moment while it parks a record: at no time is the record neither read nor parked, and in
 * the end it is parked once. More kills by {@code -Dparking.kills=200}, others by {@code -Dparking.seed=}.
 */
@Order(3)
@Execution(ExecutionMode.CONCURRENT)
class ParkingUnderKillsIT extends WithKafka {

    private static final int KILLS = Integer.getInteger("parking.kills", 4);
    private static final long SEED = Long.getLong("parking.seed", 42);
    /** One call takes about so long once the service is warm, and longer when it is not. */
    private static final long LONGEST_MILLIS = 1_500;

    private static String path(String group) {
        return "/api/v1/clusters/local/groups/" + group + "/park";
    }

    private static String body(String topic, String parked) {
        return "{\"dryRun\":false,\"acknowledgeInUse\":true,\"topic\":\"" + topic + "\",\"partition\":0,\"to\":\""
                + parked + "\"}";
    }

    private Map<String, Long> committed(List<String> groups, String topic) {
        Map<String, Long> committed = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> commits =
                    Kafka.get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            committed.put(group, commits.get(new TopicPartition(topic, 0)).offset());
        }
        return committed;
    }

    /** How many copies there are for each group. */
    private Map<String, Integer> copies(String parked) {
        Map<String, Integer> copies = new HashMap<>();
        TopicPartition log = new TopicPartition(parked, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(Map.of())) {
            consumer.assign(List.of(log));
            consumer.seekToBeginning(List.of(log));
            long end = consumer.endOffsets(List.of(log)).get(log);
            while (consumer.position(log) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Header group = record.headers().lastHeader("__dlq.errors.group");
                    copies.merge(new String(group.value(), StandardCharsets.UTF_8), 1, Integer::sum);
                }
            }
        }
        return copies;
    }

    @Test
    void noRecordIsLostAndNoneParkedTwice() throws Exception {
        Random random = new Random(SEED);
        String topic = kafka.topic(1);
        String parked = kafka.topic(1);
        kafka.produce(topic, 0, 3);
        List<String> groups = new ArrayList<>();
        int cut = 0;
        for (int round = 0; round < KILLS; round++) {
            String group = unique("killed");
            groups.add(group);
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 1L));
            try (PackagedService replica =
                    PackagedService.serving(Brokers.main().bootstrapServers())) {
                CompletableFuture<Answer> call =
                        CompletableFuture.supplyAsync(() -> replica.api().post(path(group), body(topic, parked)));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(LONGEST_MILLIS)));
                replica.kill();
                cut += call.handle((answer, failure) -> failure == null ? 0 : 1).get();
            }
            assertThat(copies(parked).getOrDefault(group, 0))
                    .as("a group that moved has its record parked, seed %s", SEED)
                    .isGreaterThanOrEqualTo(committed(List.of(group), topic).get(group) > 1 ? 1 : 0)
                    .isLessThanOrEqualTo(1);
        }
        Map<String, Long> moved = committed(groups, topic);
        Map<String, Integer> left = copies(parked);
        long inBetween = groups.stream()
                .filter(group -> moved.get(group) == 1 && left.containsKey(group))
                .count();
        System.out.printf(
                "Kills: %d, calls cut short: %d, copied and not moved: %d, moved: %d%n",
                KILLS,
                cut,
                inBetween,
                moved.values().stream().filter(offset -> offset > 1).count());

        try (PackagedService last = PackagedService.serving(Brokers.main().bootstrapServers())) {
            for (String group : groups) {
                if (moved.get(group) == 1) {
                    // What the dead replica had begun stands for a minute.
                    await().atMost(Duration.ofSeconds(90))
                            .ignoreException(UncheckedIOException.class)
                            .until(() -> last.api()
                                            .post(path(group), body(topic, parked))
                                            .status()
                                    == 200);
                }
            }
        }
        assertThat(committed(groups, topic).values()).allMatch(offset -> offset == 2);
        assertThat(copies(parked))
                .hasSize(groups.size())
                .allSatisfy((group, count) -> assertThat(count).as(group).isEqualTo(1));
    }
}
