package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Test;

/**
 * What consumers without records cost: how long it takes to define a hundred at once, and what each takes of memory and threads,
 * beside the Kafka clients that they are made with, each in a JVM of its own: {@code mvn verify
 * -Dit.test=IdleConsumersBenchmark -Dtest=IdsTest -Dtest.jvm=-server}.
 */
class IdleConsumersBenchmark {

    private static final int CONSUMERS = 100;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long KILOBYTE = 1 << 10;

    private final Map<String, Object> result = new LinkedHashMap<>();

    @Test
    void aHundredIdleConsumers() throws Exception {
        String bootstrapServers = Brokers.main().bootstrapServers();
        try (Kafka kafka = new Kafka(bootstrapServers)) {
            String topic = kafka.topic(1);
            bareClients(kafka, topic);
            try (PackagedService service = PackagedService.measured(bootstrapServers)) {
                managed(service, topic);
            }
        }
        System.out.println("RESULT " + new ObjectMapper().writeValueAsString(result));
    }

    private void managed(PackagedService service, String topic) throws Exception {
        Api api = service.api();
        String spec = "'topics':['" + topic + "'],'sink':{'type':'log','level':'debug'}";
        Consumers consumers = new Consumers(api, "local");
        consumers.awaitState(consumers.define(spec), "running");
        Thread.sleep(IDLE.toMillis());
        long heap = service.heapAfterCollection();
        long resident = service.residentBytes();
        int threads = service.threads().size();

        List<String> names = IntStream.range(0, CONSUMERS)
                .mapToObj(i -> Kafka.unique("idle"))
                .toList();
        result.put("acceptedMillis", accepted(api, consumers.base(), names, spec));
        long began = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> running(consumers) > CONSUMERS);
        result.put("runningMillis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        Thread.sleep(IDLE.toMillis());

        result.put("heapKilobytesEach", (service.heapAfterCollection() - heap) / KILOBYTE / CONSUMERS);
        result.put("residentKilobytesEach", (service.residentBytes() - resident) / KILOBYTE / CONSUMERS);
        result.put("threadsEach", (service.threads().size() - threads) / (double) CONSUMERS);
    }

    private static long accepted(Api api, String base, List<String> names, String spec) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(names.size());
        try {
            long began = System.nanoTime();
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (String name : names) {
                answers.add(CompletableFuture.supplyAsync(() -> api.post(base, Consumers.body(name, spec)), callers));
            }
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(201);
            }
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        } finally {
            callers.shutdownNow();
        }
    }

    private static long running(Consumers consumers) {
        long running = 0;
        for (JsonNode item : consumers.list().get("items")) {
            running += item.get("state").asText().equals("running") ? 1 : 0;
        }
        return running;
    }

    private void bareClients(Kafka kafka, String topic) {
        List<KafkaConsumer<byte[], byte[]>> bare = new ArrayList<>();
        try {
            long heap = heapHere();
            int threads = Thread.getAllStackTraces().size();
            for (int i = 0; i < CONSUMERS; i++) {
                KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(Map.of(
                        "group.id", Kafka.unique("bare"),
                        "partition.assignment.strategy", CooperativeStickyAssignor.class.getName()));
                bare.add(consumer);
                consumer.subscribe(List.of(topic));
            }
            await().atMost(PATIENCE).until(() -> {
                bare.forEach(consumer -> consumer.poll(Duration.ofMillis(1)));
                return bare.stream().noneMatch(consumer -> consumer.assignment().isEmpty());
            });
            for (int round = 0; round < 10; round++) {
                bare.forEach(consumer -> consumer.poll(Duration.ofMillis(1)));
            }
            result.put("clientHeapKilobytesEach", (heapHere() - heap) / KILOBYTE / CONSUMERS);
            result.put("clientThreadsEach", (Thread.getAllStackTraces().size() - threads) / (double) CONSUMERS);
        } finally {
            bare.forEach(KafkaConsumer::close);
        }
    }

    private static long heapHere() {
        System.gc();
        Runtime here = Runtime.getRuntime();
        return here.totalMemory() - here.freeMemory();
    }
}
