package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A packaged service whose only cluster takes connections and never answers. By itself, since time is measured. */
@Isolated
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

    @Test
    void aClusterThatHangsTakesNobodyElsesTurn() throws Exception {
        Api api = serving("fathom.clusters.hole.max-in-flight=1", "fathom.clusters.hole.max-queued=0");
        api.get("/api/v1/problems");
        CompletableFuture<Timed> hanging = call(api, "/api/v1/clusters/hole/groups?fresh=true");
        TimeUnit.MILLISECONDS.sleep(300);

        Timed other = call(api, "/api/v1/problems").get(10, TimeUnit.SECONDS);

        assertThat(other.answer().status()).isEqualTo(200);
        assertThat(other.took()).isLessThan(AT_ONCE);
        Timed hung = hanging.get(60, TimeUnit.SECONDS);
        assertThat(hung.answer().status()).isIn(503, 504);
        assertThat(hung.took()).isLessThan(Duration.ofMillis(5500));
    }

    @Test
    void onceItIsKnownNotToAnswerNobodyWaitsForIt() throws Exception {
        Api api = serving();
        TimeUnit.SECONDS.sleep(8);
        api.get("/api/v1/clusters/hole/groups?fresh=true");

        for (int i = 0; i < 20; i++) {
            Timed timed = call(api, "/api/v1/clusters/hole/groups?fresh=true").get(10, TimeUnit.SECONDS);
            assertThat(timed.answer().status()).isEqualTo(503);
            assertThat(timed.answer().text()).contains("does not answer since");
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

    @Test
    void connectionsThatSayNothingTakeNothingFromOthers() throws Exception {
        Api api = serving();
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
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
}
