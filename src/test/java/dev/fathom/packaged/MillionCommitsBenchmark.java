package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.testing.Api;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * The packaged service with 256 MB of heap on 1,000 groups of 1,000 partitions each: a million commits. With the JVM's own
 * settings: {@code mvn verify -Dit.test=MillionCommitsBenchmark -Dtest=IdsTest -Dtest.jvm=-server}, and with {@code -Dnative}
 * of the native executable.
 */
class MillionCommitsBenchmark {

    private static final int GROUPS = 1000;
    private static final int TOPICS = 10;
    private static final int PARTITIONS = 100;
    private static final int ROUNDS = 7;

    @Test
    void totalsOfAllGroupsColdAndShared() throws JsonProcessingException {
        try (Broker broker = Brokers.start("benchmark", 2048, Map.of());
                Kafka kafka = new Kafka(broker.bootstrapServers())) {
            fill(kafka);
            try (PackagedService service = PackagedService.withHeap(
                    256, "fathom.clusters.big.bootstrap-servers=" + broker.bootstrapServers())) {
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

    private static void measure(PackagedService service) throws JsonProcessingException {
        String list = "/api/v1/clusters/big/groups?include=lag&limit=1000";
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> service.api().get("/q/health/ready").status() == 200);
        long[] cold = new long[ROUNDS];
        long[] shared = new long[ROUNDS];
        int size = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long before = System.nanoTime();
            Api.Answer answer = service.api().get(list + "&fresh=true");
            long between = System.nanoTime();
            assertThat(service.api().get(list).status()).isEqualTo(200);
            long after = System.nanoTime();
            assertThat(answer.ok().get("items")).hasSize(GROUPS);
            cold[i] = TimeUnit.NANOSECONDS.toMillis(between - before);
            shared[i] = TimeUnit.NANOSECONDS.toMillis(after - between);
            size = answer.response().body().length;
        }
        Arrays.sort(cold);
        Arrays.sort(shared);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("what", PackagedService.NATIVE.isPresent() ? "native" : "jar on " + Runtime.version());
        result.put("coldMillisMedian", cold[ROUNDS / 2]);
        result.put("sharedMillisMedian", shared[ROUNDS / 2]);
        result.put("answerKilobytes", size / 1024);
        result.put("residentMegabytes", service.residentBytes() >> 20);
        System.out.println("RESULT " + new ObjectMapper().writeValueAsString(result));
    }
}
