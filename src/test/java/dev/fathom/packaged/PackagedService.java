package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        Optional.ofNullable(System.getProperty("test.jvm"))
                .ifPresent(options -> command.addAll(List.of(options.split(" "))));
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

    /** The packaged application with arguments, not started yet. */
    static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                APP.resolve("quarkus-run.jar").toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
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

    /** One with settings as shipped, but for a heap small enough that it does not grow by itself. */
    static PackagedService measured(String bootstrapServers) {
        PackagedService service = new PackagedService(
                Map.of("JDK_JAVA_OPTIONS", "-Xms128m -Xmx128m"),
                "fathom.clusters.local.bootstrap-servers=" + bootstrapServers);
        return service.awaitAlive();
    }

    /** Waits until it listens, whatever it serves. */
    PackagedService awaitAlive() {
        await().atMost(START).ignoreExceptions().untilAsserted(() -> assertThat(
                        api().get("/q/health/live").status())
                .isEqualTo(200));
        return this;
    }

    boolean isAlive() {
        return process.isAlive();
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

    /** The names of its threads. */
    Set<String> threads() {
        return asked("Thread.print")
                .lines()
                .filter(line -> line.startsWith("\""))
                .map(line -> line.substring(1, line.indexOf('"', 1)))
                .collect(Collectors.toSet());
    }

    /** Bytes of the heap that a collection leaves. */
    long heapAfterCollection() {
        asked("GC.run");
        return api().get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What the JVM answers to its own tool. */
    private String asked(String command) {
        try {
            Process asked = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process.pid()),
                            command)
                    .start();
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(asked.waitFor()).as(answer).isZero();
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * How many connections it holds to an address on this machine, by what Linux tells of a process's sockets.
     *
     * @param address as host:port
     */
    long connectionsTo(String address) {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            Set<String> sockets = open.map(PackagedService::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
            return Stream.of("net/tcp", "net/tcp6")
                    .flatMap(table -> lines(proc.resolve(table)))
                    .map(line -> line.trim().split("\\s+"))
                    // sl, local, remote, state, …, inode as the tenth; state 01 is established.
                    .filter(row -> row.length > 9 && row[3].equals("01") && sockets.contains(row[9]))
                    .filter(row -> Integer.parseInt(row[2].substring(row[2].indexOf(':') + 1), 16) == port)
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.readAllLines(table).stream();
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
