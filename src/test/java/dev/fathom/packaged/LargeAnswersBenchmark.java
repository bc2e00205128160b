package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.testing.Api;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * What the largest answer costs the packaged service in time and memory: the plan file of 1,000 groups of 1,000 partitions, a
 * million lines. {@code mvn verify -Dit.test=LargeAnswersBenchmark -Dtest=IdsTest -Dtest.jvm=-server}
 */
class LargeAnswersBenchmark {

    private static final int GROUPS = 1000;
    private static final int TOPICS = 10;
    private static final int PARTITIONS = 100;

    @Test
    void aPlanFileOfAMillionLines() {
        try (Broker broker = Brokers.start("large-answers", 2048, Map.of());
                Kafka kafka = new Kafka(broker.bootstrapServers())) {
            fill(kafka);
            try (PackagedService service = PackagedService.asShipped(
                    Optional.empty(),
                    1024,
                    "fathom.clusters.big.bootstrap-servers=" + broker.bootstrapServers(),
                    "fathom.clusters.big.call-timeout=30S")) {
                measure(service);
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
        for (int g = 0; g < GROUPS; g++) {
            Kafka.get(kafka.admin()
                    .alterConsumerGroupOffsets(String.format("big-%04d", g), commits)
                    .all());
        }
    }

    private static void measure(PackagedService service) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> service.api().get("/q/health/ready").status() == 200);
        String groups = "/api/v1/clusters/big/groups";
        service.api().get(groups).ok();
        long idle = service.residentBytes() >> 20;
        for (int i = 0; i < 5; i++) {
            long begun = System.nanoTime();
            Api.Answer answer = service.api().get(groups + "?format=kafka", "Accept", "text/csv");
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.text().lines()).hasSize(GROUPS * TOPICS * PARTITIONS);
            System.out.printf(
                    "RESULT plan file of %d KB in %d ms; resident %d MB, idle %d MB; heap after a collection %d MB%n",
                    answer.response().body().length >> 10,
                    took,
                    service.residentBytes() >> 20,
                    idle,
                    service.heapAfterCollection() >> 20);
        }
    }
}
