package dev.fathom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.KafkaTools;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What a guarded, journaled and verified move of a thousand partitions costs, beside the bare commit of the same offsets and
 * Kafka's own tool, in turns.
 */
final class Changes {

    private static final int PARTITIONS = 1_000;
    private static final int WARM_UPS = 5;
    private static final int ROUNDS = 30;

    private final World world;
    private final Report report;

    Changes(World world, Report report) {
        this.world = world;
        this.report = report;
    }

    void measure() {
        Latencies bare = new Latencies();
        Latencies plan = new Latencies();
        Latencies apply = new Latencies();
        Latencies tool = new Latencies();
        try (PackagedService service = world.service(world.near())) {
            Api api = service.api();
            String topic = world.kafka().topic(PARTITIONS);
            String group = Kafka.unique("moved");
            String resets = "/api/v1/clusters/" + World.CLUSTER + "/groups/" + group + "/resets";
            Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                commits.put(new TopicPartition(topic, partition), new OffsetAndMetadata(0));
            }
            for (int round = -WARM_UPS; round < ROUNDS; round++) {
                String body = "{\"dryRun\":%s,\"to\":\"earliest\",\"acknowledgeInUse\":true,\"metadata\":\"round "
                        + round + "\"}";
                long a = System.nanoTime();
                world.kafka().commitWithMetadata(group, commits);
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
                    bare.add(b - a);
                    plan.add(c - b);
                    apply.add(d - c);
                }
            }
            long before = System.nanoTime();
            KafkaTools.consumerGroups(
                    "--bootstrap-server",
                    world.near(),
                    "--group",
                    group,
                    "--reset-offsets",
                    "--topic",
                    topic,
                    "--to-earliest",
                    "--execute");
            tool.add(System.nanoTime() - before);
        }
        told(Map.of("dry run", plan, "guarded move", apply, "`kafka-consumer-groups.sh`, its JVM running", tool), bare);
    }

    private void told(Map<String, Latencies> kinds, Latencies bare) {
        report.heading("Moving a group");
        report.say(String.format("%,d partitions of one group, %d warm-up rounds not counted.", PARTITIONS, WARM_UPS));
        Report.Table table = report.table("ms", "samples", "p50", "p99", "max", "p50 ÷ bare commit");
        table.row("the bare commit", bare.columns(), "1.0");
        kinds.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(kind -> table.row(
                        kind.getKey(),
                        kind.getValue().columns(),
                        String.format("%.1f", kind.getValue().p50() / bare.p50())));
    }
}
