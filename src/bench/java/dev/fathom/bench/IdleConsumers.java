package dev.fathom.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * What consumers without records cost: how long it takes to define a hundred at once, and what each takes of processor, memory
 * and threads, beside the Kafka clients that they are made with.
 */
final class IdleConsumers {

    private static final int CONSUMERS = 100;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final double KILOBYTE = 1 << 10;

    private final Kafka kafka;
    private final PackagedService service;
    private final Report report;

    IdleConsumers(Kafka kafka, PackagedService service, Report report) {
        this.kafka = kafka;
        this.service = service;
        this.report = report;
    }

    void measure() {
        String topic = kafka.topic(1);
        String bare = bareClients(topic);
        Api api = service.api();
        String spec = "'topics':['" + topic + "'],'sink':{'type':'log','level':'debug'}";
        Consumers consumers = new Consumers(api, World.CLUSTER);
        consumers.awaitState(consumers.define(spec), "running");
        pause();
        long heap = service.heapAfterCollection();
        long resident = service.residentBytes();
        int threads = service.threads().size();

        long accepted = accepted(api, consumers.base(), spec);
        long began = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> running(consumers) > CONSUMERS);
        long running = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        pause();
        Duration used = service.processorTime();
        pause();
        double share = service.processorTime().minus(used).toNanos() / (double) IDLE.toNanos();
        report.say(String.format(
                "%d consumers without records: defined at once in %,d ms, running %,d ms later; together %.0f %% of a core; each"
                        + " %.0f KB of heap, %.0f KB of resident memory, %.1f threads. Bare clients of the same kind: %s.",
                CONSUMERS,
                accepted,
                running,
                100 * share,
                (service.heapAfterCollection() - heap) / KILOBYTE / CONSUMERS,
                (service.residentBytes() - resident) / KILOBYTE / CONSUMERS,
                (service.threads().size() - threads) / (double) CONSUMERS,
                bare));
        report.target(Target.POOL_IDLE, share <= 1, "%.0f %% of a core", 100 * share);
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(IDLE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long accepted(Api api, String base, String spec) {
        ExecutorService callers = Executors.newFixedThreadPool(CONSUMERS);
        try {
            long began = System.nanoTime();
            List<CompletableFuture<Answer>> answers = IntStream.range(0, CONSUMERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> api.post(base, Consumers.body(Kafka.unique("idle"), spec)), callers))
                    .toList();
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.join().status()).as(answer.join().text()).isEqualTo(201);
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

    private String bareClients(String topic) {
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
            return String.format(
                    "%.0f KB of heap, %.1f threads",
                    (heapHere() - heap) / KILOBYTE / CONSUMERS,
                    (Thread.getAllStackTraces().size() - threads) / (double) CONSUMERS);
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
