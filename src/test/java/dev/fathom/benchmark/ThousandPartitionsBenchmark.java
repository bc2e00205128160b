package dev.fathom.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.KafkaTools;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * One group with 1,000 partitions over HTTP, nothing shared, beside the same Admin calls made directly, in turns in one
 * run. Not part of the tests: {@code mvn test -Dtest=ThousandPartitionsBenchmark}.
 */
@FathomTest
class ThousandPartitionsBenchmark {

    private static final int TOPICS = 10;
    private static final int PARTITIONS = 100;
    private static final int WARM_UP = 150;
    private static final int ROUNDS = 300;
    private static final int TOOL_RUNS = 5;
    private static final String GROUP = "benchmark-1000";

    @Test
    void againstTheSameCallsMadeDirectly() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            Map<TopicPartition, Long> commits = new HashMap<>();
            for (int t = 0; t < TOPICS; t++) {
                String topic = kafka.topic("benchmark-" + t, PARTITIONS, Map.of());
                for (int p = 0; p < PARTITIONS; p++) {
                    commits.put(new TopicPartition(topic, p), 0L);
                }
            }
            kafka.commit(GROUP, commits);
            Api api = Api.underTest();
            String rows = "/api/v1/clusters/local/groups/" + GROUP + "/offsets?fresh=true&limit=1000";
            assertThat(api.get(rows).ok().get("items")).hasSize(TOPICS * PARTITIONS);

            String shared = rows.replace("fresh=true&", "");
            double[] direct = new double[ROUNDS];
            double[] service = new double[ROUNDS];
            double[] fromSnapshot = new double[ROUNDS];
            for (int i = -WARM_UP; i < ROUNDS; i++) {
                double directly = millis(() -> callDirectly(kafka, commits));
                double served = millis(() -> assertThat(api.get(rows).status()).isEqualTo(200));
                double sharing =
                        millis(() -> assertThat(api.get(shared).status()).isEqualTo(200));
                if (i >= 0) {
                    direct[i] = directly;
                    service[i] = served;
                    fromSnapshot[i] = sharing;
                }
            }
            double[] tool = new double[TOOL_RUNS];
            for (int i = 0; i < TOOL_RUNS; i++) {
                tool[i] = millis(() -> KafkaTools.consumerGroups(
                        "--bootstrap-server", Brokers.main().bootstrapServers(), "--describe", "--group", GROUP));
            }
            Arrays.sort(direct);
            Arrays.sort(service);
            Arrays.sort(fromSnapshot);
            Arrays.sort(tool);
            System.out.printf(
                    "relative to the direct calls (p50): service %.2f, from the snapshot %.2f, the tool %.0f%n",
                    at(service, 50) / at(direct, 50),
                    at(fromSnapshot, 50) / at(direct, 50),
                    at(tool, 50) / at(direct, 50));
            System.out.printf(
                    "1,000 partitions: direct p50 %.1f ms p99 %.1f ms, service p50 %.1f ms p99 %.1f ms, ratio p50 %.2f p99 %.2f%n",
                    at(direct, 50),
                    at(direct, 99),
                    at(service, 50),
                    at(service, 99),
                    at(service, 50) / at(direct, 50),
                    at(service, 99) / at(direct, 99));
            assertThat(at(service, 50)).isLessThan(3 * at(direct, 50));
        }
    }

    /** What the answer needs, call after call, as somebody would write it by hand. */
    private static void callDirectly(Kafka kafka, Map<TopicPartition, Long> commits) {
        Kafka.get(kafka.admin().listGroups().all());
        Kafka.get(kafka.admin().describeClassicGroups(List.of(GROUP)).all());
        for (boolean stable : new boolean[] {false, true}) {
            Kafka.get(kafka.admin()
                    .listConsumerGroupOffsets(
                            Map.of(GROUP, new ListConsumerGroupOffsetsSpec()),
                            new ListConsumerGroupOffsetsOptions().requireStable(stable))
                    .partitionsToOffsetAndMetadata(GROUP));
        }
        List<String> topics =
                commits.keySet().stream().map(TopicPartition::topic).distinct().toList();
        Kafka.get(kafka.admin().describeTopics(topics).allTopicNames());
        listOffsets(kafka, commits, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        listOffsets(kafka, commits, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        listOffsets(kafka, commits, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    }

    private static void listOffsets(
            Kafka kafka, Map<TopicPartition, Long> commits, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        commits.keySet().forEach(partition -> specs.put(partition, spec));
        Kafka.get(kafka.admin()
                .listOffsets(specs, new ListOffsetsOptions(isolation))
                .all());
    }

    private static double millis(Runnable work) {
        long before = System.nanoTime();
        work.run();
        return (System.nanoTime() - before) / 1e6;
    }

    private static double at(double[] sorted, int percentile) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percentile / 100)];
    }
}
