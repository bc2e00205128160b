package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import dev.fathom.testing.Certificates;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A packaged service in mode mtls: the subject of a caller's certificate is the user. */
class CertificatesIT {

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static PackagedService service;
    private static String secure;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        certificates = new Certificates(folder);
        certificates.pair("server", "CN=localhost", "-ext", Certificates.LOOPBACK);
        certificates.pair("vera", "CN=vera,O=Operators");
        certificates.pair("stranger", "CN=vera,O=Operators");
        certificates.trust("server", "clients-trust");
        certificates.trust("vera", "server-trust");
        int port = EmbeddedBroker.freePort();
        secure = "https://localhost:" + port;
        service = new PackagedService(
                        Map.of(),
                        "fathom.security.mode=mtls",
                        "fathom.security.permissions[0].subject=user:CN=vera,O=Operators",
                        "fathom.security.permissions[0].level=viewer",
                        "quarkus.tls.key-store.p12.path=" + certificates.path("server"),
                        "quarkus.tls.key-store.p12.password=" + Certificates.PASSWORD,
                        "quarkus.tls.trust-store.p12.path=" + certificates.path("server-trust"),
                        "quarkus.tls.trust-store.p12.password=" + Certificates.PASSWORD,
                        "quarkus.http.ssl-port=" + port,
                        "fathom.clusters.local.bootstrap-servers=127.0.0.1:1")
                .awaitAlive();
        // It listens on its two ports one after the other.
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> caller(Optional.of("vera")).get("/q/health/live").status() == 200);
    }

    @AfterAll
    static void end() {
        service.close();
    }

    private static Api caller(Optional<String> certificate) throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates.store("clients-trust"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (certificate.isPresent()) {
            keys.init(certificates.store(certificate.get()), Certificates.PASSWORD.toCharArray());
        } else {
            keys.init(null, null);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return Api.at(secure)
                .through(java.net.http.HttpClient.newBuilder()
                        .version(java.net.http.HttpClient.Version.HTTP_1_1)
                        .sslContext(context)
                        .build());
    }

    @Test
    void theSubjectOfACertificateThatIsTrustedIsTheUser() throws Exception {
        JsonNode me = caller(Optional.of("vera")).get("/api/v1/me").ok();

        assertThat(me.get("name").asText()).isEqualTo("CN=vera,O=Operators");
        assertThat(me.at("/permissions/0/level").asText()).isEqualTo("viewer");
    }

    @Test
    void withoutOneNobodyGetsInByTlsOrWithoutIt() throws Exception {
        for (String path : List.of("/api/v1/me", "/q/metrics", "/q/openapi", "/q/swagger-ui/")) {
            assertThat(caller(Optional.empty()).get(path).status()).as(path).isEqualTo(401);
            assertThat(service.api().get(path).status()).as(path).isEqualTo(401);
        }
    }

    @Test
    void oneOfTheSameNameThatNobodyVouchesForEndsTheHandshake() throws Exception {
        Api stranger = caller(Optional.of("stranger"));

        assertThatThrownBy(() -> stranger.get("/api/v1/me")).hasRootCauseInstanceOf(IOException.class);
    }
}
