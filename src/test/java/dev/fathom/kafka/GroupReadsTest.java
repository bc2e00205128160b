package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.config.ClusterSettings;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FaultProxy.Fault;
import dev.fathom.testing.Kafka;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Questions that callers share, while what is between them and the broker breaks. */
@ResourceLock(Brokers.THE_PROXY)
class GroupReadsTest {

    private static final String CLUSTER = "shared-reads";
    private static final int CALLERS = 20;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final List<GroupListing> groups = new ArrayList<>();
    private String topic;
    private Kafka kafka;
    private Connection connection;

    @BeforeEach
    void fill() {
        String broker = Brokers.behindProxy().bootstrapServers();
        kafka = new Kafka("127.0.0.1:" + Brokers.proxy().port());
        assertThat(broker).isNotEmpty();
        topic = kafka.topic(2);
        for (int i = 0; i < CALLERS; i++) {
            String id = Kafka.unique("read");
            kafka.commit(id, Map.of(new TopicPartition(topic, 0), (long) i, new TopicPartition(topic, 1), 7L));
            groups.add(new GroupListing(id, GroupType.CLASSIC, GroupState.EMPTY, "", true));
        }
        connection = new Connection(
                new ClusterSettings(
                        CLUSTER,
                        Map.of(
                                "bootstrap.servers",
                                "127.0.0.1:" + Brokers.proxy().port()),
                        false,
                        false,
                        CALL_TIMEOUT),
                Clock.systemUTC());
    }

    @AfterEach
    void close() {
        Brokers.proxy().set(Fault.NONE);
        connection.close();
        kafka.close();
        callers.shutdownNow();
    }

    private Pending<Map<String, Outcome<Commits>>> asked(GroupListing group, boolean stable) {
        return new KafkaCluster(connection, true, Arrival.now()).commits(List.of(group), stable);
    }

    private Outcome<Commits> commits(GroupListing group) {
        return asked(group, true).await().get(group.id());
    }

    /** Each caller about a group of its own. */
    private List<Future<Outcome<Commits>>> allAsk() {
        return groups.stream()
                .map(group -> callers.submit((Callable<Outcome<Commits>>) () -> commits(group)))
                .toList();
    }

    private void learnCoordinators() {
        Map<String, Outcome<GroupDescription>> described = new KafkaCluster(connection, true, Arrival.now())
                .describeGroups(groups)
                .await();
        assertThat(described.values())
                .allSatisfy(outcome -> assertThat(outcome.value()).isPresent());
    }

    private void assertAllRead(List<Future<Outcome<Commits>>> asked) throws ExecutionException, InterruptedException {
        for (int i = 0; i < CALLERS; i++) {
            Commits commits = asked.get(i).get().orThrow();
            assertThat(commits.offsetOf(new dev.fathom.cluster.TopicPartition(topic, 0)))
                    .hasValue(i);
            assertThat(commits.offsetOf(new dev.fathom.cluster.TopicPartition(topic, 1)))
                    .hasValue(7);
            assertThat(commits.count()).isEqualTo(2);
        }
    }

    /** Those of this test: the service under test may run beside it. */
    private static long wires() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("fathom-")
                        && thread.getName().endsWith("-groups-" + CLUSTER))
                .count();
    }

    @Test
    void isTheSameWhetherTheCoordinatorIsKnownOrNot() throws ExecutionException, InterruptedException {
        assertAllRead(allAsk());
        learnCoordinators();
        assertAllRead(allAsk());
        assertThat(commits(groups.get(0)).orThrow().pending()).contains(Set.of());
    }

    @Test
    void describesAlikeWhetherTheCoordinatorIsKnownOrNot() {
        Map<String, GroupDescription> first = described();
        assertThat(described()).isEqualTo(first).hasSize(CALLERS);
    }

    private Map<String, GroupDescription> described() {
        return new KafkaCluster(connection, true, Arrival.now())
                .describeGroups(groups).await().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().orThrow()));
    }

    @Test
    void everyWaiterIsToldByItsDeadlineWhileTheBrokerIsSilentAndReadsAfterwards()
            throws ExecutionException, InterruptedException {
        learnCoordinators();
        assertAllRead(allAsk());
        Brokers.proxy().set(Fault.BLACK_HOLE);
        long before = System.nanoTime();

        for (Future<Outcome<Commits>> answer : allAsk()) {
            assertThat(answer.get().problem()).isPresent();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(CALL_TIMEOUT.plusSeconds(1));
        Brokers.proxy().set(Fault.NONE);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertAllRead(allAsk()));
        assertThat(wires()).isLessThanOrEqualTo(2);
    }

    @Test
    void aConnectionThatIsLostIsNoProblemOfTheCallers() throws ExecutionException, InterruptedException {
        learnCoordinators();
        assertAllRead(allAsk());
        Brokers.proxy().set(Fault.RESET);
        Brokers.proxy().set(Fault.NONE);

        assertAllRead(allAsk());
    }

    @Test
    void whoWaitsIsToldWhenTheServiceEnds() throws ExecutionException, InterruptedException {
        learnCoordinators();
        assertAllRead(allAsk());
        Brokers.proxy().set(Fault.BLACK_HOLE);
        List<Future<Outcome<Commits>>> waiting = allAsk();
        TimeUnit.MILLISECONDS.sleep(300);
        long before = System.nanoTime();
        connection.close();

        for (Future<Outcome<Commits>> answer : waiting) {
            assertThat(answer.get().failed(Reason.UNAVAILABLE)).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        await().until(() -> wires() == 0);
    }

    private CompletableFuture<Map<String, GroupReads.Read<Commits>>> askedOn(Wire wire, Duration deadline) {
        Node broker = new Node(1, "127.0.0.1", Brokers.proxy().port());
        return new DirectQuestions(wire, broker, Deadline.in(deadline))
                .commits(List.of(groups.get(0).id()), false);
    }

    @Test
    void everyAnswerIsHeardAlsoThatOfAConnectionThatIsNotUsedAnyMore() throws ExecutionException, InterruptedException {
        AtomicInteger heard = new AtomicInteger();
        String name = Kafka.unique("fathom-wire");
        try (Wire wire =
                new Wire(connection.clientProperties(Purpose.INTERACTIVE), name, CLUSTER, heard::incrementAndGet)) {
            askedOn(wire, CALL_TIMEOUT).get();
            assertThat(heard.get()).isEqualTo(1);
            Brokers.proxy().delay(Duration.ofMillis(500));
            // Its deadline is over when the answer comes.
            CompletableFuture<Map<String, GroupReads.Read<Commits>>> late = askedOn(wire, Duration.ofMillis(300));
            wire.retire();

            assertThat(late.get()).hasSize(1);
            assertThat(heard.get()).isEqualTo(2);
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith(name)));
            assertThat(askedOn(wire, CALL_TIMEOUT)).isCompletedExceptionally();
        }
    }

    @Test
    void aGroupThatIsGoneIsNotFoundAndNobodyElsesProblem() {
        learnCoordinators();
        GroupListing gone = groups.get(3);
        Kafka.get(kafka.admin().deleteConsumerGroups(List.of(gone.id())).all());

        Map<String, Outcome<GroupDescription>> described = new KafkaCluster(connection, true, Arrival.now())
                .describeGroups(groups)
                .await();

        assertThat(described.get(gone.id()).failed(Reason.GROUP_NOT_FOUND)).isTrue();
        described.remove(gone.id());
        assertThat(described.values())
                .allSatisfy(outcome -> assertThat(outcome.value()).isPresent());
    }

    @Test
    void theFirstLookTellsWhichCommitsAnOpenTransactionMayReplace() {
        learnCoordinators();
        GroupListing group = groups.get(5);
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", "127.0.0.1:" + Brokers.proxy().port(), "transactional.id", Kafka.unique("tx"));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(
                    Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(9)),
                    new org.apache.kafka.clients.consumer.ConsumerGroupMetadata(group.id()));

            Commits commits = commits(group).orThrow();

            assertThat(commits.pending()).contains(Set.of(new dev.fathom.cluster.TopicPartition(topic, 0)));
            assertThat(commits.count()).isEqualTo(1);
            assertThat(asked(group, false).await().get(group.id()).orThrow().count())
                    .isEqualTo(2);
            producer.abortTransaction();
        }
    }
}
