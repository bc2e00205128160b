package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Clusters;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Definition.KnownTopic;
import dev.fathom.pool.definition.Definition.Signature;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.LogSpec;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.sink.WebhookRules;
import dev.fathom.pool.sink.WebhookSpec;
import dev.fathom.position.Position;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Kafka;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member on its own, on a real broker. */
@FathomTest
class MemberTest {

    private static final Checkpoints NONE = (definition, topicIds, partitions) -> Map.of();

    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Inject
    Clusters clusters;

    @Inject
    Vertx vertx;

    private Kafka kafka;

    @BeforeEach
    void connect() {
        kafka = new Kafka(Brokers.main().bootstrapServers());
    }

    @AfterEach
    void disconnect() {
        letGo.countDown();
        timers.shutdownNow();
        kafka.close();
    }

    private Definition definition(String topic, String group, Spec.OnOffsetsLost onOffsetsLost) {
        return definition(topic, group, Spec.OnOutOfRange.FAIL, onOffsetsLost, new LogSpec(LogSpec.Level.DEBUG, 1));
    }

    private Definition definition(
            String topic,
            String group,
            Spec.OnOutOfRange onOutOfRange,
            Spec.OnOffsetsLost onOffsetsLost,
            SinkSpec sink) {
        Spec spec = Spec.of(List.of(topic), group, sink)
                .with(new Spec.Start(Position.parse("earliest"), onOutOfRange, onOffsetsLost))
                .with(new Spec.Limits(100, 1 << 20, Duration.ZERO, Duration.ofSeconds(5)));
        Clock clock = Clock.systemUTC();
        Signature by = new Signature("test", clock.instant());
        String id = clusters.named("local", true)
                .topics(List.of(topic))
                .get(topic)
                .orThrow()
                .topicId();
        return Definition.created(Kafka.unique("member"), Kafka.unique("uid"), Desired.RUNNING, spec, by)
                .knowing(Map.of(topic, new KnownTopic(id, 1)));
    }

    private Member member(Definition definition, Member.Supervisor supervisor, Checkpoints checkpoints) {
        Map<String, Object> connection = new HashMap<>(clusters.clientProperties("local"));
        connection.put("max.poll.interval.ms", "2000");
        connection.put("session.timeout.ms", "3000");
        return new Member(
                new Assignment("local", "id", definition, 0, "replica", connection, false),
                () -> clusters.named("local", true),
                checkpoints,
                new Sinks(
                        new WebhookRules(List.of("localhost"), List.of("127.0.0.0/8")),
                        Map.of(),
                        Runnable::run,
                        vertx,
                        Clock.systemUTC(),
                        1 << 20),
                new MemberStats(0, Clock.systemUTC(), Optional.empty()),
                Optional.empty(),
                supervisor,
                timers,
                Clock.systemUTC());
    }

    /** Tells nobody, and may hold whoever tells it something. */
    private Member.Supervisor supervisor(AtomicBoolean holding) {
        return new Member.Supervisor() {
            @Override
            public void failed(Member member, MemberFailure failure) {
                // The test looks for itself.
            }

            @Override
            public void gone(Member member, String message) {
                // No webhook here.
            }

            @Override
            public void changed(Member member) {
                if (holding.get()) {
                    hold();
                }
            }
        };
    }

    /** Until the test ends, or somebody interrupts it. */
    private void hold() {
        try {
            letGo.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> threadsOf(String group) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(group))
                .toList();
    }

    private long committed(String group, String topic) {
        var commit = Kafka.get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, 0));
        return commit == null ? -1 : commit.offset();
    }

    @Test
    void oneThatDoesNotPollAnyMoreIsFoundOutAndCanBeReplaced() throws InterruptedException {
        String topic = kafka.topic(1);
        String group = Kafka.unique("group");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        Definition definition = definition(topic, group, Spec.OnOffsetsLost.FAIL);
        AtomicBoolean holding = new AtomicBoolean();
        Member stuck = member(definition, supervisor(holding), NONE);
        stuck.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> stuck.report().state() == MemberState.RUNNING);
        assertThat(stuck.isStuck()).isFalse();

        // Its thread is held in what it calls; the next change of its state is that it pauses.
        holding.set(true);
        stuck.pause(true);
        await().atMost(Duration.ofSeconds(10)).until(stuck::isStuck);
        stuck.abandon();

        assertThat(stuck.hasEnded()).isTrue();
        kafka.produce(topic, 0, 5);
        Member replacement = member(definition, supervisor(new AtomicBoolean()), NONE);
        replacement.start();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(committed(group, topic)).isEqualTo(5));
        replacement.stop(Duration.ofSeconds(5));
        assertThat(replacement.awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThat(replacement.report().state()).isEqualTo(MemberState.STOPPED);
        assertThat(replacement.report().partitions().get(0).committed()).isEqualTo(5);
    }

    private static List<String> skips(Member member) {
        return member.report().events().stream()
                .filter(event -> event.type().equals("skipped"))
                .map(MemberReport.Event::detail)
                .toList();
    }

    @Test
    void whatIsPassedOverBecauseTheCommitIsNoPlaceInTheLogIsCountedAndSaid() throws InterruptedException {
        String topic = kafka.topic(1);
        String group = Kafka.unique("group");
        kafka.produce(topic, 0, 20);
        kafka.trim(topic, 0, 10);
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));
        Member member = member(
                definition(
                        topic,
                        group,
                        Spec.OnOutOfRange.LATEST,
                        Spec.OnOffsetsLost.FAIL,
                        new LogSpec(LogSpec.Level.DEBUG, 1)),
                supervisor(new AtomicBoolean()),
                NONE);
        member.start();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(committed(group, topic)).isEqualTo(20));
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(member.report().totals().skipped()).isEqualTo(17));
        assertThat(skips(member))
                .containsExactly(
                        topic + "-0: 17 offsets from 3 on are not read: 3 lies outside the log, which holds 10 to"
                                + " 20; from the latest");
        member.stop(Duration.ofSeconds(5));
        assertThat(member.awaitEnd(Duration.ofSeconds(10))).isTrue();
    }

    /** The log is trimmed past what is read next while what was read before is still being handed over. */
    @Test
    void whatIsInHandIsStillDeliveredWhereTheLogGoesAway() throws InterruptedException {
        String topic = kafka.topic(1);
        String group = Kafka.unique("group");
        kafka.produce(topic, 0, 3);
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        AtomicBoolean taking = new AtomicBoolean();
        try (Hook hook = Hook.answering(call -> Hook.Reply.of(taking.get() ? 200 : 500));
                KafkaProducer<byte[], byte[]> unseen = kafka.transactional()) {
            Member member = member(
                    definition(
                            topic,
                            group,
                            Spec.OnOutOfRange.EARLIEST,
                            Spec.OnOffsetsLost.FAIL,
                            new WebhookSpec(hook.url(), Optional.empty(), Map.of(), List.of())),
                    supervisor(new AtomicBoolean()),
                    NONE);
            member.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> !hook.calls().isEmpty());

            // Written and not to be read yet, so that it is not read before it is gone.
            unseen.beginTransaction();
            for (int i = 0; i < 5; i++) {
                unseen.send(new ProducerRecord<>(topic, 0, null, "v".getBytes()));
            }
            unseen.flush();
            kafka.trim(topic, 0, 8);
            await().atMost(Duration.ofSeconds(10)).until(() -> !skips(member).isEmpty());
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(member.report().totals().skipped()).isEqualTo(5));
            assertThat(committed(group, topic)).isZero();
            taking.set(true);

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(committed(group, topic)).isEqualTo(8));
            assertThat(hook.calls().stream()
                            .filter(call -> call.reply().status() == 200)
                            .map(Hook.Call::offset))
                    .containsExactly(0L, 1L, 2L);
            unseen.abortTransaction();
            member.stop(Duration.ofSeconds(5));
            assertThat(member.awaitEnd(Duration.ofSeconds(10))).isTrue();
        }
    }

    /** What is not closed goes on sending heartbeats, and keeps in the group what it was given there. */
    @Test
    void oneThatIsGivenUpBeforeItKnowsWhereToBeginIsClosed() throws InterruptedException {
        String topic = kafka.topic(1);
        String group = Kafka.unique("group");
        CountDownLatch asked = new CountDownLatch(1);
        Member stuck = member(
                definition(topic, group, Spec.OnOffsetsLost.CHECKPOINT),
                supervisor(new AtomicBoolean()),
                (definition, topicIds, partitions) -> {
                    asked.countDown();
                    hold();
                    throw new IllegalStateException("let go");
                });
        stuck.start();
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(threadsOf(group)).isNotEmpty();

        stuck.abandon();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(threadsOf(group)).isEmpty());
    }
}
