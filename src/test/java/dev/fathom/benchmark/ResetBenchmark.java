package dev.fathom.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.KafkaTools;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * What a guarded, journaled and verified move of a thousand partitions costs, beside the bare commit of the same offsets and
 * Kafka's own tool, in turns in one run: {@code mvn test -Dtest=ResetBenchmark}. Figures are ratios.
 */
@FathomTest
class ResetBenchmark {

    private static final int PARTITIONS = 1_000;
    private static final int ROUNDS = 30;

    private final Api api = Api.underTest();

    @Test
    void besideTheBareCommitAndKafkasTool() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            String topic = kafka.topic(PARTITIONS);
            String group = Kafka.unique("moved");
            String resets = "/api/v1/clusters/local/groups/" + group + "/resets";
            Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                commits.put(new TopicPartition(topic, partition), new OffsetAndMetadata(0));
            }
            double[] bare = new double[ROUNDS];
            double[] plan = new double[ROUNDS];
            double[] apply = new double[ROUNDS];
            for (int round = -5; round < ROUNDS; round++) {
                String metadata = "\"round " + round + "\"";
                String body =
                        "{\"dryRun\":%s,\"to\":\"earliest\",\"acknowledgeInUse\":true,\"metadata\":" + metadata + "}";
                long a = System.nanoTime();
                kafka.commitWithMetadata(group, commits);
                long b = System.nanoTime();
                Answer planned = api.post(resets, String.format(body, true));
                long c = System.nanoTime();
                Answer applied = api.post(
                        resets,
                        String.format(body, false),
                        "If-Match",
                        planned.header("ETag").orElseThrow());
                long d = System.nanoTime();
                assertThat(applied.ok().at("/totals/moved").asInt()).isEqualTo(PARTITIONS);
                if (round >= 0) {
                    bare[round] = b - a;
                    plan[round] = c - b;
                    apply[round] = d - c;
                }
            }
            long before = System.nanoTime();
            KafkaTools.consumerGroups(
                    "--bootstrap-server",
                    Brokers.main().bootstrapServers(),
                    "--group",
                    group,
                    "--reset-offsets",
                    "--topic",
                    topic,
                    "--to-earliest",
                    "--execute");
            double tool = System.nanoTime() - before;
            double one = median(bare);
            System.out.printf(
                    "%d partitions, medians relative to the bare commit (%.1f ms): dry run %.1f, guarded move %.1f,"
                            + " Kafka's tool %.0f%n",
                    PARTITIONS, one / 1e6, median(plan) / one, median(apply) / one, tool / one);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
