package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.http.ContractCheck.Operation;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.FaultProxy.Fault;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation while the network to the brokers is at fault: right, or the problem it is, in time; and right again after. */
@FathomTest
class FaultMatrixTest {

    private static final String CLUSTER = "/api/v1/clusters/faulty";
    private static final String GROUP = "faulted";
    private static final String TOPIC = "faulted-topic";
    private static final Duration IN_TIME = Duration.ofMillis(5500);

    private final Api api = Api.underTest();
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
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyOperationIsRightOrSaysWhatIsWrongInTime(Fault fault) throws InterruptedException {
        Brokers.behindProxy();
        fill();
        awaitRight();
        Set<String> failures = new ConcurrentSkipListSet<>();
        Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
        List<Operation> operations = contract.operations();
        Brokers.proxy().set(fault);
        ExecutorService callers = Executors.newFixedThreadPool(16);
        for (Operation operation : operations) {
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

        System.out.println(fault + ": answers by status " + statuses);
        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
        if (fault == Fault.BLACK_HOLE || fault == Fault.RESET || fault == Fault.CLOSED) {
            assertThat(statuses.getOrDefault(503, 0) + statuses.getOrDefault(504, 0))
                    .isPositive();
        }
        assertThat(api.get("/api/v1/clusters/local/groups").status()).isEqualTo(200);
        assertThat(api.get("/q/health/live").status()).isEqualTo(200);
        Brokers.proxy().set(Fault.NONE);
        awaitRight();
    }

    @Test
    void whatIsKnownNotToAnswerIsAnsweredAtOnce() {
        Brokers.behindProxy();
        awaitRight();
        Brokers.proxy().set(Fault.BLACK_HOLE);

        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            long begun = System.nanoTime();
            Api.Answer answer = api.get(CLUSTER + "/groups?fresh=true");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(200));
        });
        Brokers.proxy().set(Fault.NONE);
        awaitRight();
    }
}
