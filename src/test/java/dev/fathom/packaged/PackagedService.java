package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packaged service as a process, started as an operator would and with nothing of this process's configuration. */
public final class PackagedService implements AutoCloseable {

    public static final Path JAR = Path.of("target/fathom.jar");

    /** What the profile native has built; empty where the jar is tested. */
    public static final Optional<Path> NATIVE = Optional.ofNullable(System.getProperty("fathom.test.executable"))
            .filter(path -> !path.isEmpty())
            .map(Path::of);

    /** Long, for machines that are slow and busy. */
    private static final Duration START = Duration.ofSeconds(90);

    private final Path printed = Path.of("target/packaged-service-" + System.nanoTime() + ".txt");
    private final int port = EmbeddedBroker.freePort();
    private final Process process;

    PackagedService(Map<String, String> environment, String... properties) {
        this(NATIVE, environment, List.of(), properties);
    }

    /** @param more options, which a JVM and a native executable take alike */
    private PackagedService(
            Optional<Path> executable, Map<String, String> environment, List<String> more, String... properties) {
        List<String> options = new ArrayList<>(more);
        // As this process, which runs tests: they live too briefly to be compiled twice.
        if (executable.isEmpty() && System.getProperty("test.jvm") != null) {
            options.addAll(List.of(System.getProperty("test.jvm").split(" ")));
        }
        options.add("-Dquarkus.http.port=" + port);
        for (String property : properties) {
            options.add("-D" + property);
        }
        ProcessBuilder builder = command(executable, options, List.of())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packaged application with arguments, not started yet. */
    static ProcessBuilder command(String... arguments) {
        return command(NATIVE, List.of(), List.of(arguments));
    }

    /** @param options what goes before the jar; a native executable takes the same */
    static ProcessBuilder command(List<String> options, List<String> arguments) {
        return command(NATIVE, options, arguments);
    }

    private static ProcessBuilder command(Optional<Path> executable, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(executable
                .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java"))
                .toString());
        command.addAll(options);
        if (executable.isEmpty()) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive(), "-jar", JAR.toString()));
        }
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** The classes of the jar, archived by the script that does it for the image; once for a jar and a JDK. */
    private static synchronized Path archive() {
        Path archive = Path.of("target/fathom-" + Runtime.version() + ".jsa");
        try {
            if (!Files.exists(archive)
                    || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(JAR)) < 0) {
                Files.deleteIfExists(archive);
                ProcessBuilder builder = new ProcessBuilder(
                                "bash", "deploy/archive-classes.sh", archive.toString(), JAR.toString())
                        .redirectErrorStream(true);
                Path java = Path.of(System.getProperty("java.home"), "bin");
                builder.environment().put("PATH", java + File.pathSeparator + System.getenv("PATH"));
                builder.environment().put("ARCHIVE_PORT", Integer.toString(EmbeddedBroker.freePort()));
                Process archiving = builder.start();
                String said = new String(archiving.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(archiving.waitFor()).as(said).isZero();
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that serves a cluster under the name local, once it answers. */
    public static PackagedService serving(String bootstrapServers, String... more) {
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

    /** One in mode basic that serves the main broker under the name local. @param users its users file */
    static PackagedService withUsers(Path users, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.add("fathom.security.mode=basic");
        all.add("fathom.security.users-file=" + users);
        all.add("fathom.clusters.local.bootstrap-servers=" + Brokers.main().bootstrapServers());
        return new PackagedService(Map.of(), all.toArray(String[]::new)).awaitAlive();
    }

    /**
     * One with settings as the image has them, but for the most its heap may take; not awaited.
     *
     * @param executable a native one; empty for the jar
     */
    public static PackagedService asShipped(Optional<Path> executable, int heapMegabytes, String... properties) {
        Map<String, String> environment = new HashMap<>(Map.of("MALLOC_ARENA_MAX", "2"));
        if (executable.isEmpty()) {
            environment.put("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError");
        }
        return new PackagedService(executable, environment, List.of("-Xmx" + heapMegabytes + "m"), properties);
    }

    /** One with settings as shipped, but for a heap small enough that it does not grow by itself. */
    public static PackagedService measured(String bootstrapServers) {
        PackagedService service = new PackagedService(
                Map.of("JDK_JAVA_OPTIONS", "-Xms128m -Xmx128m"),
                "fathom.clusters.local.bootstrap-servers=" + bootstrapServers);
        return service.awaitAlive();
    }

    /** Waits until it listens, whatever it serves. */
    public PackagedService awaitAlive() {
        await().atMost(START).ignoreExceptions().untilAsserted(() -> assertThat(
                        api().get("/q/health/live").status())
                .isEqualTo(200));
        return this;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Api api() {
        return Api.at("http://127.0.0.1:" + port);
    }

    public String said() {
        try {
            return Files.readString(printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of its threads. */
    public Set<String> threads() {
        return (NATIVE.isPresent() ? dumped() : asked("Thread.print"))
                .lines()
                .filter(line -> line.startsWith("\""))
                .map(line -> line.substring(1, line.indexOf('"', 1)))
                .collect(Collectors.toSet());
    }

    /** What a native executable prints of its threads when told to, once it has printed all. */
    private String dumped() {
        int before = said().length();
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        AtomicInteger last = new AtomicInteger(before);
        await().pollInterval(Duration.ofMillis(300)).until(() -> {
            int length = said().length();
            return length > before && last.getAndSet(length) == length;
        });
        return said().substring(before);
    }

    /** Bytes of memory it holds, as Linux counts them. */
    public long residentBytes() {
        return lines(Path.of("/proc", Long.toString(process.pid()), "status"))
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Processor time it has taken so far, as Linux counts it. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Bytes of the heap that a collection leaves; of a native executable, which takes no such order, what is in use. */
    public long heapAfterCollection() {
        if (NATIVE.isEmpty()) {
            asked("GC.run");
        }
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

    /** It ends with 2, and says why in one line. */
    void assertRefusesToStart(String... because) throws InterruptedException {
        assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS))
                .as(said())
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(said().lines().filter(line -> line.startsWith("fathom: ")))
                .as(said())
                .singleElement()
                .satisfies(line -> assertThat(line).contains(because));
        assertThat(said()).doesNotContain("Exception", "\tat ");
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
