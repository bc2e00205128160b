package dev.fathom.testing;

import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.sandbox.EmbeddedBroker.Settings;
import dev.fathom.sandbox.SampleTraffic;
import dev.fathom.sandbox.SampleWorld;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.containers.Network;

/**
 * The brokers of a test run, each started when first asked for and shared by all tests of the run. They are processes of
 * their own and end with this one, however it ends.
 */
public final class Brokers {

    /** What tests lock that stop or hang the broker {@link #fragile}. */
    public static final String THE_FRAGILE = "the fragile broker";

    /** What tests lock that put the network at fault. */
    public static final String THE_PROXY = "the broker behind the proxy";

    /** The one switch: {@code -Dfathom.test.broker=containers}, where there is Docker; processes otherwise. */
    private static final boolean CONTAINERS =
            told("fathom.test.broker").orElse("embedded").equals("containers");

    /** {@code -Dfathom.test.broker.version=3.9.1}: the version of {@link #main}, where it is not to be the newest. */
    private static final Optional<String> VERSION = told("fathom.test.broker.version");

    private static final int HEAP_MEGABYTES = 256;

    private static final Started<Broker> MAIN = new Started<>(Brokers::startMain);
    private static final Started<Broker> SASL = new Started<>(Brokers::startSasl);
    private static final Started<Broker> FRAGILE = new Started<>(() -> single("fragile", Map.of()));
    private static final Started<Broker> TLS = new Started<>(Brokers::startTls);
    private static final Started<Certificates> CERTIFICATES = new Started<>(Brokers::makeCertificates);
    private static final Started<List<Broker>> THREE = new Started<>(Brokers::startThree);
    private static final Started<Broker> BEHIND_PROXY = new Started<>(Brokers::startBehindProxy);
    private static final Started<FaultProxy> PROXY = new Started<>(FaultProxy::new);

    /** Once, when first asked for; several beside each other. */
    private static final class Started<T> {
        private final Supplier<T> start;
        private T started;

        private Started(Supplier<T> start) {
            this.start = start;
        }

        private synchronized T get() {
            if (started == null) {
                started = start.get();
            }
            return started;
        }
    }

    static {
        // Tests run beside each other: what fails in a thread of one must not fail another that waits.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    private Brokers() {}

    /** A switch of the tests, which is no setting of the service: it would refuse to start with one it does not know. */
    private static Optional<String> told(String property) {
        String kept = property.substring("fathom.".length());
        if (System.getProperty(property) != null) {
            System.setProperty(kept, System.getProperty(property));
            System.clearProperty(property);
        }
        return Optional.ofNullable(System.getProperty(kept));
    }

    static Path target() {
        return Path.of("target").toAbsolutePath();
    }

    static Path lib() {
        return target().resolve("kafka/lib");
    }

    private static Broker single(String name, Map<String, String> properties) {
        return start(name, HEAP_MEGABYTES, properties);
    }

    /** One node of an older version, for as long as the run. @param version one whose jars the build brings */
    public static Broker older(String version) {
        return older(version, "test-" + version, Map.of());
    }

    private static Broker older(String version, String folder, Map<String, String> properties) {
        return new ProcessBroker(EmbeddedBroker.startSingleNode(
                target().resolve("kafka/lib-" + version),
                target().resolve("kafka/" + folder),
                HEAP_MEGABYTES,
                properties,
                List.of()));
    }

    /** Whether {@link #main} is of a version or a later one. */
    public static boolean areAtLeast(String version) {
        return VERSION.map(actual -> Arrays.compare(numbers(actual), numbers(version)) >= 0)
                .orElse(true);
    }

    private static int[] numbers(String version) {
        return Stream.of(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    /** Leaves a test out where it asks {@link #main} for a position of tiered storage that is too old for it. */
    public static void assumeKnown(String position) {
        boolean tiered = position.contains("latest-tiered") || position.contains("earliest-local");
        Assumptions.assumeTrue(!tiered || areAtLeast("3.9"), position);
    }

    /** The {@code group.protocol}s that {@link #main} knows. */
    public static List<String> groupProtocols() {
        return areAtLeast("4.0") ? List.of("classic", "consumer") : List.of("classic");
    }

    /** One node of a test's own, which closes it. @param properties over those every node has */
    public static Broker start(String name, int heapMegabytes, Map<String, String> properties) {
        Path folder = target().resolve("kafka/test-" + name);
        if (CONTAINERS) {
            Settings settings = Settings.singleNode(lib(), folder, heapMegabytes, properties, List.of());
            Map<String, String> node = settings.nodeProperties();
            return properties.containsKey("listener.security.protocol.map")
                    ? ContainerBroker.told(settings.port(), heapMegabytes, node, name, Optional.empty())
                    : ContainerBroker.alone(
                            settings.port(),
                            heapMegabytes,
                            node,
                            Optional.ofNullable(properties.get("advertised.listeners"))
                                    .map(listener -> listener.substring(listener.indexOf("//") + 2)));
        }
        return new ProcessBroker(EmbeddedBroker.startSingleNode(lib(), folder, heapMegabytes, properties, List.of()));
    }

    /**
     * One node of a test's own that also listens on ports of which it says that they are elsewhere. A process wherever the
     * others run: a container shows one port.
     *
     * @param elsewhere where clients are sent, by the port they come to
     */
    public static Broker advertising(String name, Map<Integer, String> elsewhere) {
        return advertising(name, HEAP_MEGABYTES, elsewhere);
    }

    /** @see #advertising(String, Map) */
    public static Broker advertising(String name, int heapMegabytes, Map<Integer, String> elsewhere) {
        int port = EmbeddedBroker.freePort();
        int controller = EmbeddedBroker.freePort();
        StringBuilder listeners =
                new StringBuilder("CONTROLLER://127.0.0.1:" + controller + ",CLIENT://127.0.0.1:" + port);
        StringBuilder advertised = new StringBuilder("CLIENT://127.0.0.1:" + port);
        StringBuilder protocols = new StringBuilder("CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT");
        elsewhere.forEach((at, address) -> {
            listeners.append(",AT").append(at).append("://127.0.0.1:").append(at);
            advertised.append(",AT").append(at).append("://").append(address);
            protocols.append(",AT").append(at).append(":PLAINTEXT");
        });
        return new ProcessBroker(EmbeddedBroker.start(new Settings(
                lib(),
                target().resolve("kafka/test-" + name),
                port,
                controller,
                1,
                "1@127.0.0.1:" + controller,
                heapMegabytes,
                Map.of(
                        "listeners", listeners.toString(),
                        "advertised.listeners", advertised.toString(),
                        "listener.security.protocol.map", protocols.toString()),
                List.of())));
    }

    /** One node with the sample world in it; its traffic has come to rest where no new records come. */
    public static Broker main() {
        return MAIN.get();
    }

    private static Broker startMain() {
        Map<String, String> properties =
                Map.of("group.min.session.timeout.ms", "1000", "log.cleaner.backoff.ms", "200");
        Broker main = VERSION.map(version -> older(version, "test-main", properties))
                .orElseGet(() -> single("main", properties));
        new SampleWorld(main.bootstrapServers()).fill();
        SampleTraffic.start(main.bootstrapServers(), false);
        return main;
    }

    /** One node that tests may kill, stop and go on with. */
    public static Broker fragile() {
        return FRAGILE.get();
    }

    /** What stands before {@link #behindProxy}. */
    public static FaultProxy proxy() {
        return PROXY.get();
    }

    /** One node that clients reach through {@link #proxy} alone. */
    public static Broker behindProxy() {
        return BEHIND_PROXY.get();
    }

    private static Broker startBehindProxy() {
        Broker behindProxy = single("proxied", Map.of("advertised.listeners", "CLIENT://127.0.0.1:" + proxy().port()));
        proxy().to(Integer.parseInt(behindProxy.bootstrapServers().split(":")[1]));
        return behindProxy;
    }

    /**
     * One node with SASL and ACLs; {@code admin} may do everything, {@code fathom} what a test grants. By PLAIN both are
     * known, by SCRAM-SHA-512 {@code admin}, by OAUTHBEARER whoever a token names.
     */
    public static Broker sasl() {
        return SASL.get();
    }

    private static Broker startSasl() {
        Broker sasl = single(
                "sasl",
                Map.of(
                        "listener.security.protocol.map", "CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512,OAUTHBEARER",
                        "sasl.mechanism.inter.broker.protocol", "PLAIN",
                        "listener.name.client.plain.sasl.jaas.config",
                                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\""
                                        + " password=\"admin-secret\" user_admin=\"admin-secret\""
                                        + " user_fathom=\"fathom-secret\";",
                        "listener.name.client.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                        // Takes tokens nobody has signed: what is tested is how they are fetched and sent.
                        "listener.name.client.oauthbearer.sasl.jaas.config",
                                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
                                        + " unsecuredLoginStringClaim_sub=\"admin\";",
                        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users", "User:admin;User:ANONYMOUS"));
        try (Kafka kafka = new Kafka(sasl.bootstrapServers(), saslProperties("admin", "admin-secret"))) {
            Kafka.get(kafka.admin()
                    .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "admin", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "admin-secret")))
                    .all());
        }
        return sasl;
    }

    /** Client properties of a user of {@link #sasl}. */
    public static Map<String, String> saslProperties(String user, String password) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user
                                + "\" password=\"" + password + "\";");
    }

    /** One node that speaks TLS; {@link #tlsProperties} are a client's. */
    public static Broker tls() {
        return TLS.get();
    }

    private static Broker startTls() {
        Map<String, String> properties = new HashMap<>(tlsProperties());
        properties.remove("security.protocol");
        properties.put("listener.security.protocol.map", "CLIENT:SSL,CONTROLLER:PLAINTEXT");
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put(
                "ssl.keystore.location", CERTIFICATES.get().path("broker").toString());
        properties.put("ssl.keystore.password", Certificates.PASSWORD);
        properties.put("ssl.key.password", Certificates.PASSWORD);
        return single("tls", properties);
    }

    /** Client properties for {@link #tls}. */
    public static Map<String, String> tlsProperties() {
        return Map.of(
                "security.protocol",
                "SSL",
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.location",
                CERTIFICATES.get().path("clients-trust").toString(),
                "ssl.truststore.password",
                Certificates.PASSWORD);
    }

    private static Certificates makeCertificates() {
        Certificates certificates = new Certificates(target().resolve("kafka/test-certificates"));
        certificates.pair("broker", "CN=localhost", "-ext", Certificates.LOOPBACK);
        certificates.trust("broker", "clients-trust");
        return certificates;
    }

    /** Three nodes; any one may be killed and started again. */
    public static List<Broker> three() {
        return THREE.get();
    }

    private static List<Broker> startThree() {
        List<Integer> ports =
                IntStream.range(0, 3).mapToObj(i -> EmbeddedBroker.freePort()).toList();
        List<Integer> controllers =
                IntStream.range(0, 3).mapToObj(i -> EmbeddedBroker.freePort()).toList();
        String voters = IntStream.range(0, 3)
                .mapToObj(i -> (i + 1) + "@" + (CONTAINERS ? alias(i) : "127.0.0.1") + ":" + controllers.get(i))
                .collect(Collectors.joining(","));
        List<Settings> nodes = IntStream.range(0, 3)
                .mapToObj(i -> new Settings(
                        lib(),
                        target().resolve("kafka/test-" + alias(i)),
                        ports.get(i),
                        controllers.get(i),
                        i + 1,
                        voters,
                        HEAP_MEGABYTES,
                        Map.of(
                                "offsets.topic.replication.factor", "3",
                                "default.replication.factor", "3",
                                "min.insync.replicas", "1",
                                "offsets.topic.num.partitions", "6",
                                "broker.session.timeout.ms", "4000",
                                "broker.heartbeat.interval.ms", "1000",
                                "broker.rack", "rack-" + (i + 1)),
                        List.of()))
                .toList();
        return CONTAINERS ? inContainers(nodes) : inProcesses(nodes);
    }

    private static String alias(int node) {
        return "three-" + (node + 1);
    }

    private static List<Broker> inProcesses(List<Settings> nodes) {
        List<EmbeddedBroker> started =
                nodes.stream().map(EmbeddedBroker::launch).toList();
        started.forEach(EmbeddedBroker::awaitReady);
        return started.stream().<Broker>map(ProcessBroker::new).toList();
    }

    /** Beside each other: none is ready before it has found another. */
    private static List<Broker> inContainers(List<Settings> nodes) {
        Network network = Network.newNetwork();
        List<CompletableFuture<Broker>> starting = nodes.stream()
                .map(node -> CompletableFuture.<Broker>supplyAsync(
                        () -> ContainerBroker.told(
                                node.port(),
                                node.heapMegabytes(),
                                node.nodeProperties(),
                                alias(node.nodeId() - 1),
                                Optional.of(network)),
                        command -> new Thread(command).start()))
                .toList();
        return starting.stream().map(CompletableFuture::join).toList();
    }
}
