package dev.fathom.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A node in a container of Kafka's own image. Not Testcontainers' KafkaContainer: that one is at another port after a restart,
 * and has listeners of its own, where tests want SASL, TLS, a proxy before it or nodes beside it.
 */
final class ContainerBroker implements Broker {

    private static final DockerImageName IMAGE =
            DockerImageName.parse(System.getProperty("test.broker.image", "apache/kafka:4.3.1"));
    private static final String STARTED = "Kafka Server started";
    /** Where nodes find each other, and each itself, whatever it tells clients. */
    private static final int INTERNAL = 9091;

    private final int port;
    private final GenericContainer<?> container;

    /**
     * Starts one; returns once it takes connections.
     *
     * @param port where clients connect, on this machine
     * @param properties what a node in a process would have
     * @param alias its name in the network
     * @param network with the other nodes; empty for one alone
     */
    ContainerBroker(
            int port, int heapMegabytes, Map<String, String> properties, String alias, Optional<Network> network) {
        this.port = port;
        container = new GenericContainer<>(IMAGE)
                .withEnv("KAFKA_HEAP_OPTS", "-Xmx" + heapMegabytes + "m")
                .waitingFor(Wait.forLogMessage(".*" + STARTED + ".*", 1));
        container.setPortBindings(List.of(port + ":" + port));
        network.ifPresent(shared -> container.withNetwork(shared).withNetworkAliases(alias));
        adapted(properties, network.isPresent() ? alias : "localhost")
                .forEach((name, value) -> container.withEnv(variable(name), value));
        properties.values().stream()
                .filter(value -> value.startsWith("/") && Files.isRegularFile(Path.of(value)))
                .distinct()
                .forEach(file -> container.withCopyFileToContainer(MountableFile.forHostPath(file, 0644), file));
        container.start();
    }

    private static Map<String, String> adapted(Map<String, String> properties, String host) {
        Map<String, String> adapted = new HashMap<>(properties);
        adapted.put(
                "listeners",
                properties.get("listeners").replace("//127.0.0.1:", "//0.0.0.0:") + ",INTERNAL://0.0.0.0:" + INTERNAL);
        adapted.merge("advertised.listeners", "INTERNAL://" + host + ":" + INTERNAL, (all, one) -> all + "," + one);
        adapted.merge("listener.security.protocol.map", "INTERNAL:PLAINTEXT", (all, one) -> all + "," + one);
        adapted.put("inter.broker.listener.name", "INTERNAL");
        // In the container, where whatever user the image has may write.
        adapted.put("log.dirs", "/tmp/kafka-data");
        return adapted;
    }

    /** The image's way to say a property: dots are one underscore, underscores two, dashes three. */
    private static String variable(String property) {
        return "KAFKA_"
                + property.replace("_", "__")
                        .replace("-", "___")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void restart() {
        long before = starts();
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        // Not a connection: Docker takes those before anybody listens.
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> starts() > before);
    }

    private long starts() {
        return container
                .getLogs()
                .lines()
                .filter(line -> line.contains(STARTED))
                .count();
    }

    @Override
    public void freeze() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void thaw() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public Optional<Path> requestLog() {
        return Optional.empty();
    }

    @Override
    public void close() {
        container.close();
    }
}
