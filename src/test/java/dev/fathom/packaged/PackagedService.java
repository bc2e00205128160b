package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The packaged service as a process, started as an operator would and with nothing of this process's configuration. */
final class PackagedService implements AutoCloseable {

    static final Path APP = Path.of("target/quarkus-app");

    /** Long, for machines that are slow and busy. */
    private static final Duration START = Duration.ofSeconds(90);

    private final Path printed = Path.of("target/packaged-service-" + System.nanoTime() + ".txt");
    private final int port = EmbeddedBroker.freePort();
    private final Process process;

    PackagedService(Map<String, String> environment, String... properties) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As this process, which runs tests: they live too briefly to be compiled twice.
        Optional.ofNullable(System.getProperty("test.jvm")).ifPresent(command::add);
        command.add("-Dquarkus.http.port=" + port);
        for (String property : properties) {
            command.add("-D" + property);
        }
        command.addAll(List.of("-jar", APP.resolve("quarkus-run.jar").toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that serves a cluster under the name local, once it answers. */
    static PackagedService serving(String bootstrapServers, String... more) {
        String[] properties = Arrays.copyOf(more, more.length + 2);
        properties[more.length] = "fathom.clusters.local.bootstrap-servers=" + bootstrapServers;
        // What is tested is what it answers, not how fast this machine is.
        properties[more.length + 1] = "fathom.clusters.local.call-timeout=15S";
        PackagedService service = new PackagedService(Map.of(), properties);
        await().atMost(START).ignoreExceptions().untilAsserted(() -> assertThat(
                        service.api().get("/api/v1/clusters/local/groups").status())
                .isEqualTo(200));
        return service;
    }

    /** Waits until it listens, whatever it serves. */
    PackagedService awaitAlive() {
        await().atMost(START).ignoreExceptions().untilAsserted(() -> assertThat(
                        api().get("/q/health/live").status())
                .isEqualTo(200));
        return this;
    }

    Api api() {
        return Api.at("http://127.0.0.1:" + port);
    }

    String said() {
        try {
            return Files.readString(printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertRefusesToStart(String... because) throws InterruptedException {
        assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS))
                .as(said())
                .isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(said()).contains(because);
    }

    /** Ends it as kill -9 does. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end, as an orchestrator does. @return how long that took */
    Duration terminate() throws InterruptedException {
        long asked = System.nanoTime();
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
        return Duration.ofNanos(System.nanoTime() - asked);
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
