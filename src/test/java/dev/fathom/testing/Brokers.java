package dev.fathom.testing;

import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.sandbox.EmbeddedBroker.Settings;
import dev.fathom.sandbox.SampleTraffic;
import dev.fathom.sandbox.SampleWorld;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * The brokers of a test run, each started when first asked for and shared by all tests of the run. They are processes of
 * their own and end with this one, however it ends.
 */
public final class Brokers {

    private static final int HEAP_MEGABYTES = 256;

    private static final Started<EmbeddedBroker> MAIN = new Started<>(Brokers::startMain);
    private static final Started<EmbeddedBroker> SASL = new Started<>(Brokers::startSasl);
    private static final Started<EmbeddedBroker> FRAGILE = new Started<>(() -> single("fragile", Map.of(), List.of()));
    private static final Started<EmbeddedBroker> TLS = new Started<>(Brokers::startTls);
    private static final Started<Certificates> CERTIFICATES = new Started<>(Brokers::makeCertificates);
    private static final Started<List<EmbeddedBroker>> THREE = new Started<>(Brokers::startThree);
    private static final Started<EmbeddedBroker> BEHIND_PROXY = new Started<>(Brokers::startBehindProxy);
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

    static Path target() {
        return Path.of("target").toAbsolutePath();
    }

    static Path lib() {
        return target().resolve("kafka/lib");
    }

    private static EmbeddedBroker single(String name, Map<String, String> properties, List<String> formatOptions) {
        return EmbeddedBroker.startSingleNode(
                lib(), target().resolve("kafka/test-" + name), HEAP_MEGABYTES, properties, formatOptions);
    }

    /** One node with the sample world in it; its traffic has come to rest where no new records come. */
    public static EmbeddedBroker main() {
        return MAIN.get();
    }

    private static EmbeddedBroker startMain() {
        EmbeddedBroker main = single(
                "main", Map.of("group.min.session.timeout.ms", "1000", "log.cleaner.backoff.ms", "200"), List.of());
        new SampleWorld(main.bootstrapServers()).fill();
        SampleTraffic.start(main.bootstrapServers(), false);
        return main;
    }

    /** One node that tests may kill, stop and go on with. */
    public static EmbeddedBroker fragile() {
        return FRAGILE.get();
    }

    /** What stands before {@link #behindProxy}. */
    public static FaultProxy proxy() {
        return PROXY.get();
    }

    /** One node that clients reach through {@link #proxy} alone. */
    public static EmbeddedBroker behindProxy() {
        return BEHIND_PROXY.get();
    }

    private static EmbeddedBroker startBehindProxy() {
        EmbeddedBroker behindProxy =
                single("proxied", Map.of("advertised.listeners", "CLIENT://127.0.0.1:" + proxy().port()), List.of());
        proxy().to(Integer.parseInt(behindProxy.bootstrapServers().split(":")[1]));
        return behindProxy;
    }

    /**
     * One node with SASL and ACLs; {@code admin} may do everything, {@code fathom} what a test grants. By PLAIN both are
     * known, by SCRAM-SHA-512 {@code admin}, by OAUTHBEARER whoever a token names.
     */
    public static EmbeddedBroker sasl() {
        return SASL.get();
    }

    private static EmbeddedBroker startSasl() {
        return single(
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
                        "super.users", "User:admin;User:ANONYMOUS"),
                List.of("--add-scram", "SCRAM-SHA-512=[name=admin,password=admin-secret]"));
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
    public static EmbeddedBroker tls() {
        return TLS.get();
    }

    private static EmbeddedBroker startTls() {
        Map<String, String> properties = new HashMap<>(tlsProperties());
        properties.remove("security.protocol");
        properties.put("listener.security.protocol.map", "CLIENT:SSL,CONTROLLER:PLAINTEXT");
        properties.put("ssl.keystore.type", "PKCS12");
        properties.put(
                "ssl.keystore.location", CERTIFICATES.get().path("broker").toString());
        properties.put("ssl.keystore.password", Certificates.PASSWORD);
        properties.put("ssl.key.password", Certificates.PASSWORD);
        return single("tls", properties, List.of());
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
    public static List<EmbeddedBroker> three() {
        return THREE.get();
    }

    private static List<EmbeddedBroker> startThree() {
        List<Integer> ports =
                IntStream.range(0, 3).mapToObj(i -> EmbeddedBroker.freePort()).toList();
        List<Integer> controllers =
                IntStream.range(0, 3).mapToObj(i -> EmbeddedBroker.freePort()).toList();
        String voters = "1@127.0.0.1:" + controllers.get(0) + ",2@127.0.0.1:" + controllers.get(1) + ",3@127.0.0.1:"
                + controllers.get(2);
        List<EmbeddedBroker> nodes = IntStream.range(0, 3)
                .mapToObj(i -> EmbeddedBroker.launch(new Settings(
                        lib(),
                        target().resolve("kafka/test-three-" + (i + 1)),
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
                                "broker.heartbeat.interval.ms", "1000"),
                        List.of())))
                .toList();
        nodes.forEach(EmbeddedBroker::awaitReady);
        return nodes;
    }
}
