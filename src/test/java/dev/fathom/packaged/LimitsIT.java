package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FaultProxy.Fault;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A packaged service whose cluster takes connections and never answers. By itself, since time is measured. */
@Isolated
@ResourceLock(Brokers.THE_PROXY)
class LimitsIT {

    private static final Duration AT_ONCE = Duration.ofMillis(500);

    private ServerSocket hole;
    private final List<Socket> held = new ArrayList<>();
    private PackagedService service;
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeEach
    void start() throws IOException {
        hole = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        callers.submit(() -> {
            while (!hole.isClosed()) {
                held.add(hole.accept());
            }
            return null;
        });
    }

    @AfterEach
    void end() throws IOException {
        callers.shutdownNow();
        hole.close();
        if (service != null) {
            service.close();
        }
    }

    private Api serving(String... more) {
        List<String> properties = new ArrayList<>(List.of(more));
        properties.add("fathom.clusters.hole.bootstrap-servers=127.0.0.1:" + hole.getLocalPort());
        properties.add("fathom.clusters.other.bootstrap-servers=127.0.0.1:1");
        service = new PackagedService(Map.of(), properties.toArray(String[]::new)).awaitAlive();
        return service.api();
    }

    private record Timed(Answer answer, Duration took) {}

    private CompletableFuture<Timed> call(Api api, String path) {
        return CompletableFuture.supplyAsync(
                () -> {
                    long begun = System.nanoTime();
                    Answer answer = api.get(path);
                    return new Timed(answer, Duration.ofNanos(System.nanoTime() - begun));
                },
                callers);
    }

    @Test
    void whatIsMoreThanMayWorkAndWaitIsRefusedAtOnce() throws Exception {
        Api api = serving("fathom.clusters.hole.max-in-flight=2", "fathom.clusters.hole.max-queued=3");
        api.get("/api/v1/problems");
        List<CompletableFuture<Timed>> calls = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            calls.add(call(api, "/api/v1/clusters/hole/groups?fresh=true"));
        }
        List<Timed> answers = new ArrayList<>();
        for (CompletableFuture<Timed> call : calls) {
            answers.add(call.get(60, TimeUnit.SECONDS));
        }

        List<Timed> refused =
                answers.stream().filter(timed -> timed.answer().status() == 429).toList();
        assertThat(refused).hasSize(12 - 2 - 3).allSatisfy(timed -> {
            assertThat(timed.took()).isLessThan(AT_ONCE);
            assertThat(timed.answer().problem()).isEqualTo("overloaded");
            assertThat(timed.answer().header("Retry-After")).contains("1");
        });
        assertThat(answers)
                .allSatisfy(timed -> assertThat(timed.answer().status()).isIn(429, 503, 504));
        // All of it is given back.
        assertThat(api.get("/api/v1/clusters/hole/groups").status()).isIn(503, 504);
    }

    private static Duration timed(Api api, String path, int status) {
        long begun = System.nanoTime();
        assertThat(api.get(path).status()).isEqualTo(status);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static Duration tenthSlowest(List<Duration> ofAHundred) {
        return ofAHundred.stream().sorted().toList().get(89);
    }

    /**
     * Refusing costs nothing, or no more than any answer that asks no broker does on this machine just then: by the tenth slowest of
     * a hundred, since one may meet the machine's own pauses.
     */
    @Test
    void harmsNobodyElseAndRefusesInMilliseconds() throws Exception {
        Api api = serving("fathom.clusters.hole.max-in-flight=1", "fathom.clusters.hole.max-queued=0");
        String path = "/api/v1/clusters/hole/groups?fresh=true";
        api.get("/api/v1/problems");
        CompletableFuture<Timed> hanging = call(api, path);
        TimeUnit.MILLISECONDS.sleep(300);

        List<Duration> refused = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            refused.add(timed(api, path, 429));
        }
        // A call of an agent waits for the same turn.
        Answer agent = api.post(
                "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"find_groups\","
                        + "\"arguments\":{\"cluster\":\"hole\"}}}");
        assertThat(agent.ok().at("/result/isError").asBoolean()).isTrue();
        assertThat(agent.text()).contains("/api/v1/problems/overloaded");
        Timed other = call(api, "/api/v1/problems").get(10, TimeUnit.SECONDS);
        connectionsThatSayNothingTakeNothingFromOthers(api);
        List<Duration> unknown = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            unknown.add(timed(api, "/api/v1/clusters/none/groups", 404));
        }

        Duration yardstick = tenthSlowest(unknown);
        assertThat(tenthSlowest(refused))
                .as("an answer that asks no broker takes %s", yardstick)
                .isLessThan(Collections.max(List.of(Duration.ofMillis(50), yardstick.multipliedBy(2))));
        assertThat(other.answer().status()).isEqualTo(200);
        assertThat(other.took()).isLessThan(AT_ONCE);
        Timed hung = hanging.get(60, TimeUnit.SECONDS);
        assertThat(hung.answer().status()).isIn(503, 504);
        assertThat(hung.took()).isLessThan(Duration.ofMillis(5500));
    }

    /** A broker that takes a second for each answer, one request at a time: of ten callers it can serve two or three. */
    @Test
    void whoCouldNotBeAnsweredInTimeIsRefusedAndToldWhenToComeBack() throws Exception {
        String bootstrap = Brokers.behindProxy().bootstrapServers();
        service = new PackagedService(
                        Map.of(),
                        "fathom.clusters.slow.bootstrap-servers=127.0.0.1:"
                                + Brokers.proxy().port(),
                        "fathom.clusters.slow.max-in-flight=1",
                        "fathom.lag.snapshot-ttl=60S")
                .awaitAlive();
        Api api = service.api();
        String dear = "/api/v1/clusters/slow/topics?fresh=true";
        String shared = "/api/v1/clusters/slow/groups?include=lag";
        untilReady(api, 200, Duration.ofSeconds(30));
        try (Kafka kafka = new Kafka(bootstrap)) {
            kafka.commit("limited", Map.of(new TopicPartition(kafka.topic(1), 0), 0L));
        }
        assertThat(api.get(shared).status()).isEqualTo(200);
        assertThat(api.get(dear).status()).isEqualTo(200);
        try {
            Brokers.proxy().delay(Duration.ofSeconds(1));
            for (int i = 0; i < 3; i++) {
                assertThat(api.get(dear).status()).isIn(200, 504);
            }
            List<CompletableFuture<Timed>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(call(api, dear));
            }
            TimeUnit.MILLISECONDS.sleep(300);
            Timed cheap = call(api, shared).get(10, TimeUnit.SECONDS);
            List<Timed> refused = new ArrayList<>();
            for (CompletableFuture<Timed> call : calls) {
                Timed timed = call.get(60, TimeUnit.SECONDS);
                assertThat(timed.answer().status()).isIn(200, 429, 504);
                assertThat(timed.took()).isLessThan(Duration.ofMillis(5500));
                if (timed.answer().status() == 429) {
                    refused.add(timed);
                }
            }

            assertThat(refused).hasSizeBetween(5, 9);
            assertThat(refused.stream().filter(timed -> timed.took().compareTo(AT_ONCE) < 0))
                    .hasSizeGreaterThan(4)
                    .allSatisfy(timed -> assertThat(Integer.parseInt(
                                    timed.answer().header("Retry-After").orElseThrow()))
                            .isBetween(2, 10));
            assertThat(cheap.answer().status()).isEqualTo(200);
            assertThat(cheap.took()).isLessThan(AT_ONCE);
        } finally {
            Brokers.proxy().set(Fault.NONE);
        }
    }

    @Test
    void isReadyAsItsOnlyClusterIs() {
        String bootstrap = Brokers.behindProxy().bootstrapServers();
        service = new PackagedService(Map.of(), "fathom.clusters.proxied.bootstrap-servers=" + bootstrap).awaitAlive();
        untilReady(service.api(), 200, Duration.ofSeconds(30));
        for (Fault fault : List.of(Fault.BLACK_HOLE, Fault.RESET, Fault.CLOSED)) {
            try {
                Brokers.proxy().set(fault);
                assertThat(untilReady(service.api(), 503, Duration.ofSeconds(20)))
                        .as(fault.name())
                        .isLessThan(Duration.ofSeconds(10));
            } finally {
                Brokers.proxy().set(Fault.NONE);
            }
            assertThat(untilReady(service.api(), 200, Duration.ofSeconds(20)))
                    .as(fault.name())
                    .isLessThan(Duration.ofSeconds(2));
        }
    }

    /** Alive all the while. */
    private static Duration untilReady(Api api, int status, Duration atMost) {
        long begun = System.nanoTime();
        await().atMost(atMost).pollInterval(Duration.ofMillis(50)).until(() -> {
            assertThat(api.get("/q/health/live").status()).isEqualTo(200);
            return api.get("/q/health/ready").status() == status;
        });
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private void connectionsThatSayNothingTakeNothingFromOthers(Api api) throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        Integer.parseInt(api.base().substring(api.base().lastIndexOf(':') + 1)));
                socket.getOutputStream().write("GET /api/v1/me HTTP/1.1\r\nHost: x\r\n".getBytes());
                idle.add(socket);
            }

            Timed timed = call(api, "/api/v1/problems").get(10, TimeUnit.SECONDS);

            assertThat(timed.answer().status()).isEqualTo(200);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void onceItIsKnownNotToAnswerNobodyWaitsForIt() throws Exception {
        Api api = serving();
        await().atMost(Duration.ofSeconds(20)).until(() -> api.get("/api/v1/clusters/hole/groups?fresh=true")
                .text()
                .contains("has not answered since"));

        for (int i = 0; i < 20; i++) {
            Timed timed = call(api, "/api/v1/clusters/hole/groups?fresh=true").get(10, TimeUnit.SECONDS);
            assertThat(timed.answer().status()).isEqualTo(503);
            assertThat(timed.answer().text()).contains("has not answered since");
            assertThat(timed.took()).isLessThan(AT_ONCE);
        }
    }

    @Test
    void whatIsInFlightIsAnsweredBeforeItEnds() throws Exception {
        Api api = serving();
        api.get("/api/v1/problems");
        CompletableFuture<Timed> inFlight = call(api, "/api/v1/clusters/hole/groups?fresh=true");
        TimeUnit.MILLISECONDS.sleep(500);

        Duration took = service.terminate();

        assertThat(inFlight.get(10, TimeUnit.SECONDS).answer().status()).isIn(503, 504);
        assertThat(took).isLessThan(Duration.ofSeconds(10));
    }
}
