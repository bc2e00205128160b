package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.fathom.testing.Brokers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code deploy/} says of the service is true of it: ports, probes, names, configuration, rights. */
class DeployIT {

    private static final Path DEPLOY = Path.of("deploy");
    private static final Path KUBERNETES = DEPLOY.resolve("kubernetes");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int PORT = 8080;
    /** What ending may take (pool: 25 s), and what an orchestrator adds. */
    private static final int LEAST_GRACE_SECONDS = 30;

    @TempDir
    static Path folder;

    private static List<JsonNode> read(Path file) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode only(String file) {
        List<JsonNode> documents = read(KUBERNETES.resolve(file));
        assertThat(documents).hasSize(1);
        return documents.get(0);
    }

    static Stream<Path> yaml() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("yaml")
    void everyFileIsReadable(Path file) {
        assertThat(read(file)).isNotEmpty().allSatisfy(document -> assertThat(document.isObject())
                .isTrue());
    }

    @Test
    void everyResourceIsListedAndThere() throws IOException {
        JsonNode list = only("kustomization.yaml");
        Set<String> listed = new TreeSet<>();
        list.get("resources").forEach(name -> listed.add(name.asText()));
        list.at("/configMapGenerator/0/files").forEach(name -> listed.add(name.asText()));
        listed.add("kustomization.yaml");

        try (Stream<Path> files = Files.list(KUBERNETES)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
    }

    @Test
    void theDeploymentIsTwoReplicasThatMayDoNothingButServe() {
        JsonNode deployment = only("deployment.yaml");
        JsonNode pod = deployment.at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");

        assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(pod.at("/terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(LEAST_GRACE_SECONDS);
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
        assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.at("/serviceAccountName").asText())
                .isEqualTo(only("serviceaccount.yaml").at("/metadata/name").asText());
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(PORT);
        String port = container.at("/ports/0/name").asText();
        assertThat(only("service.yaml").at("/spec/ports/0/targetPort").asText()).isEqualTo(port);
        assertThat(only("networkpolicy.yaml").at("/spec/ingress/0/ports/0/port").asText())
                .isEqualTo(port);
        assertThat(only("servicemonitor.yaml").at("/spec/endpoints/0/port").asText())
                .isEqualTo(only("service.yaml").at("/spec/ports/0/name").asText());
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(container.at("/" + probe + "/httpGet/port").asText()).isEqualTo(port);
        }
        // What is mounted is there.
        Set<String> volumes = new TreeSet<>();
        pod.get("volumes").forEach(volume -> volumes.add(volume.get("name").asText()));
        container.get("volumeMounts").forEach(mount -> assertThat(volumes)
                .contains(mount.get("name").asText()));
    }

    @Test
    void theConfigurationOfTheDeploymentStartsAndItsProbesAnswer() {
        JsonNode container = only("deployment.yaml").at("/spec/template/spec/containers/0");
        Map<String, String> environment = new HashMap<>();
        container
                .get("env")
                .forEach(each -> environment.put(
                        each.get("name").asText(), each.path("value").asText("unused")));
        environment.put(
                "QUARKUS_CONFIG_LOCATIONS",
                KUBERNETES.resolve("fathom.properties").toString());
        try (PackagedService service = started(
                environment,
                users("probe:" + BCrypt.withDefaults().hashToString(4, "probe".toCharArray()) + ":viewer"))) {
            for (String probe : List.of("startupProbe", "livenessProbe")) {
                assertThat(service.api()
                                .get(container.at("/" + probe + "/httpGet/path").asText())
                                .status())
                        .isEqualTo(200);
            }
            // Its brokers are nowhere near.
            assertThat(service.api()
                            .get(container.at("/readinessProbe/httpGet/path").asText())
                            .status())
                    .isIn(200, 503);
            assertThat(service.api()
                            .get(only("servicemonitor.yaml")
                                    .at("/spec/endpoints/0/path")
                                    .asText())
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void theComposedServiceServesWhoLogsIn() {
        JsonNode compose = read(DEPLOY.resolve("compose.yaml")).get(0);
        JsonNode service = compose.at("/services/fathom");
        assertThat(service.at("/read_only").asBoolean()).isTrue();
        // The broker that the tests run against.
        assertThat(compose.at("/services/broker/image").asText())
                .isEqualTo("apache/kafka:" + System.getProperty("kafka.broker.version"));
        assertThat(service.at("/ports/0").asText()).isEqualTo("127.0.0.1:" + PORT + ":" + PORT);
        assertThat(service.at("/depends_on").has("broker")).isTrue();
        Map<String, String> environment = new HashMap<>();
        service.get("environment")
                .fields()
                .forEachRemaining(
                        each -> environment.put(each.getKey(), each.getValue().asText()));
        assertThat(environment.get("FATHOM_SECURITY_USERS_FILE"))
                .isEqualTo(service.at("/configs/0/target").asText());
        assertThat(environment.remove("FATHOM_CLUSTERS_LOCAL_BOOTSTRAP_SERVERS"))
                .isEqualTo(compose.at("/services/broker/environment/KAFKA_ADVERTISED_LISTENERS")
                        .asText()
                        .replace("CLIENT://", ""));
        environment.put(
                "FATHOM_CLUSTERS_LOCAL_BOOTSTRAP_SERVERS", Brokers.main().bootstrapServers());
        // As Compose reads it: a doubled dollar is one.
        String users = compose.at("/configs/users/content").asText().replace("$$", "$");
        try (PackagedService started = started(environment, users(users))) {
            assertThat(started.api().get("/api/v1/clusters").status()).isEqualTo(401);
            assertThat(started.api()
                            .as("admin", "admin")
                            .get("/api/v1/clusters")
                            .status())
                    .isEqualTo(200);
        }
    }

    private static Path users(String content) {
        try {
            return Files.writeString(folder.resolve("users-" + System.nanoTime()), content.strip() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PackagedService started(Map<String, String> environment, Path users) {
        return new PackagedService(environment, "fathom.security.users-file=" + users, "quarkus.http.host=127.0.0.1")
                .awaitAlive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void imagesArePinnedAndRunAsNobody(String name) throws IOException {
        String image = Files.readString(DEPLOY.resolve(name));

        List<String> bases = Pattern.compile("(?m)^FROM (\\S+)")
                .matcher(image)
                .results()
                .map(from -> from.group(1))
                .toList();
        // Whoever builds a native image names, and pins, the image that can.
        assertThat(bases).hasSize(name.endsWith("native") ? 3 : 2).allSatisfy(base -> assertThat(base)
                .matches(".+:\\d+(\\.\\d+)+.*|\\$\\{BUILDER}"));
        assertThat(image).containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$").contains("EXPOSE " + PORT);
        // What is copied from here is here.
        assertThat(Pattern.compile("(?m)^COPY (?!--from)(?:--chown=\\S+ )?(\\S+) \\S+$")
                        .matcher(image)
                        .results()
                        .map(copy -> Path.of(copy.group(1))))
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(copied -> assertThat(copied).exists());
    }

    @Test
    void theBrokerOfTheExampleIsPinned() {
        assertThat(read(DEPLOY.resolve("compose.yaml"))
                        .get(0)
                        .at("/services/broker/image")
                        .asText())
                .matches(".+:\\d+(\\.\\d+)+");
    }

    /** As the image does it: with -Xshare:on the JVM starts with the archive or not at all. */
    @Test
    void theArchiveOfTheClassesIsUsed() throws Exception {
        assumeTrue(PackagedService.NATIVE.isEmpty(), "a native executable has no classes to archive");
        Process hashing = PackagedService.command(List.of("-Xshare:on"), List.of("hash-password"))
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = hashing.getOutputStream()) {
            in.write("a password\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(new String(hashing.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("$2");
        assertThat(hashing.waitFor()).isZero();
    }

    /** Kafka's own command and Strimzi's resource grant the same, on the names that the service gives its own topics. */
    @Test
    void theRightsAreTheSameInBothExamples() throws IOException {
        Set<String> strimzi = new TreeSet<>();
        for (JsonNode acl :
                read(KUBERNETES.resolve("examples/kafka-user.yaml")).get(0).at("/spec/authorization/acls")) {
            String type = acl.at("/resource/type").asText();
            for (JsonNode operation : acl.get("operations")) {
                strimzi.add(type + " " + acl.at("/resource/name").asText("") + " " + operation.asText());
            }
        }
        Set<String> kafka = new TreeSet<>();
        for (String line : Files.readAllLines(KUBERNETES.resolve("examples/acls.sh"))) {
            if (line.startsWith("acl --")) {
                kafka.addAll(rights(line));
            }
        }
        assertThat(kafka).isEqualTo(strimzi);
        assertThat(kafka)
                .contains(
                        "topic __fathom_operations Write",
                        "topic __fathom_consumers Write",
                        "topic __fathom_status Write",
                        "group __fathom_coordination Read",
                        "transactionalId __fathom_consumers Write");
    }

    private static List<String> rights(String line) {
        Matcher resource = Pattern.compile("acl --(cluster|group|topic|transactional-id)(?: '?([^' ]+)'?)? --operation")
                .matcher(line);
        assertThat(resource.find()).as(line).isTrue();
        String type = resource.group(1).equals("transactional-id") ? "transactionalId" : resource.group(1);
        String name = resource.group(2) == null ? "" : resource.group(2);
        List<String> rights = new ArrayList<>();
        Matcher operation = Pattern.compile("--operation (\\w+)").matcher(line);
        while (operation.find()) {
            rights.add(type + " " + name + " " + operation.group(1));
        }
        return rights;
    }
}
