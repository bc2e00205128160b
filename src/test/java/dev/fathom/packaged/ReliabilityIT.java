package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FaultProxy.Fault;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A service that is asked twenty times a second while its network and its broker fail at random: no number it tells is wrong, every
 * error is explained, and nothing is left behind. {@code -Dreliability.minutes=10}, {@code -Dreliability.seed=…}.
 */
@EnabledIfSystemProperty(named = "reliability.minutes", matches = "[0-9.]+")
@ResourceLock(Brokers.THE_PROXY)
class ReliabilityIT {

    private static final String GROUP = "reliable";
    private static final int PARTITIONS = 6;
    private static final long LAG = PARTITIONS * 7L;
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(50);
    /** How long after the last fault an error is still its consequence: probe, back-off and the requests in between. */
    private static final Duration AFTERMATH = Duration.ofSeconds(10);

    private final Broker broker = Brokers.behindProxy();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private volatile boolean faulty;
    private volatile String last = "none";
    private Kafka witness;
    private String topic;
    private volatile long mendedAt = System.nanoTime();

    @Test
    void isRightOrSaysWhyAndLeavesNothingBehind() throws Exception {
        Duration length =
                Duration.ofMillis((long) (Double.parseDouble(System.getProperty("reliability.minutes")) * 60_000));
        long seed = Long.getLong("reliability.seed", 20261121);
        Random random = new Random(seed);
        Random faults = new Random(seed);
        String bootstrap = broker.bootstrapServers();
        try (Kafka other = new Kafka(bootstrap);
                PackagedService service = PackagedService.measured(bootstrap)) {
            witness = other;
            fill();
            Api api = service.api();
            callFor(api, Duration.ofSeconds(30), random);
            Set<String> threadsBefore = clientThreads(service);
            long heapBefore = service.heapAfterCollection();
            ExecutorService harm = Executors.newSingleThreadExecutor();
            List<String> incidents = new ArrayList<>();
            long end = System.nanoTime() + length.toNanos();
            harm.submit(() -> {
                while (System.nanoTime() < end) {
                    incidents.add(harm(faults));
                }
                return null;
            });

            callFor(api, length, random);
            harm.shutdown();
            assertThat(harm.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> api.get(path("/lag")).status() == 200);
            callFor(api, Duration.ofSeconds(30), random);

            Set<String> left = new TreeSet<>(clientThreads(service));
            left.removeAll(threadsBefore);
            long heapAfter = service.heapAfterCollection();
            System.out.printf(
                    "Reliability, seed %d, %s: answers by status %s; %s; heap after a collection %d KiB, then %d KiB%n",
                    seed,
                    length,
                    statuses,
                    incidents.stream()
                            .collect(Collectors.groupingBy(what -> what, TreeMap::new, Collectors.counting())),
                    heapBefore >> 10,
                    heapAfter >> 10);
            assertThat(wrong).isEmpty();
            assertThat(statuses.get(200)).isPositive();
            assertThat(left).isEmpty();
            assertThat((double) heapAfter).isLessThan(heapBefore * 1.05);
        }
    }

    private void fill() {
        topic = witness.topic(PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            witness.produce(topic, partition, 10);
            witness.commit(GROUP, Map.of(new TopicPartition(topic, partition), 3L));
        }
    }

    private static String path(String more) {
        return "/api/v1/clusters/local/groups/" + GROUP + more;
    }

    /** One fault, and the time without one after it. @return which */
    private String harm(Random random) throws InterruptedException {
        faulty = true;
        Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        last = fault == Fault.NONE ? "KILLED" : fault.name();
        if (fault == Fault.NONE) {
            broker.kill();
            TimeUnit.MILLISECONDS.sleep(random.nextInt(4000));
            broker.restart();
        } else {
            Brokers.proxy().set(fault);
            TimeUnit.MILLISECONDS.sleep(1000 + random.nextInt(7000));
            Brokers.proxy().set(Fault.NONE);
        }
        // A broker that takes connections again has its partitions back a while later: another client tells when.
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(this::servesOthers);
        mendedAt = System.nanoTime();
        faulty = false;
        TimeUnit.MILLISECONDS.sleep(random.nextInt(20_000));
        return last;
    }

    private boolean servesOthers() throws Exception {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        witness.admin().listOffsets(ends).all().get(1, TimeUnit.SECONDS);
        return witness.admin()
                        .listConsumerGroupOffsets(GROUP)
                        .partitionsToOffsetAndMetadata()
                        .get(1, TimeUnit.SECONDS)
                        .size()
                == PARTITIONS;
    }

    /** Twenty calls a second, whether or not those before were answered. */
    private void callFor(Api api, Duration length, Random random) throws InterruptedException {
        ExecutorService callers = Executors.newFixedThreadPool(200);
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            int what = random.nextInt(6);
            callers.submit(() -> call(api, what));
            TimeUnit.NANOSECONDS.sleep(BETWEEN_CALLS.toNanos());
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private void call(Api api, int what) {
        try {
            Answer answer =
                    switch (what) {
                        case 0 -> api.get(path(""));
                        case 1 -> api.get(path("/offsets?fresh=true"));
                        case 2 -> api.get("/api/v1/clusters/local/groups?include=lag");
                        case 3 -> api.post(path("/resets"), "{\"dryRun\":true,\"to\":\"earliest\"}");
                        default -> api.get(path("/lag?fresh=true"));
                    };
            synchronized (statuses) {
                statuses.merge(answer.status(), 1, Integer::sum);
            }
            judge(what, answer);
        } catch (RuntimeException e) {
            wrong.add("no answer: " + e);
        }
    }

    private void judge(int what, Answer answer) {
        if (answer.status() == 200) {
            if (what > 3) {
                JsonNode total = answer.json().get("total");
                // Unknown is no number, and has its reason.
                boolean right = total.isNull() ? !answer.json().get("unknown").isEmpty() : total.asLong() == LAG;
                if (!right) {
                    wrong.add("wrong lag: " + answer.text());
                }
            }
            return;
        }
        boolean explained = Set.of(503, 504, 429).contains(answer.status())
                && Set.of("cluster-unavailable", "timeout", "overloaded").contains(answer.problem());
        boolean inTime = faulty || System.nanoTime() - mendedAt < AFTERMATH.toNanos();
        if (!explained || !inTime) {
            Duration since = Duration.ofNanos(System.nanoTime() - mendedAt);
            wrong.add((inTime ? "" : since + " after " + last + ": ") + answer.status() + " " + answer.text());
        }
    }

    /** Of Kafka clients, and of what the service runs on them. */
    private static Set<String> clientThreads(PackagedService service) {
        return service.threads().stream()
                .filter(name -> name.contains("kafka") || name.contains("fathom"))
                .collect(Collectors.toSet());
    }
}
