package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged service as an operator starts it: {@code java -jar target/fathom.jar}. */
@Order(5)
@Execution(ExecutionMode.CONCURRENT)
class PackagedServiceIT {

    /** What the broker, its tools and the tests are made of. */
    private static final List<String> NOT_OURS = List.of(
            "scala/",
            "org/apache/kafka/controller/",
            "org/apache/kafka/coordinator/",
            "org/apache/kafka/raft/",
            "org/apache/kafka/storage/",
            "org/apache/kafka/streams/",
            "org/apache/kafka/tools/",
            "org/rocksdb/",
            "org/junit/",
            "dev/fathom/testing/");

    private PackagedService service;

    @AfterEach
    void end() {
        if (service != null) {
            service.close();
        }
    }

    private Api start(Map<String, String> environment, String... properties) {
        service = new PackagedService(environment, properties);
        return service.api();
    }

    private Api serving(Map<String, String> environment, String... properties) {
        Api api = start(environment, properties);
        service.awaitAlive();
        return api;
    }

    @Test
    void servesTheClustersItIsConfiguredFor() {
        Api api = serving(
                Map.of("FATHOM_CLUSTERS_PROD_BOOTSTRAP_SERVERS", Brokers.main().bootstrapServers()),
                "fathom.clusters.gone.bootstrap-servers=no-such-host.invalid:9092",
                "fathom.clusters.\"with.dot\".bootstrap-servers="
                        + Brokers.main().bootstrapServers(),
                "fathom.clusters.prod.properties.\"client.rack\"=r1",
                "fathom.log.json=true");

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(
                        api.get("/api/v1/clusters/prod/groups/invoices/lag")
                                .ok()
                                .get("total")
                                .asLong())
                .isEqualTo(43));
        assertThat(api.get("/api/v1/clusters/with.dot/groups/invoices").status())
                .isEqualTo(200);
        assertThat(api.get("/api/v1/clusters/gone/groups").status()).isEqualTo(503);
        assertThat(api.get("/q/swagger-ui/").status()).isEqualTo(200);
        assertThat(api.get("/q/openapi").text()).contains("openapi: 3.1.0");
        assertThat(api.get("/q/health/ready").json().get("status").asText()).isEqualTo("UP");
        assertThat(service.said().lines()).isNotEmpty().allMatch(line -> line.startsWith("{\"timestamp\":"));
    }

    @Test
    void startsWithTheExampleConfiguration() {
        Api api = serving(Map.of("KAFKA_PASSWORD", "unused"), "quarkus.config.locations=deploy/fathom.properties");

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(
                        api.get("/api/v1/clusters").ok().findValuesAsText("name"))
                .containsExactly("prod"));
        assertThat(service.said().lines())
                .as("for people")
                .isNotEmpty()
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d (INFO|WARN) +\\[.*"));
    }

    @Test
    void carriesNothingOfTheBrokerOrOfTheTests() throws IOException {
        assumeTrue(PackagedService.NATIVE.isEmpty(), "a native executable is one file");
        try (JarFile jar = new JarFile(PackagedService.JAR.toFile())) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .contains("org/apache/kafka/clients/admin/Admin.class", "dev/fathom/Main.class")
                    .noneMatch(name -> NOT_OURS.stream().anyMatch(name::startsWith));
        }
    }

    @Test
    void saysThatItNeedsACluster() throws InterruptedException {
        start(Map.of());

        service.assertRefusesToStart(
                "fathom.clusters.<name>.bootstrap-servers",
                "FATHOM_CLUSTERS_PROD_BOOTSTRAP_SERVERS",
                "mvn compile exec:exec");
        assertThat(service.said().lines()).as("nothing was begun").hasSize(1);
    }

    private record Ended(int code, String out, String err) {}

    private static Ended run(List<String> options, String... arguments) throws Exception {
        Process process = PackagedService.command(options, List.of(arguments)).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, err);
    }

    @Test
    void tellsWhatItIsAndHowItIsUsed() throws Exception {
        assertThat(run(List.of(), "--version"))
                .satisfies(ended -> assertThat(ended.code()).isZero())
                .satisfies(ended -> assertThat(ended.out()).matches("fathom \\d+\\.\\d+\\.\\d+\\S*\\R"));
        assertThat(run(List.of(), "--help"))
                .satisfies(ended -> assertThat(ended.code()).isZero())
                .satisfies(ended -> assertThat(ended.out())
                        .contains("check-config", "hash-password", "-Dfathom.clusters.prod.bootstrap-servers="));
        assertThat(run(List.of(), "serve"))
                .satisfies(ended -> assertThat(ended.code()).isEqualTo(2))
                .satisfies(ended -> assertThat(ended.err()).contains("\"serve\"", "--help"));
    }

    @Test
    void checksItsConfigurationAgainstEachCluster() throws Exception {
        String main =
                "-Dfathom.clusters.prod.bootstrap-servers=" + Brokers.main().bootstrapServers();

        Ended well = run(List.of(main), "check-config");
        assertThat(well.code()).as(well.toString()).isZero();
        assertThat(well.out())
                .contains("Cluster prod", "ok       connection", "ok       changes")
                .doesNotContain("MISSING");

        List<String> options = new ArrayList<>(List.of(
                main,
                "-Dfathom.clusters.gone.bootstrap-servers=127.0.0.1:1",
                "-Dfathom.clusters.acls.bootstrap-servers=" + Brokers.sasl().bootstrapServers()));
        Brokers.saslProperties("fathom", "fathom-secret")
                .forEach((name, value) -> options.add("-Dfathom.clusters.acls.properties.\"" + name + "\"=" + value));
        Ended lacking = run(options, "check-config");
        assertThat(lacking.code()).as(lacking.toString()).isEqualTo(1);
        assertThat(lacking.out())
                .containsPattern("Cluster gone\\R +MISSING +connection .*127.0.0.1:1")
                .containsPattern(
                        "(?s)Cluster acls.* ok +connection .* limited +topics .*MISSING +changes .*__fathom_operations");
        assertThat(lacking.err() + lacking.out()).doesNotContain("fathom-secret", "\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "fathom.clusterz.prod.bootstrap-servers=x:1, fathom.clusterz.prod.bootstrap-servers",
        "fathom.clusters.prod.bootstrap-server=x:1, fathom.clusters.prod.bootstrap-server",
        "fathom.clusters.prod.call-timeout=soon, fathom.clusters.prod.call-timeout",
        "fathom.security.mode=open, fathom.security.mode",
        "fathom.security.mode=basic, fathom.security.users-file",
        "fathom.security.mode=oidc, quarkus.oidc.auth-server-url",
        "fathom.security.mode=mtls, quarkus.tls.key-store",
        "fathom.security.permissions[0].level=viewer, fathom.security.permissions[0].subject",
        "fathom.clusters.prod.max-in-flight=0, fathom.clusters.prod.max-in-flight",
        "quarkus.http.host=0.0.0.0, fathom.security.mode",
        "fathom.pool.webhook.secrets.billing-hook=whsec_not base64, fathom.pool.webhook.secrets.billing-hook",
        "fathom.clusters.prod.properties.\"sasl.jaas.config\"=file:/no/such/file, sasl.jaas.config"
    })
    void namesTheSettingThatKeepsItFromStarting(String property, String named) throws InterruptedException {
        start(Map.of(), "fathom.clusters.prod.bootstrap-servers=127.0.0.1:1", property);

        service.assertRefusesToStart(named);
    }

    /** The three commands of the README, with an address of this machine's. */
    @Test
    void servesWhoHasAPasswordThatItHashed(@TempDir Path folder) throws Exception {
        Path said = folder.resolve("users");
        Process hashing = PackagedService.command("hash-password")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = hashing.getOutputStream()) {
            in.write("sécret\n".getBytes(StandardCharsets.UTF_8));
        }
        String hash = new String(hashing.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(hashing.waitFor()).isZero();
        Files.writeString(said, "vera:" + hash + ":admin\n");

        Api api = serving(
                Map.of(),
                "fathom.clusters.prod.bootstrap-servers=" + Brokers.main().bootstrapServers(),
                "fathom.security.mode=basic",
                "fathom.security.users-file=" + said);

        assertThat(api.as("vera", "sécret").get("/api/v1/me").ok().get("name").asText())
                .isEqualTo("vera");
        assertThat(api.as("vera", "secret").get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void hashesNoEmptyPassword() throws Exception {
        Process hashing = PackagedService.command("hash-password").start();
        hashing.getOutputStream().close();

        assertThat(hashing.waitFor()).isEqualTo(2);
        assertThat(new String(hashing.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("no password");
    }

    @Test
    void listensEverywhereWhenToldInWords() {
        Api api = serving(
                Map.of(),
                "fathom.clusters.prod.bootstrap-servers=127.0.0.1:1",
                "fathom.security.mode=none",
                "quarkus.http.host=127.0.0.1");

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(
                        api.get("/q/health/live").status())
                .isEqualTo(200));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(api.get("/q/health/ready").status())
                        .as("its only cluster is down")
                        .isEqualTo(503));
    }

    @Test
    void movesWithoutAJournalOnlyWhenToldAndSaysSo() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            String topic = kafka.topic(1);
            String group = Kafka.unique("unjournaled");
            kafka.produce(topic, 0, 9);
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 5L));
            Api api = serving(
                    Map.of(),
                    "fathom.clusters.prod.bootstrap-servers=" + Brokers.main().bootstrapServers(),
                    "fathom.journal.enabled=false");
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() ->
                            api.get("/api/v1/clusters/prod/groups/" + group).status() == 200);
            String resets = "/api/v1/clusters/prod/groups/" + group + "/resets";

            JsonNode done =
                    api.post(resets, "{\"dryRun\":false,\"to\":\"earliest\"}").ok();

            assertThat(done.at("/partitions/0/verified").asBoolean()).isTrue();
            assertThat(done.has("operation")).isFalse();
            assertThat(done.at("/warnings/0/warning").asText()).isEqualTo("not-journaled");
            assertThat(api.post(resets, "{\"dryRun\":false,\"to\":\"latest\"}", "Idempotency-Key", "k")
                            .status())
                    .isEqualTo(400);
            assertThat(api.post(resets, "{\"dryRun\":true,\"to\":\"latest\",\"waitForEmpty\":\"PT1M\"}")
                            .ok()
                            .at("/blockers/0/reason")
                            .asText())
                    .as("what waits is kept in the journal")
                    .isEqualTo("journal");
        }
    }
}
