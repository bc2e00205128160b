package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
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

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path folder;

    private static PackagedService service;
    private static String secure;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        pair("server", "CN=localhost", "-ext", "SAN=dns:localhost,ip:127.0.0.1");
        pair("vera", "CN=vera,O=Operators");
        pair("stranger", "CN=vera,O=Operators");
        trust("server", "clients-trust");
        trust("vera", "server-trust");
        int port = EmbeddedBroker.freePort();
        secure = "https://localhost:" + port;
        service = new PackagedService(
                        Map.of(),
                        "fathom.security.mode=mtls",
                        "fathom.security.permissions[0].subject=user:CN=vera,O=Operators",
                        "fathom.security.permissions[0].level=viewer",
                        "quarkus.tls.key-store.p12.path=" + folder.resolve("server.p12"),
                        "quarkus.tls.key-store.p12.password=changeit",
                        "quarkus.tls.trust-store.p12.path=" + folder.resolve("server-trust.p12"),
                        "quarkus.tls.trust-store.p12.password=changeit",
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

    private static void keytool(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static void pair(String name, String subject, String... more) throws IOException, InterruptedException {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                subject,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve(name + ".p12").toString(),
                "-storepass",
                "changeit"));
        arguments.addAll(List.of(more));
        keytool(arguments);
    }

    private static void trust(String name, String store) throws IOException, InterruptedException {
        Path certificate = folder.resolve(name + ".pem");
        keytool(List.of(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-keystore",
                folder.resolve(name + ".p12").toString(),
                "-storepass",
                "changeit",
                "-file",
                certificate.toString()));
        keytool(List.of(
                "-importcert",
                "-noprompt",
                "-alias",
                name,
                "-file",
                certificate.toString(),
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve(store + ".p12").toString(),
                "-storepass",
                "changeit"));
    }

    private static KeyStore store(String name) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(file, PASSWORD);
        }
        return store;
    }

    private static Api caller(Optional<String> certificate) throws IOException, GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store("clients-trust"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (certificate.isPresent()) {
            keys.init(store(certificate.get()), PASSWORD);
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
