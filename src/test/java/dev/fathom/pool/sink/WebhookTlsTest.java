package dev.fathom.pool.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.testing.Certificates;
import dev.fathom.testing.RawServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PfxOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a webhook whose TLS is not as it should be. */
class WebhookTlsTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    static Path folder;

    private static Certificates certificates;

    @BeforeAll
    static void make() {
        certificates = new Certificates(folder);
        certificates.pair("authority", "CN=authority", "-ext", "bc:c");
        certificates.trust("authority", "trusting");
        Stream.<Runnable>of(
                        () -> signed("right", "-ext", Certificates.LOOPBACK),
                        () -> signed("other-host", "-ext", "SAN=dns:elsewhere.example"),
                        () -> signed("expired", "-ext", Certificates.LOOPBACK, "-startdate", "-9d"),
                        () -> signed("early", "-ext", Certificates.LOOPBACK, "-startdate", "+1d"),
                        () -> certificates.pair("self-signed", "CN=localhost", "-ext", Certificates.LOOPBACK))
                .parallel()
                .forEach(Runnable::run);
    }

    private static void signed(String pair, String... more) {
        certificates.pairSigned("authority", pair, "CN=localhost", more);
    }

    @AfterAll
    static void close() {
        VERTX.close();
    }

    private static SSLContext context(String pair) throws Exception {
        KeyStore store = certificates.store(pair);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, Certificates.PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static RawServer serving(String pair) throws Exception {
        return RawServer.on(context(pair).getServerSocketFactory(), "127.0.0.1", 0, WebhookTlsTest::answer);
    }

    private static void answer(RawServer.Connection connection) throws java.io.IOException {
        while (connection.read()) {
            connection.say(OK);
        }
    }

    private static Verdict deliver(int port, Duration timeout, String... addresses) throws Exception {
        String url = "https://localhost:" + port + "/";
        HttpClientOptions options = WebhookClient.options(timeout)
                .setTrustOptions(new PfxOptions()
                        .setPath(certificates.path("trusting").toString())
                        .setPassword(Certificates.PASSWORD));
        InetAddress[] resolved = new InetAddress[addresses.length];
        for (int i = 0; i < addresses.length; i++) {
            resolved[i] = InetAddress.getByName(addresses[i]);
        }
        try (WebhookSink sink = new WebhookSink(
                new WebhookSpec(url, Optional.empty(), Map.of(), List.of()),
                timeout,
                Optional.empty(),
                new WebhookAddresses(
                        url,
                        new WebhookRules(List.of("localhost"), List.of("127.0.0.0/8")),
                        new Lookups(host -> resolved, Runnable::run)),
                WebhookClient.of(VERTX, options),
                VERTX,
                Clock.systemUTC())) {
            CompletableFuture<Verdict> verdict = new CompletableFuture<>();
            sink.deliver(
                    new Delivery(
                            new ConsumerRecord<>("orders", 3, 7, null, "v".getBytes()),
                            new Origin("local", "cluster-id", "c", "g", "topic-id")),
                    verdict::complete);
            return verdict.get(20, TimeUnit.SECONDS);
        }
    }

    private static String saidOf(int port) throws Exception {
        Verdict verdict = deliver(port, Duration.ofSeconds(10), "127.0.0.1");
        assertThat(verdict).isInstanceOf(EndpointFault.class);
        return ((EndpointFault) verdict).message();
    }

    @ParameterizedTest
    @CsvSource({
        "expired, its certificate has expired",
        "early, its certificate is not valid yet",
        "other-host, its certificate is for another host",
        "self-signed, its certificate has an issuer the service does not trust"
    })
    void theMessageSaysWhatIsWrongWithTheCertificate(String pair, String cause) throws Exception {
        try (RawServer server = serving(pair)) {
            assertThat(saidOf(server.port()))
                    .isEqualTo("localhost:" + server.port() + " cannot be called: " + cause + " (127.0.0.1).");
        }
    }

    @Test
    void oneThatIsInOrderIsCalled() throws Exception {
        try (RawServer server = serving("right")) {
            assertThat(deliver(server.port(), Duration.ofSeconds(10), "127.0.0.1"))
                    .isEqualTo(Verdict.TAKEN);
        }
    }

    @Test
    void aPortWithoutTlsIsSaidToHaveNone() throws Exception {
        try (RawServer server = RawServer.doing(connection -> connection.say("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            assertThat(saidOf(server.port())).contains("it does not speak TLS on that port");
        }
    }

    @Test
    void aHandshakeThatItBreaksOffIsSaidToBe() throws Exception {
        SSLServerSocket socket =
                (SSLServerSocket) context("right").getServerSocketFactory().createServerSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setNeedClientAuth(true);
        parameters.setProtocols(new String[] {"TLSv1.2"});
        socket.setSSLParameters(parameters);
        try (RawServer server = RawServer.on(socket, "127.0.0.1", WebhookTlsTest::answer)) {
            assertThat(saidOf(server.port())).contains("it broke off the TLS handshake (");
        }
    }

    /** It takes the connection and says nothing: there is time left for the next. */
    @Test
    void anAddressThatSwallowsEverythingLeavesTimeForTheNext() throws Exception {
        try (RawServer server = serving("right");
                RawServer silent = RawServer.on(
                        ServerSocketFactory.getDefault(), "127.0.0.2", server.port(), RawServer.Connection::hold)) {
            assertThat(deliver(server.port(), Duration.ofSeconds(4), "127.0.0.2", "127.0.0.1"))
                    .isEqualTo(Verdict.TAKEN);
            assertThat(silent.accepted()).isEqualTo(1);
        }
    }
}
