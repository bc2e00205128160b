package dev.fathom.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * The packaged service with 256 MB of heap on 1,000 groups of 1,000 partitions each: a million commits. Not part of the
 * tests: {@code mvn verify -DskipTests}, then {@code mvn test -Dtest=MillionCommitsBenchmark}.
 */
class MillionCommitsBenchmark {

    private static final int GROUPS = 1000;
    private static final int TOPICS = 10;
    private static final int PARTITIONS = 100;

    @Test
    void totalsOfAllGroupsColdAndShared() throws IOException {
        Path target = Path.of("target").toAbsolutePath();
        int port = EmbeddedBroker.freePort();
        try (EmbeddedBroker broker = EmbeddedBroker.startSingleNode(
                        target.resolve("kafka/lib"), target.resolve("kafka/benchmark"), 2048, Map.of(), List.of());
                Kafka kafka = new Kafka(broker.bootstrapServers())) {
            fill(kafka);
            Process service = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-Dquarkus.http.port=" + port,
                            "-Dfathom.clusters.big.bootstrap-servers=" + broker.bootstrapServers(),
                            "-jar",
                            "target/quarkus-app/quarkus-run.jar")
                    .redirectErrorStream(true)
                    .redirectOutput(target.resolve("million-commits.log").toFile())
                    .start();
            try {
                measure(Api.at("http://127.0.0.1:" + port), service);
            } finally {
                service.destroyForcibly();
            }
        }
    }

    private static void fill(Kafka kafka) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        for (int t = 0; t < TOPICS; t++) {
            String topic = kafka.topic("big-" + t, PARTITIONS, Map.of());
            for (int p = 0; p < PARTITIONS; p++) {
                commits.put(new TopicPartition(topic, p), new OffsetAndMetadata(0));
            }
        }
        for (int g = 0; g < GROUPS; g += 20) {
            List<KafkaFuture<Void>> sent = new ArrayList<>();
            for (int i = g; i < g + 20; i++) {
                sent.add(kafka.admin()
                        .alterConsumerGroupOffsets(String.format("big-%04d", i), commits)
                        .all());
            }
            sent.forEach(Kafka::get);
        }
    }

    private static void measure(Api api, Process service) throws IOException {
        String list = "/api/v1/clusters/big/groups?include=lag&limit=1000";
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> api.get("/q/health/ready").status() == 200);
        for (int i = 0; i < 5; i++) {
            long before = System.nanoTime();
            Api.Answer cold = api.get(list + "&fresh=true");
            long between = System.nanoTime();
            Api.Answer shared = api.get(list);
            long after = System.nanoTime();
            assertThat(cold.ok().get("items")).hasSize(GROUPS);
            assertThat(shared.status()).isEqualTo(200);
            System.out.printf(
                    "all groups: cold %.0f ms, shared %.0f ms, %d KB%n",
                    (between - before) / 1e6,
                    (after - between) / 1e6,
                    cold.response().body().length / 1024);
        }
        System.out.println("all groups: resident "
                + Files.readAllLines(Path.of("/proc/" + service.pid() + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS"))
                        .findFirst()
                        .orElse("unknown"));
    }
}
