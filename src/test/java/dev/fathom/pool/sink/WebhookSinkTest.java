package dev.fathom.pool.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.RecordFault;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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

    private static WebhookSink sink(String url, WebhookRules rules, Lookups.Resolver resolver, Duration timeout) {
        return new WebhookSink(
                new WebhookSpec(url, Optional.empty(), Map.of(), List.of()),
                timeout,
                Optional.empty(),
                new WebhookAddresses(url, rules, new Lookups(resolver, BLOCKING)),
                WebhookClient.of(VERTX, WebhookClient.options(timeout)),
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
    @CsvSource(delimiter = '|', textBlock = """
            2                                 | PT2S
            0                                 | PT0S
            000000000007                      | PT7S
            86400                             | PT10M
            99999999999999999999              | PT10M
            Sun, 06 Nov 1994 08:50:37 GMT     | PT1M
            Sun, 06 Nov 1994 09:49:37 GMT     | PT10M
            Sunday, 06-Nov-94 08:50:37 GMT    | PT1M
            Sun Nov  6 08:50:37 1994          | PT1M
            Sun Nov 06 08:50:37 1994          | PT1M
            sun, 06 nov 1994 08:50:37 gmt     | PT1M
            Mon, 06 Nov 1994 08:50:37 GMT     | PT1M
            Sun, 06 Nov 1994 08:49:60 GMT     | PT22S
            Friday, 06-Nov-44 08:50:37 GMT    | PT10M
            Sunday, 06-Nov-45 08:50:37 GMT    |
            Sun, 06 Nov 1994 08:49:36 GMT     |
            Sat Nov  5 08:50:37 1994          |
            Sun, 31 Feb 1995 08:50:37 GMT     |
            Sun, 06 Foo 1994 08:50:37 GMT     |
            Sun, 06 Nov 1994 08:50:37 CET     |
            1994-11-06T08:50:37Z              |
            soon                              |
            -5                                |
            2 seconds                         |
            """)
    void retryAfterIsReadInEveryFormItHasAndCapped(String header, String expected) {
        Optional<Duration> read = RetryAfter.read(header, Instant.parse("1994-11-06T08:49:37Z"));

        assertThat(read).isEqualTo(Optional.ofNullable(expected).map(Duration::parse));
    }

    private static MultiMap headers(WebhookSpec webhook, ConsumerRecord<byte[], byte[]> record) {
        return WebhookCall.headers(
                new Delivery(record, new Origin("local", "cluster-id", "c", "g", "topic-id")),
                new byte[0],
                webhook,
                Optional.empty(),
                Instant.EPOCH);
    }

    private static ConsumerRecord<byte[], byte[]> keyed(byte[] key) {
        return new ConsumerRecord<>("orders", 3, 7, key, "v".getBytes());
    }

    /** The base64 of one key is the text of another. */
    @Test
    void aKeyThatIsNoTextSaysThatItIsBase64() {
        WebhookSpec webhook = new WebhookSpec("http://localhost/", Optional.empty(), Map.of(), List.of());
        MultiMap binary = headers(webhook, keyed(new byte[] {(byte) 0xC3, 0x28}));
        MultiMap text = headers(webhook, keyed("wyg=".getBytes()));

        assertThat(binary.get("ce-partitionkey")).isEqualTo("wyg=").isEqualTo(text.get("ce-partitionkey"));
        assertThat(binary.get("ce-partitionkeyencoding")).isEqualTo("base64");
        assertThat(text.contains("ce-partitionkeyencoding")).isFalse();
    }

    @Test
    void headersOfTheRecordGoAlongWhereThatIsAskedForAndNothingIsInjected() throws Exception {
        WebhookSpec webhook = new WebhookSpec(
                "http://localhost/",
                Optional.empty(),
                Map.of("X-Team", "ours"),
                List.of("traceparent", "ce_*", "x*", "webhook*", "content*", "connection*", "transfer*", "b*"));
        ConsumerRecord<byte[], byte[]> record = keyed(null);
        record.headers()
                .add("traceparent", "first".getBytes())
                .add("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes())
                .add("ce_type", "order.placed".getBytes())
                .add("other", "not asked for".getBytes())
                .add("x-team", "theirs".getBytes())
                .add("x-empty", null)
                // Left out: eleven.
                .add("x-split", "a\r\nX-Injected: 1".getBytes())
                .add("x-a: b\r\nX-Injected", "1".getBytes())
                .add("x-utf8", "\u00e4".getBytes(StandardCharsets.UTF_8))
                .add("x-api-key", "secret".getBytes())
                .add("X_Forwarded_For", "1.2.3.4".getBytes())
                .add("webhook-signature", "v1,forged".getBytes())
                .add("Webhook_Signature", "v1,forged".getBytes())
                .add("connection", "close".getBytes())
                .add("transfer-encoding", "chunked".getBytes())
                .add("content-length", "0".getBytes())
                .add("baggage", "y".repeat(7000).getBytes());

        MultiMap sent = headers(webhook, record);

        assertThat(sent.get("traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c");
        assertThat(sent.get("ce_type")).isEqualTo("order.placed");
        assertThat(sent.get("x-team")).isEqualTo("ours");
        assertThat(sent.get("x-empty")).isEmpty();
        assertThat(sent.get("ce-kafkaheadersleftout")).isEqualTo("11");
        assertThat(sent.names().stream().map(name -> name.toLowerCase(Locale.ROOT)))
                .doesNotContain("other", "webhook-signature", "webhook_signature", "connection", "content-length")
                .noneMatch(name -> name.startsWith("x-a") || name.startsWith("x_") || name.startsWith("x-split"));
        assertThat(headers(new WebhookSpec("http://localhost/", Optional.empty(), Map.of(), List.of()), record)
                        .names())
                .doesNotContain("traceparent", "ce_type", "ce-kafkaheadersleftout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"whsec_", "", "whsec_no base64!", "whsec_MfKQ9"})
    void aSecretThatIsNoKeyIsRefused(String secret) {
        assertThat(Sinks.refusalOfSecret(secret)).isPresent();
        assertThat(Sinks.refusalOfSecret(Hook.SECRET)).isEmpty();
        assertThat(Sinks.refusalOfSecret("any text")).isEmpty();
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
