package dev.fathom.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka node (KRaft, broker and controller in one) in a process of its own: on loopback, on free ports, with its
 * data in a folder that is recreated. It ends with the process that started it.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /** Any valid id does; each broker is a cluster of its own unless it names the same voters. */
    private static final String CLUSTER_ID = "ZmF0aG9tLXNhbmRib3gtMQ";

    private static final Duration START = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;

    private final Settings settings;
    private final Path folder;
    private @Nullable Process process;

    /**
     * How a node is to be.
     *
     * @param lib the folder with Kafka's jars
     * @param folder where data and logs go; emptied first
     * @param port where clients connect
     * @param controllerPort where the controller listens
     * @param nodeId unique in its cluster
     * @param voters {@code id@host:port} of every controller of the cluster
     * @param heapMegabytes the most heap
     * @param properties broker properties, over the lean defaults
     * @param formatOptions for the storage tool, such as {@code --add-scram}
     */
    public record Settings(
            Path lib,
            Path folder,
            int port,
            int controllerPort,
            int nodeId,
            String voters,
            int heapMegabytes,
            Map<String, String> properties,
            List<String> formatOptions) {

        /** A single node on free ports, with the defaults. */
        public static Settings singleNode(Path lib, Path folder) {
            return singleNode(lib, folder, 192, Map.of(), List.of());
        }

        /** A single node on free ports. */
        public static Settings singleNode(
                Path lib, Path folder, int heapMegabytes, Map<String, String> properties, List<String> formatOptions) {
            int controllerPort = freePort();
            return new Settings(
                    lib,
                    folder,
                    freePort(),
                    controllerPort,
                    1,
                    "1@127.0.0.1:" + controllerPort,
                    heapMegabytes,
                    properties,
                    formatOptions);
        }

        /** All a node is configured with: lean defaults, and {@link #properties} over them. */
        public Map<String, String> nodeProperties() {
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put("process.roles", "broker,controller");
            properties.put("node.id", Integer.toString(nodeId()));
            properties.put("controller.quorum.voters", voters());
            properties.put("controller.listener.names", "CONTROLLER");
            properties.put("listeners", "CLIENT://127.0.0.1:" + port() + ",CONTROLLER://127.0.0.1:" + controllerPort());
            properties.put("advertised.listeners", "CLIENT://127.0.0.1:" + port());
            properties.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
            properties.put("inter.broker.listener.name", "CLIENT");
            properties.put("log.dirs", folder.resolve("data").toString());
            properties.put("log.cleaner.dedupe.buffer.size", "2097152");
            properties.put("num.io.threads", "2");
            properties.put("num.network.threads", "1");
            properties.put("background.threads", "2");
            properties.put("offsets.topic.num.partitions", "4");
            properties.put("offsets.topic.replication.factor", "1");
            properties.put("transaction.state.log.num.partitions", "1");
            properties.put("transaction.state.log.replication.factor", "1");
            properties.put("transaction.state.log.min.isr", "1");
            properties.put("share.coordinator.state.topic.num.partitions", "1");
            properties.put("share.coordinator.state.topic.replication.factor", "1");
            properties.put("share.coordinator.state.topic.min.isr", "1");
            properties.put("group.initial.rebalance.delay.ms", "0");
            properties.put("group.consumer.min.heartbeat.interval.ms", "500");
            properties.put("group.consumer.heartbeat.interval.ms", "1000");
            properties.put("auto.create.topics.enable", "false");
            properties.putAll(this.properties);
            return properties;
        }
    }

    private EmbeddedBroker(Settings settings) {
        this.settings = settings;
        this.folder = settings.folder();
    }

    /**
     * Starts a single node, and tries again on other ports should somebody else take the ones chosen.
     *
     * @return once it takes connections
     */
    public static EmbeddedBroker startSingleNode(
            Path lib, Path folder, int heapMegabytes, Map<String, String> properties, List<String> formatOptions) {
        for (int attempt = 1; ; attempt++) {
            try {
                return start(Settings.singleNode(lib, folder, heapMegabytes, properties, formatOptions));
            } catch (IllegalStateException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Starts a node with new storage; returns once it takes connections. */
    public static EmbeddedBroker start(Settings settings) {
        EmbeddedBroker broker = launch(settings);
        broker.awaitReady();
        return broker;
    }

    /** Starts a node with new storage and returns at once; {@link #awaitReady} waits for it. */
    public static EmbeddedBroker launch(Settings settings) {
        EmbeddedBroker broker = new EmbeddedBroker(settings);
        try {
            broker.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker.run();
        return broker;
    }

    /** A port of the loopback address nobody listens on, below the range connections go out from. */
    public static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken; try another.
            }
        }
        throw new IllegalStateException("no free port found");
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + settings.port();
    }

    /** The process it runs in; it ends when nobody holds this any more. */
    public @Nullable Process process() {
        return process;
    }

    /** What the broker has written so far. */
    public Path log() {
        return folder.resolve("broker.log");
    }

    private void prepare() throws IOException {
        deleteRecursively(folder);
        Files.createDirectories(folder);
        Files.write(
                folder.resolve("server.properties"),
                settings.nodeProperties().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
        try (InputStream log4j = EmbeddedBroker.class.getResourceAsStream("/sandbox/log4j2.properties")) {
            Files.copy(log4j, folder.resolve("log4j2.properties"));
        }
        // The class alone, not the folder it is in: nothing of the service belongs on the broker's class path.
        String name = BrokerProcess.class.getName().replace('.', '/') + ".class";
        Path copy = folder.resolve("main").resolve(name);
        Files.createDirectories(copy.getParent());
        try (InputStream code = BrokerProcess.class.getClassLoader().getResourceAsStream(name)) {
            Files.copy(code, copy);
        }
    }

    private void run() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx" + settings.heapMegabytes() + "m",
                "-Dlog4j2.configurationFile="
                        + folder.resolve("log4j2.properties").toUri(),
                "-Dkafka.logs.dir=" + folder,
                "-cp",
                folder.resolve("main")
                        + System.getProperty("path.separator")
                        + settings.lib().resolve("*"),
                BrokerProcess.class.getName(),
                folder.resolve("server.properties").toString(),
                CLUSTER_ID));
        command.addAll(settings.formatOptions());
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the node takes connections.
     *
     * @throws IllegalStateException when it ends instead, with the end of its log
     */
    public void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline) {
            if (!running().isAlive()) {
                throw new IllegalStateException(
                        "the embedded broker ended with " + running().exitValue() + ":\n" + tail());
            }
            if (log().toFile().length() > 0 && hasStarted()) {
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("the embedded broker was not ready in " + START + ":\n" + tail());
    }

    private Process running() {
        return Objects.requireNonNull(process, "start() comes first");
    }

    private boolean hasStarted() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String tail() {
        try (Stream<String> lines = Files.lines(log())) {
            List<String> all = lines.toList();
            return all.stream().skip(Math.max(0, all.size() - 40)).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** Ends the node as a power cut would. Its storage stays. */
    public void kill() {
        running().destroyForcibly();
        try {
            running().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts a killed node again, on its ports and its storage. */
    public void restart() {
        run();
        awaitReady();
    }

    @Override
    public void close() {
        kill();
        try {
            deleteRecursively(folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteRecursively(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
