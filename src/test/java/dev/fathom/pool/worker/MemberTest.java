package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Clusters;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Definition.KnownTopic;
import dev.fathom.pool.definition.Definition.Signature;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.sink.WebhookRules;
import dev.fathom.position.Position;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
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
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member on its own, on a real broker. */
@FathomTest
class MemberTest {

    private static final Checkpoints NONE = (uid, topicId, partition) -> Optional.empty();

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
        Spec spec = new Spec(
                List.of(topic),
                group,
                1,
                Position.parse("earliest"),
                Spec.OnOutOfRange.FAIL,
                onOffsetsLost,
                Spec.IsolationLevel.READ_COMMITTED,
                Spec.Ordering.PARTITION,
                1,
                100,
                1 << 20,
                Duration.ZERO,
                1,
                1 << 20,
                Duration.ofMillis(500),
                Spec.Retry.DEFAULT,
                Spec.OnExhausted.STOP,
                false,
                Optional.empty(),
                new Spec.Log(Spec.Level.DEBUG, 1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Spec.Protocol.CLASSIC);
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
                        new WebhookRules(List.of(), List.of()),
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

    /** What is not closed goes on sending heartbeats, and keeps in the group what it was given there. */
    @Test
    void oneThatIsGivenUpBeforeItKnowsWhereToBeginIsClosed() throws InterruptedException {
        String topic = kafka.topic(1);
        String group = Kafka.unique("group");
        CountDownLatch asked = new CountDownLatch(1);
        Member stuck = member(
                definition(topic, group, Spec.OnOffsetsLost.CHECKPOINT),
                supervisor(new AtomicBoolean()),
                (uid, topicId, partition) -> {
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
