package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.http.ContractCheck;
import dev.fathom.http.ContractCheck.Operation;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FaultProxy.Fault;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation while the network to the brokers is at fault: right, or the problem it is, in time; and right again after.
 * Alone, since it measures time.
 */
@Isolated
class FaultMatrixIT {

    private static final String CLUSTER = "/api/v1/clusters/faulty";
    private static final String GROUP = "faulted";
    private static final String TOPIC = "faulted-topic";
    private static final Duration IN_TIME = Duration.ofMillis(5500);
    private static final Duration ONCE_KNOWN = Duration.ofSeconds(2);

    private final Api api = SharedService.inTrouble();
    private final ContractCheck contract = new ContractCheck(api);

    @AfterEach
    void mend() {
        Brokers.proxy().set(Fault.NONE);
    }

    private static String path(Operation operation) {
        String path = operation
                .path()
                .replace("{cluster}", "faulty")
                .replace("{group}", GROUP)
                .replace("{topic}", TOPIC)
                .replace("{partition}", "0")
                .replace("{offset}", "0")
                .replace("{slug}", "timeout")
                .replaceAll("\\{[a-zA-Z]+}", "none");
        if (operation.method().equals("DELETE") && path.contains("/groups/")) {
            return path + "?dryRun=true";
        }
        return path.endsWith("/seek") ? path + "?position=earliest" : path;
    }

    private static String body(Operation operation) {
        return operation.path().endsWith("/lag/query")
                ? "{\"groups\":[\"" + GROUP + "\"]}"
                : "{\"dryRun\":true,\"to\":\"earliest\",\"match\":\"none\",\"unchangedFor\":\"PT1H\"}";
    }

    /** What is served, once it is. */
    private void awaitRight() {
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(api.get(CLUSTER + "/groups/" + GROUP + "/lag?fresh=true")
                                .ok()
                                .get("total")
                                .asLong())
                        .isEqualTo(7));
    }

    private void fill() {
        try (Kafka kafka = new Kafka("127.0.0.1:" + Brokers.proxy().port())) {
            if (!Kafka.get(kafka.admin().listTopics().names()).contains(TOPIC)) {
                kafka.topic(TOPIC, 1, Map.of());
                kafka.produce(TOPIC, 0, 10);
                kafka.commit(GROUP, Map.of(new TopicPartition(TOPIC, 0), 3L));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "LATE"})
    void everyOperationIsRightOrSaysWhatIsWrongInTime(Fault fault) throws InterruptedException {
        Brokers.behindProxy();
        fill();
        awaitRight();
        Brokers.proxy().set(fault);

        Map<Integer, Integer> statuses = callEverything();

        System.out.println(fault + ": answers by status " + statuses);
        if (fault == Fault.BLACK_HOLE || fault == Fault.RESET || fault == Fault.CLOSED) {
            assertThat(statuses.getOrDefault(503, 0) + statuses.getOrDefault(504, 0))
                    .isPositive();
        }
        Brokers.proxy().set(Fault.NONE);
        awaitRight();
    }

    /** A broker answers at once who is over it, and reads nothing more from them for up to a second. */
    @Test
    void everyOperationIsRightOrSaysWhatIsWrongInTimeUnderAQuota() throws InterruptedException {
        Brokers.behindProxy();
        fill();
        awaitRight();
        String broker = "127.0.0.1:" + Brokers.proxy().port();
        quota(broker, 0.01);
        try {
            System.out.println("QUOTA: answers by status " + callEverything());
        } finally {
            quota(broker, null);
        }
        awaitRight();
    }

    /** @param percentage of the broker's threads that each client may take; null for no quota */
    private static void quota(String broker, Double percentage) {
        try (Kafka kafka = new Kafka(broker)) {
            Map<String, String> everyClient = new HashMap<>();
            everyClient.put(ClientQuotaEntity.CLIENT_ID, null);
            Kafka.get(kafka.admin()
                    .alterClientQuotas(List.of(new ClientQuotaAlteration(
                            new ClientQuotaEntity(everyClient),
                            List.of(new ClientQuotaAlteration.Op("request_percentage", percentage)))))
                    .all());
        }
    }

    /** Calls each operation at once with others. @return how often it answered with which status */
    private Map<Integer, Integer> callEverything() throws InterruptedException {
        Set<String> failures = new ConcurrentSkipListSet<>();
        Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
        ExecutorService callers = Executors.newFixedThreadPool(32);
        for (Operation operation : contract.operations()) {
            callers.submit(() -> {
                long begun = System.nanoTime();
                int status = contract.check(operation, path(operation), body(operation), failures);
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                statuses.merge(status, 1, Integer::sum);
                if (took.compareTo(IN_TIME) > 0) {
                    failures.add(operation.method() + " " + path(operation) + " took " + took);
                }
            });
        }
        // A number that is told is right, whatever else is wrong.
        for (int i = 0; i < 3; i++) {
            Api.Answer lag = api.get(CLUSTER + "/groups/" + GROUP + "/lag?fresh=true");
            if (lag.status() == 200 && !lag.json().get("total").isNull()) {
                assertThat(lag.json().get("total").asLong()).isEqualTo(7);
            }
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
        assertThat(api.get("/api/v1/clusters/local/groups").status()).isEqualTo(200);
        assertThat(api.get("/q/health/live").status()).isEqualTo(200);
        return statuses;
    }

    /** What eight callers were answered, and when. */
    private static final class Crowd {
        private static final int CALLERS = 8;

        private final List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
        private final List<Duration> took = Collections.synchronizedList(new ArrayList<>());

        /** The tenth slowest of a hundred, since one may meet the machine's own pauses. */
        private Duration most() {
            return took.stream().sorted().toList().get(took.size() * 9 / 10);
        }
    }

    private Crowd callFor(Duration length) throws InterruptedException {
        return callFor(
                length,
                List.of(
                        CLUSTER + "/groups/" + GROUP + "/lag?fresh=true",
                        CLUSTER + "/groups?fresh=true",
                        CLUSTER + "/topics/" + TOPIC + "?fresh=true",
                        CLUSTER + "/groups?include=lag"));
    }

    private Crowd callFor(Duration length, List<String> paths) throws InterruptedException {
        Crowd crowd = new Crowd();
        ExecutorService callers = Executors.newFixedThreadPool(Crowd.CALLERS);
        long end = System.nanoTime() + length.toNanos();
        for (int caller = 0; caller < Crowd.CALLERS; caller++) {
            String path = paths.get(caller % paths.size());
            callers.submit(() -> {
                while (System.nanoTime() < end) {
                    long begun = System.nanoTime();
                    crowd.statuses.add(api.get(path).status());
                    crowd.took.add(Duration.ofNanos(System.nanoTime() - begun));
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                return null;
            });
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        return crowd;
    }

    private static Map<Integer, Long> counted(List<Integer> statuses) {
        return statuses.stream().collect(Collectors.groupingBy(status -> status, Collectors.counting()));
    }

    @Test
    void aBrokerThatIsSlowIsNotTakenForOneThatIsDown() throws InterruptedException {
        Brokers.behindProxy();
        fill();
        awaitRight();
        Brokers.proxy().delay(Duration.ofMillis(1500));

        Crowd crowd = callFor(Duration.ofSeconds(12));

        System.out.println("1.5 s late: answers by status " + counted(crowd.statuses));
        assertThat(crowd.statuses).doesNotContain(503);
        assertThat(crowd.took).allSatisfy(took -> assertThat(took).isLessThan(IN_TIME));
        assertThat(api.reachability("faulty")).startsWith("up");
        Brokers.proxy().set(Fault.NONE);
        awaitRight();
    }

    @Test
    void aBrokerThatStuttersIsNotTakenForOneThatIsDown() throws InterruptedException {
        Brokers.behindProxy();
        fill();
        awaitRight();
        Brokers.proxy().stutter(Duration.ofMillis(2700), Duration.ofMillis(400));

        Crowd crowd = callFor(Duration.ofSeconds(15));

        System.out.println("stutters: answers by status " + counted(crowd.statuses));
        assertThat(crowd.statuses).doesNotContain(503).contains(200);
        assertThat(crowd.took).allSatisfy(took -> assertThat(took).isLessThan(IN_TIME));
        Brokers.proxy().set(Fault.NONE);
        awaitRight();
    }

    private Crowd callWhatAsksNoBroker() {
        try {
            Crowd crowd = callFor(ONCE_KNOWN, List.of("/api/v1/clusters/none/groups?fresh=true"));
            assertThat(crowd.statuses).containsOnly(404);
            return crowd;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBrokerThatHangsIsDownBeforeACallIsOverAndBackAtOnce() throws InterruptedException {
        Brokers.behindProxy();
        fill();
        awaitRight();
        Brokers.proxy().set(Fault.BLACK_HOLE);

        CompletableFuture<Api.Answer> change = CompletableFuture.supplyAsync(
                () -> api.post(CLUSTER + "/groups/" + GROUP + "/resets", "{\"dryRun\":false,\"to\":\"earliest\"}"));
        Crowd hung = callFor(Duration.ofMillis(100));
        assertThat(change.join().status()).isIn(503, 504);
        assertThat(change.join().json().get("detail").asText()).endsWith("Nothing was begun.");
        assertThat(hung.statuses).doesNotContain(200).isSubsetOf(503, 504);
        assertThat(hung.took).allSatisfy(took -> assertThat(took).isLessThan(IN_TIME));
        TimeUnit.MILLISECONDS.sleep(500);
        CompletableFuture<Crowd> others = CompletableFuture.supplyAsync(this::callWhatAsksNoBroker);
        Crowd known = callFor(ONCE_KNOWN);
        assertThat(known.statuses).hasSizeGreaterThan(100).containsOnly(503);
        assertThat(api.get(CLUSTER + "/groups?fresh=true").text()).contains("has not answered since");
        // In milliseconds, or as long as any answer takes on this machine just then.
        Duration yardstick = others.join().most();
        assertThat(known.most())
                .as("an answer that asks no broker takes %s", yardstick)
                .isLessThan(Collections.max(List.of(Duration.ofMillis(20), yardstick.multipliedBy(2))));

        Brokers.proxy().set(Fault.NONE);

        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(2))
                .until(() -> api.get(CLUSTER + "/groups/" + GROUP + "/lag?fresh=true")
                                .status()
                        == 200);
    }
}
