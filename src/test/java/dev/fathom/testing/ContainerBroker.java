package dev.fathom.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A node in a container of Kafka's own image: Testcontainers' {@link KafkaContainer}, behind a proxy too. Its clients have one
 * listener, without TLS or SASL, and it votes for itself alone; so nodes with ACLs or TLS, and nodes beside each other, are
 * containers that are told all of it.
 */
final class ContainerBroker implements Broker {

    private static final DockerImageName IMAGE = DockerImageName.parse(
            System.getProperty("test.broker.image", "apache/kafka:" + System.getProperty("kafka.broker.version")));
    private static final String STARTED = "Kafka Server started";
    /** Where a KafkaContainer listens to clients. */
    private static final int CLIENTS = 9092;
    /** Where it does for those who are told another address. */
    private static final int BESIDE = 19092;
    /** Where nodes find each other, and each itself, whatever it tells clients. */
    private static final int INTERNAL = 9091;

    /** What a KafkaContainer knows better than whoever asks for one. */
    private static final Set<String> OF_THE_CONTAINER = Set.of(
            "process.roles",
            "node.id",
            "controller.quorum.voters",
            "controller.listener.names",
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "inter.broker.listener.name",
            "log.dirs");

    private final int port;
    private final GenericContainer<?> container;

    private ContainerBroker(int port, GenericContainer<?> container) {
        this.port = port;
        this.container = container;
        container.start();
    }

    /**
     * A node alone, whose clients need no credentials; returns once it takes connections.
     *
     * @param port where clients connect, on this machine: the same after a restart
     * @param properties what a node in a process would have; where it listens is the container's own business
     * @param seenAt {@code host:port} that clients are told to connect to instead, such as a proxy's; empty for the port itself
     */
    static ContainerBroker alone(int port, int heapMegabytes, Map<String, String> properties, Optional<String> seenAt) {
        KafkaContainer container = new KafkaContainer(IMAGE.asCompatibleSubstituteFor("apache/kafka"));
        container.withEnv("KAFKA_HEAP_OPTS", "-Xmx" + heapMegabytes + "m");
        properties.forEach((name, value) -> {
            if (!OF_THE_CONTAINER.contains(name)) {
                container.withEnv(variable(name), value);
            }
        });
        int inside = seenAt.isPresent() ? BESIDE : CLIENTS;
        seenAt.ifPresent(address -> container.withListener("localhost:" + BESIDE, () -> address));
        container.setPortBindings(List.of(port + ":" + inside));
        return new ContainerBroker(port, container);
    }

    /**
     * A node with listeners of its own; returns once it takes connections.
     *
     * @param port where clients connect, on this machine
     * @param properties what a node in a process would have
     * @param alias its name in the network
     * @param network with the other nodes; empty for one alone
     */
    static ContainerBroker told(
            int port, int heapMegabytes, Map<String, String> properties, String alias, Optional<Network> network) {
        GenericContainer<?> container = new GenericContainer<>(IMAGE)
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
        return new ContainerBroker(port, container);
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
