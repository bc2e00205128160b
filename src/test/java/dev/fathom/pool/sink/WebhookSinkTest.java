package dev.fathom.pool.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.pool.definition.Spec.Webhook;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.RecordFault;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook's answers mean, and where calls may go. */
class WebhookSinkTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final ExecutorService BLOCKING = Executors.newSingleThreadExecutor();
    private static final WebhookRules LOOPBACK = new WebhookRules(List.of("localhost"), List.of("127.0.0.0/8"));

    @AfterAll
    static void close() {
        VERTX.close();
        BLOCKING.shutdownNow();
    }

    private static WebhookSink sink(String url, WebhookRules rules, WebhookSink.Resolver resolver, Duration timeout) {
        return new WebhookSink(
                new Webhook(url, Optional.empty(), Map.of()),
                timeout,
                Optional.empty(),
                rules,
                resolver,
                BLOCKING,
                VERTX,
                Clock.systemUTC());
    }

    private static Delivery delivery(long offset) {
        return new Delivery(
                new ConsumerRecord<>("orders", 3, offset, null, "v".getBytes()),
                new Origin("local", "cluster-id", "c", "g", "topic-id"));
    }

    private static Verdict deliver(Sink sink, Delivery delivery) throws Exception {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        AtomicInteger told = new AtomicInteger();
        sink.deliver(delivery, result -> {
            told.incrementAndGet();
            verdict.complete(result);
        });
        Verdict result = verdict.get(20, TimeUnit.SECONDS);
        assertThat(told).hasValue(1);
        return result;
    }

    private static Verdict answered(int status) throws Exception {
        try (Hook hook = Hook.answering(call -> Reply.of(status));
                WebhookSink sink = sink(hook.url(), LOOPBACK, InetAddress::getAllByName, Duration.ofSeconds(5))) {
            return deliver(sink, delivery(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void twoHundredsAreTaken(int status) throws Exception {
        assertThat(answered(status)).isEqualTo(Verdict.TAKEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 415, 422})
    void someAreTheRecordsFault(int status) throws Exception {
        assertThat(answered(status)).isInstanceOf(RecordFault.class);
    }

    @ParameterizedTest
    @CsvSource({
        "301,false",
        "302,false",
        "307,false",
        "401,false",
        "403,false",
        "404,false",
        "408,false",
        "409,false",
        "425,false",
        "418,false",
        "429,true",
        "500,false",
        "501,false",
        "502,true",
        "503,true",
        "504,true",
        "599,false"
    })
    void allOthersAreTheEndpoints(int status, boolean outage) throws Exception {
        Verdict verdict = answered(status);

        assertThat(verdict).isInstanceOf(EndpointFault.class);
        assertThat(((EndpointFault) verdict).outage()).isEqualTo(outage);
        assertThat(((EndpointFault) verdict).status()).hasValue(status);
    }

    @Test
    void goneIsGone() throws Exception {
        assertThat(answered(410)).isInstanceOf(Verdict.Gone.class);
    }

    @Test
    void aSinkThatDoesNotAnswerIsDown() throws Exception {
        try (Hook hook = Hook.answering(call -> Reply.never());
                WebhookSink sink = sink(hook.url(), LOOPBACK, InetAddress::getAllByName, Duration.ofMillis(300))) {
            long began = System.nanoTime();

            Verdict verdict = deliver(sink, delivery(1));

            assertThat(((EndpointFault) verdict).outage()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
        }
    }

    @Test
    void nobodyListeningIsAnOutage() throws Exception {
        String url;
        try (Hook hook = Hook.taking()) {
            url = hook.url();
        }
        try (WebhookSink sink = sink(url, LOOPBACK, InetAddress::getAllByName, Duration.ofSeconds(5))) {
            assertThat(((EndpointFault) deliver(sink, delivery(1))).outage()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"2,PT2S", "0,PT0S", "86400,PT10M", "soon,", "-5,", "99999999999999,"})
    void retryAfterIsReadAndCapped(String header, String expected) {
        try (WebhookSink sink = sink("http://localhost/", LOOPBACK, InetAddress::getAllByName, Duration.ofSeconds(5))) {
            assertThat(sink.retryAfter(header))
                    .isEqualTo(Optional.ofNullable(expected).map(Duration::parse));
        }
    }

    @Test
    void theIdSaysWhichRecordItIsAndNothingElse() {
        assertThat(WebhookCall.id(delivery(1))).isEqualTo(WebhookCall.id(delivery(1)));
        assertThat(WebhookCall.id(delivery(1))).isNotEqualTo(WebhookCall.id(delivery(2)));
    }

    @Test
    void aNameThatResolvesToLoopbackIsRefusedWhenItIsConnectedTo() throws Exception {
        WebhookRules rules = new WebhookRules(List.of("inside.example"), List.of());
        try (Hook hook = Hook.taking();
                WebhookSink sink = sink(
                        "http://inside.example:" + hook.port() + "/",
                        rules,
                        host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                        Duration.ofSeconds(5))) {
            Verdict verdict = deliver(sink, delivery(1));

            assertThat(((EndpointFault) verdict).message()).contains("allowed-cidrs");
            assertThat(hook.calls()).isEmpty();
        }
    }

    /** What was looked up is what is connected to: the name is not looked up again behind the check. */
    @Test
    void theAddressThatWasCheckedIsTheOneThatIsCalled() throws Exception {
        WebhookRules rules = new WebhookRules(List.of("no-such-name.invalid"), List.of("127.0.0.0/8"));
        AtomicInteger lookups = new AtomicInteger();
        try (Hook hook = Hook.taking();
                WebhookSink sink = sink(
                        "http://no-such-name.invalid:" + hook.port() + "/",
                        rules,
                        host -> {
                            lookups.incrementAndGet();
                            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
                        },
                        Duration.ofSeconds(5))) {
            assertThat(deliver(sink, delivery(1))).isEqualTo(Verdict.TAKEN);

            assertThat(hook.calls().get(0).headers().get("host")).startsWith("no-such-name.invalid");
            assertThat(lookups).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "224.0.0.1",
                "239.1.1.1",
                "255.255.255.255",
                "240.0.0.1",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:db8::1"
            })
    void addressesThatAreNotPublicAreRefused(String address) throws UnknownHostException {
        assertThat(new WebhookRules(List.of("x"), List.of()).allows(InetAddress.getByName(address)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.167.0.1", "2606:4700::1111"})
    void publicOnesAreNot(String address) throws UnknownHostException {
        assertThat(new WebhookRules(List.of("x"), List.of()).allows(InetAddress.getByName(address)))
                .isTrue();
    }

    @Test
    void aNetworkThatIsNamedIsAllowedAndItsNeighbourIsNot() throws UnknownHostException {
        WebhookRules rules = new WebhookRules(List.of("x"), List.of("10.1.0.0/16", "fd00:1::/32"));

        assertThat(rules.allows(InetAddress.getByName("10.1.255.1"))).isTrue();
        assertThat(rules.allows(InetAddress.getByName("10.2.0.1"))).isFalse();
        assertThat(rules.allows(InetAddress.getByName("fd00:1::5"))).isTrue();
        assertThatThrownBy(() -> new WebhookRules(List.of(), List.of("10.0.0.0")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyHostsThatAreNamedAreCalled() {
        WebhookRules rules = new WebhookRules(List.of("a.example", "b.example:8443"), List.of());

        assertThat(rules.refusal("https://a.example/x")).isEmpty();
        assertThat(rules.refusal("https://A.EXAMPLE:1234/x")).isEmpty();
        assertThat(rules.refusal("https://b.example:8443/x")).isEmpty();
        assertThat(rules.refusal("https://b.example/x")).isPresent();
        assertThat(rules.refusal("https://a.example.evil.example/")).isPresent();
        assertThat(new WebhookRules(List.of(), List.of())
                        .refusal("https://a.example/")
                        .orElseThrow())
                .contains("fathom.pool.webhook.allowed-hosts");
    }
}
