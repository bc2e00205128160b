package dev.fathom.pool.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.RecordFault;
import dev.fathom.testing.RawServer;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as no framework gives them, names with several addresses, and names that never resolve. */
class WebhookEdgeTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final ExecutorService BLOCKING = Executors.newCachedThreadPool();
    private static final WebhookRules RULES =
            new WebhookRules(List.of("localhost", "stuck.example"), List.of("127.0.0.0/8"));
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @AfterAll
    static void close() {
        VERTX.close();
        BLOCKING.shutdownNow();
    }

    private static WebhookSink sink(int port, Duration timeout, String... addresses) {
        return sink("http://localhost:" + port + "/", timeout, host -> addresses(addresses));
    }

    private static WebhookSink sink(String url, Duration timeout, Lookups.Resolver resolver) {
        return sink(url, timeout, new Lookups(resolver, BLOCKING));
    }

    private static WebhookSink sink(String url, Duration timeout, Lookups lookups) {
        return new WebhookSink(
                new WebhookSpec(url, Optional.empty(), Map.of(), List.of()),
                timeout,
                Optional.empty(),
                new WebhookAddresses(url, RULES, lookups),
                WebhookClient.of(VERTX, WebhookClient.options(timeout)),
                VERTX,
                Clock.systemUTC());
    }

    private static InetAddress[] addresses(String... literals) throws java.net.UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (String literal : literals.length == 0 ? new String[] {"127.0.0.1"} : literals) {
            all.add(InetAddress.getByName(literal));
        }
        return all.toArray(InetAddress[]::new);
    }

    private static Delivery record(int bytes) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) 'x');
        return new Delivery(
                new ConsumerRecord<>("orders", 3, 7, null, value),
                new Origin("local", "cluster-id", "c", "g", "topic-id"));
    }

    private static Verdict deliver(Sink sink) throws Exception {
        return deliver(sink, record(10));
    }

    private static Verdict deliver(Sink sink, Delivery delivery) throws Exception {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        sink.deliver(delivery, verdict::complete);
        return verdict.get(20, TimeUnit.SECONDS);
    }

    private static String outage(Verdict verdict) {
        assertThat(verdict).isInstanceOf(EndpointFault.class);
        assertThat(((EndpointFault) verdict).outage()).isTrue();
        return ((EndpointFault) verdict).message();
    }

    // ---- answers

    /** The next call on the same connection must not be given what was the last one's. */
    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 104, 199})
    void interimAnswersAreNotTheAnswer(int interim) throws Exception {
        String early = "HTTP/1.1 " + interim + " Wait\r\nX-How: long\r\n\r\n";
        AtomicInteger calls = new AtomicInteger();
        try (RawServer server = RawServer.doing(connection -> {
                    while (connection.read()) {
                        connection.say(early + early);
                        connection.say(
                                early + (calls.getAndIncrement() % 2 == 0 ? OK : OK.replace("200 OK", "400 No")));
                    }
                });
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            for (int i = 0; i < 10; i++) {
                assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
                assertThat(deliver(sink)).isInstanceOf(RecordFault.class);
            }
            assertThat(server.accepted()).isLessThan(10);
        }
    }

    @Test
    void interimAnswersForEverAreNoAnswer() throws Exception {
        try (RawServer server = RawServer.doing(connection -> {
                    connection.read();
                    for (int i = 0; i < 5; i++) {
                        connection.say("HTTP/1.1 102 Processing\r\n\r\n");
                    }
                    connection.hold();
                });
                WebhookSink sink = sink(server.port(), Duration.ofMillis(400))) {
            assertThat(outage(deliver(sink))).isEqualTo("No answer within PT0.4S.");
            await().atMost(PATIENCE).until(() -> server.open() == 0);
        }
    }

    @Test
    void anotherProtocolWasNotAskedFor() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + OK);
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            assertThat(((EndpointFault) deliver(sink)).status()).isEqualTo(OptionalInt.of(101));
            await().atMost(PATIENCE).until(() -> server.open() == 0);
            assertThat(((EndpointFault) deliver(sink)).status()).isEqualTo(OptionalInt.of(101));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 40, 300})
    void headersOfAnySizeLeaveTheStatusWhatItIs(int kilobytes) throws Exception {
        String headers = ("X-Padding: " + "y".repeat(1000) + "\r\n").repeat(kilobytes);
        try (RawServer server = RawServer.doing(connection -> {
                    String status =
                            List.of("200 OK", "413 Too Large", "503 Not Now").get((connection.number() - 1) % 3);
                    connection.read();
                    connection.say("HTTP/1.1 " + status + "\r\nRetry-After: 7\r\nContent-Length: 0\r\n"
                            + "Connection: close\r\n" + headers + "\r\n");
                });
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            assertThat(deliver(sink)).isInstanceOf(RecordFault.class);
            assertThat(((EndpointFault) deliver(sink)).retryAfter()).contains(Duration.ofSeconds(7));
        }
    }

    /** Closed with what was not read in it, a connection is reset, and what is still to be written fails. */
    @Test
    void whatWasAnsweredBeforeTheConnectionWasCutCounts() throws Exception {
        try (RawServer server = RawServer.doing(connection -> {
                    connection.readHead();
                    connection.say("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
                });
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            for (int i = 0; i < 10; i++) {
                assertThat(deliver(sink, record(16 << 20))).isInstanceOf(RecordFault.class);
            }
            assertThat(server.accepted()).isEqualTo(10);
        }
    }

    /** Nobody reads the rest of the call, and the connection stays: the next call must not be put behind it. */
    @Test
    void aConnectionWhoseCallWasNotReadToItsEndIsNotUsedAgain() throws Exception {
        try (RawServer server = RawServer.doing(connection -> {
                    if (connection.number() == 1) {
                        connection.readHead();
                        connection.say(OK.replace("200 OK", "422 No"));
                        connection.hold();
                    }
                    connection.read();
                    connection.say(OK);
                });
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            assertThat(deliver(sink, record(16 << 20))).isInstanceOf(RecordFault.class);
            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            assertThat(server.accepted()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000000\r\n\r\nonly this",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "\r\nuntil it is closed, which it is not",
            })
    void bodiesThatNeverEndHoldNoConnectionForLong(String rest) throws Exception {
        try (RawServer server = RawServer.doing(connection -> {
                    connection.read();
                    connection.say("HTTP/1.1 200 OK\r\n" + rest);
                    connection.hold();
                });
                WebhookSink sink = sink(server.port(), Duration.ofSeconds(2))) {
            for (int call = 0; call < 300; call++) {
                assertThat(deliver(sink)).as("call %s", call).isEqualTo(Verdict.TAKEN);
            }
            await().atMost(Duration.ofSeconds(5)).until(() -> server.open() == 0);
        }
    }

    @Test
    void aBodyThatComesWithItsAnswerLeavesTheConnection() throws Exception {
        try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            for (int call = 0; call < 20; call++) {
                assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            }
            assertThat(server.accepted()).isLessThan(10);
        }
    }

    /** Servers close what has been idle for a while, and that may cross a call. */
    @Test
    void aConnectionThatWasClosedWhileItWasIdleIsNoOutage() throws Exception {
        try (RawServer server = RawServer.doing(connection -> {
                    connection.read();
                    connection.say(OK);
                    connection.readHead();
                });
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            long began = System.nanoTime();
            await().pollDelay(Duration.ofMillis(1100))
                    .until(() -> System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(1100));

            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            assertThat(server.accepted()).isEqualTo(2);
            // One that was not idle was closed because of the call, if the call did not come before it was free again.
            await().untilAsserted(() -> assertThat(outage(deliver(sink)))
                    .isEqualTo("The call failed: it closed the connection before it answered."));
        }
    }

    @Test
    void whatIsNoHttpIsSaidToBeNone() throws Exception {
        try (RawServer server = RawServer.saying("SSH-2.0-OpenSSH_9.9\r\n\r\n");
                WebhookSink sink = sink(server.port(), PATIENCE)) {
            assertThat(outage(deliver(sink))).isEqualTo("The call failed: what it answered is not HTTP.");
        }
    }

    // ---- addresses

    @Test
    void everyAllowedAddressIsTried() throws Exception {
        try (RawServer server = RawServer.saying(OK);
                WebhookSink sink = sink(server.port(), PATIENCE, "10.1.2.3", "127.0.0.2", "127.0.0.3", "127.0.0.1")) {
            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
        }
    }

    @Test
    void whereNoneCanBeConnectedToEachIsNamedWithItsReason() throws Exception {
        int port;
        try (RawServer server = RawServer.saying(OK)) {
            port = server.port();
        }
        try (WebhookSink sink = sink(port, PATIENCE, "127.0.0.2", "127.0.0.3")) {
            assertThat(outage(deliver(sink)))
                    .isEqualTo("localhost:" + port + " cannot be called: connection refused (127.0.0.2); connection"
                            + " refused (127.0.0.3).");
        }
    }

    /** It takes connections and never answers: the next try is elsewhere, and so are those after it. */
    @Test
    void anAddressThatDoesNotAnswerIsTriedLastNextTime() throws Exception {
        try (RawServer answering = RawServer.saying(OK);
                RawServer silent = RawServer.on(
                        ServerSocketFactory.getDefault(), "127.0.0.2", answering.port(), RawServer.Connection::hold);
                WebhookSink sink = sink(answering.port(), Duration.ofMillis(500), "127.0.0.2", "127.0.0.1")) {
            assertThat(outage(deliver(sink))).isEqualTo("No answer within PT0.5S.");
            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            assertThat(deliver(sink)).isEqualTo(Verdict.TAKEN);
            assertThat(silent.accepted()).isEqualTo(1);
        }
    }

    @Test
    void aNameThatNeverResolvesHoldsNobodyElse() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        AtomicInteger stuck = new AtomicInteger();
        Lookups lookups = new Lookups(
                host -> {
                    if (host.equals("stuck.example")) {
                        stuck.incrementAndGet();
                        try {
                            letGo.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    return addresses();
                },
                BLOCKING);
        Duration timeout = Duration.ofMillis(500);
        try (RawServer server = RawServer.saying(OK);
                WebhookSink first = sink("http://stuck.example:1/", timeout, lookups);
                WebhookSink second = sink("http://stuck.example:2/", timeout, lookups);
                WebhookSink other = sink("http://localhost:" + server.port() + "/", PATIENCE, lookups)) {
            List<CompletableFuture<Verdict>> verdicts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                CompletableFuture<Verdict> verdict = new CompletableFuture<>();
                (i % 2 == 0 ? first : second).deliver(record(1), verdict::complete);
                verdicts.add(verdict);
            }

            assertThat(deliver(other)).isEqualTo(Verdict.TAKEN);
            for (CompletableFuture<Verdict> verdict : verdicts) {
                assertThat(outage(verdict.get(5, TimeUnit.SECONDS)))
                        .isEqualTo("The name stuck.example did not resolve within PT0.5S.");
            }
            assertThat(stuck).hasValue(1);
        } finally {
            letGo.countDown();
        }
    }
}
