package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.EventLog;
import dev.fathom.cluster.Reachability.Status;
import dev.fathom.config.ClusterSettings;
import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FaultProxy;
import dev.fathom.testing.FaultProxy.Fault;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a cluster that cannot be reached, and that a slow one is none. */
class ConnectionTroubleTest {

    private static final int UNKNOWN_HOST = EmbeddedBroker.freePort();
    private static final int CLOSED_PORT = EmbeddedBroker.freePort();
    private static final int BEHIND_PROXY = EmbeddedBroker.freePort();
    private static final int NOBODY = EmbeddedBroker.freePort();
    private static final FaultProxy PROXY = new FaultProxy();

    private static Broker broker;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
    private final Logger log = Logger.getLogger(Probe.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(
                    entry instanceof org.jboss.logmanager.ExtLogRecord whole
                            ? whole.getFormattedMessage()
                            : entry.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    private Connection connection;

    @BeforeAll
    static void start() {
        broker = Brokers.advertising(
                "advertising",
                Map.of(
                        UNKNOWN_HOST, "no-such-broker.invalid:9092",
                        CLOSED_PORT, "127.0.0.1:" + NOBODY,
                        BEHIND_PROXY, "127.0.0.1:" + PROXY.port()));
        PROXY.to(BEHIND_PROXY);
    }

    @AfterAll
    static void end() {
        PROXY.close();
        broker.close();
    }

    @BeforeEach
    void listen() {
        log.addHandler(handler);
    }

    @AfterEach
    void close() {
        PROXY.set(Fault.NONE);
        timer.shutdownNow();
        connection.close();
        log.removeHandler(handler);
    }

    private void connect(String bootstrapServers, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("bootstrap.servers", bootstrapServers);
        connection = new Connection(
                new ClusterSettings("prod", all, false, false, Duration.ofSeconds(4)), Clock.systemUTC());
        timer.scheduleAtFixedRate(connection.probe()::ask, 0, 1, TimeUnit.SECONDS);
    }

    private void assertToldDown(String... words) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(connection.reachability().status()).isEqualTo(Status.DOWN);
            assertThat(connection.reachability().detail().orElseThrow()).contains(words);
        });
        assertThat(logged).anySatisfy(line -> assertThat(line).contains(words).contains("cluster=prod"));
    }

    private void awaitUp() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> connection.reachability().status() == Status.UP);
    }

    @Test
    void aBrokerThatAdvertisesAHostNobodyKnows() {
        connect("127.0.0.1:" + UNKNOWN_HOST, Map.of());

        assertToldDown(
                "bootstrap 127.0.0.1:" + UNKNOWN_HOST + " answers, and broker 1 advertises no-such-broker.invalid:9092",
                "the name no-such-broker.invalid is not known here",
                "advertised.listeners");
    }

    @Test
    void aBrokerThatAdvertisesAPortWhereNobodyListens() {
        connect("127.0.0.1:" + CLOSED_PORT, Map.of());

        assertToldDown(
                "bootstrap 127.0.0.1:" + CLOSED_PORT + " answers, and broker 1 advertises 127.0.0.1:" + NOBODY,
                "refused",
                "advertised.listeners");
    }

    @Test
    void aBrokerThatSaysNothingWhereItIsAdvertisedAndIsHeardAgain() {
        PROXY.set(Fault.BLACK_HOLE);
        connect("127.0.0.1:" + BEHIND_PROXY, Map.of());
        assertToldDown(
                "broker 1 advertises 127.0.0.1:" + PROXY.port(),
                "the connection is made, but nothing is received",
                "PLAINTEXT");

        PROXY.set(Fault.NONE);

        awaitUp();
        assertThat(connection.reachability().detail()).isEmpty();
    }

    @Test
    void everyBootstrapAddressThatCannotBeUsed() {
        connect("127.0.0.1:" + NOBODY + ",no-such-host.invalid:9092", Map.of());

        assertToldDown(
                "bootstrap 127.0.0.1:" + NOBODY + ": the connection is refused",
                "bootstrap no-such-host.invalid:9092: the name no-such-host.invalid is not known here",
                "fathom.clusters.prod.bootstrap-servers");
    }

    /** Also while a client is being made, which takes a busy machine long, and which the end of the others waits for. */
    @Test
    void whoIsRefusedIsToldWhyFromTheFirstMoment() {
        connect("127.0.0.1:" + NOBODY, Map.of());
        timer.scheduleWithFixedDelay(this::holdAsWhoMakesAClient, 0, 1, TimeUnit.MILLISECONDS);

        Optional<String> first = await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(this::refusal, Optional::isPresent);

        assertThat(first.orElseThrow()).contains("has not answered since").doesNotContain("no broker answers.");
    }

    private void holdAsWhoMakesAClient() {
        synchronized (connection) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private Optional<String> refusal() {
        try {
            connection.probe().refuseWhileOpen();
            return Optional.empty();
        } catch (ClusterException e) {
            return Optional.of(e.getMessage());
        }
    }

    @Test
    void aCertificateByAnIssuerThatIsNotTrusted() {
        connect(Brokers.tls().bootstrapServers(), Map.of("security.protocol", "SSL"));

        assertToldDown("the TLS handshake fails", "issuer that is not in the truststore", "check the ssl.* properties");
    }

    @Test
    void aListenerThatSpeaksAnotherProtocol() {
        connect(broker.bootstrapServers(), Brokers.tlsProperties());

        assertToldDown("bootstrap " + broker.bootstrapServers(), "whether its listener speaks SSL");
    }

    /** As a broker without memory or on a disk that stands does: silent for 2.7 s, then awake for 0.4 s, again and again. */
    @Test
    void aBrokerThatStuttersIsSlowAndNotDown() {
        connect("127.0.0.1:" + BEHIND_PROXY, Map.of());
        awaitUp();

        PROXY.stutter(Duration.ofMillis(2700), Duration.ofMillis(400));

        await().during(Duration.ofSeconds(7)).atMost(Duration.ofSeconds(9)).untilAsserted(() -> assertThat(
                        connection.reachability().status())
                .isEqualTo(Status.UP));
    }

    /** Its first answer takes three times as long: a connection is made in steps. */
    @Test
    void aBrokerThatIsSlowFromTheBeginningIsFoundToBeUpAndStaysSo() {
        PROXY.delay(Duration.ofMillis(1500));
        connect("127.0.0.1:" + BEHIND_PROXY, Map.of());

        awaitUp();

        await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(8)).untilAsserted(() -> assertThat(
                        connection.reachability().status())
                .isEqualTo(Status.UP));
    }

    /** Before any caller's time is over; and again the moment that anybody is answered. */
    @Test
    void aBrokerThatHangsIsDownWithinACallAndUpByTheFirstAnswerToAnybody() {
        connect("127.0.0.1:" + BEHIND_PROXY, Map.of());
        awaitUp();

        PROXY.set(Fault.BLACK_HOLE);

        await().atMost(Duration.ofMillis(5500))
                .until(() -> connection.reachability().status() == Status.DOWN);
        calls(KafkaFuture.completedFuture("an answer to a call begun before"));
        assertThat(connection.reachability().status()).isEqualTo(Status.UP);
        connection.admin(Purpose.INTERACTIVE);
    }

    @Test
    void anAnswerToAnyCallKeepsTheCircuitClosed() {
        connect("127.0.0.1:" + BEHIND_PROXY, Map.of());
        awaitUp();
        KafkaFutureImpl<String> refused = new KafkaFutureImpl<>();
        refused.completeExceptionally(new GroupAuthorizationException("x"));

        PROXY.set(Fault.BLACK_HOLE);
        timer.scheduleAtFixedRate(() -> calls(KafkaFuture.completedFuture("x")), 0, 1, TimeUnit.SECONDS);
        timer.scheduleAtFixedRate(() -> calls(refused), 500, 1000, TimeUnit.MILLISECONDS);

        await().during(Duration.ofSeconds(6)).atMost(Duration.ofSeconds(8)).untilAsserted(() -> {
            connection.admin(Purpose.INTERACTIVE);
            assertThat(connection.reachability().status()).isEqualTo(Status.UP);
        });
    }

    private void calls(KafkaFuture<String> answered) {
        connection.answers(Deadline.in(Duration.ofSeconds(1))).outcome(answered, "answer");
    }

    /** Each answer takes a second here, so to make a topic takes longer than one call may. */
    @Test
    void whatItTakesToMakeATopicIsNotOnTheCallersTime() {
        connect("127.0.0.1:" + BEHIND_PROXY, Map.of());
        awaitUp();
        // So that the clients are there.
        log("made-before").append("key", new byte[1]);
        EventLog log = log("made-slowly");
        PROXY.set(Fault.DELAYED);
        log.make();
        PROXY.set(Fault.NONE);

        log.append("key", new byte[1]);

        assertThat(log("made-slowly").exists()).isTrue();
    }

    private EventLog log(String topic) {
        return new KafkaCluster(connection, false, Arrival.now())
                .eventLog(new EventLog.Topic(topic, Duration.ofDays(1), (short) -1));
    }
}
