package dev.fathom.operation;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica that died between the intent and the outcome leaves a journal that comes to tell the truth. */
@FathomTest
class RecoveryTest extends WithKafka {

    @Inject
    Clusters clusters;

    @Inject
    Journal journal;

    @Inject
    ChangeRunner runner;

    private final AtomicLong clock = new AtomicLong();
    private String topic;
    private String group;

    /** No exception a replica would answer: it is simply gone. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        group = unique("group");
        kafka.produce(topic, 0, 20);
        kafka.produce(topic, 1, 20);
        commit(0, 10);
        commit(1, 10);
    }

    private void commit(int partition, long offset) {
        kafka.commit(group, Map.of(new org.apache.kafka.common.TopicPartition(topic, partition), offset));
    }

    private Cluster local() {
        return clusters.named("local", true);
    }

    private static Optional<Commit> at(long offset) {
        return Optional.of(new Commit(offset, OptionalInt.empty(), ""));
    }

    /** Both partitions from 10 to 3, by a replica that dies once it has moved so many of them. */
    private JournaledChange dyingAfter(int moved) {
        List<Change> changes = List.of(
                new Change(new TopicPartition(topic, 0), "", at(10), at(3)),
                new Change(new TopicPartition(topic, 1), "", at(10), at(3)));
        return new JournaledChange() {
            @Override
            public Intent intent() {
                return new Intent(
                        Kind.RESET,
                        group,
                        GroupType.CLASSIC,
                        Optional.empty(),
                        changes,
                        List.of(),
                        Optional.empty(),
                        false);
            }

            @Override
            public JournaledChange again() {
                return this;
            }

            @Override
            public Result carryOut() {
                Map<TopicPartition, Commit> commits = new LinkedHashMap<>();
                changes.stream()
                        .limit(moved)
                        .forEach(change ->
                                commits.put(change.partition(), change.after().orElseThrow()));
                if (!commits.isEmpty()) {
                    local().commit(new GroupListing(group, GroupType.CLASSIC, GroupState.EMPTY, "", true), commits);
                }
                throw new Death();
            }
        };
    }

    @Test
    void whoeverAskedForWhatGotNoAnswerIsToldThatItMayHaveBeenDone() {
        JournaledChange unanswered = new JournaledChange() {
            @Override
            public Intent intent() {
                return dyingAfter(0).intent();
            }

            @Override
            public JournaledChange again() {
                return this;
            }

            @Override
            public Result carryOut() {
                throw new ClusterException(ClusterException.Reason.TIMED_OUT, "No answer in time.");
            }
        };

        assertThatThrownBy(() -> runner.carryOut(local(), new Caller("ann", "request", Optional.empty()), unanswered))
                .isInstanceOfSatisfying(ClusterException.class, failure -> assertThat(failure.isBegun())
                        .isTrue())
                .hasMessage(
                        "No answer in time. It was started and may have been done: look at the group, and at operation "
                                + operation().id() + ".");
    }

    private Operation operation() {
        return journal.ask(local(), History::operations).stream()
                .filter(operation -> operation.group().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private Operation recoveredAfter(JournaledChange change) {
        Caller caller = new Caller("anonymous", "request", Optional.empty());
        assertThatThrownBy(() -> runner.carryOut(local(), caller, change)).isInstanceOf(Death.class);
        assertThat(operation().status()).isEqualTo(Status.APPLYING);
        Recovery recovery = new Recovery(clusters, journal, clock::get);

        recovery.on(local());
        clock.addAndGet(Duration.ofSeconds(59).toNanos());
        recovery.on(local());
        assertThat(operation().status()).as("a minute is not over").isEqualTo(Status.APPLYING);
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        recovery.on(local());

        return operation();
    }

    @Test
    void whatWasAppliedIsFoundToBeApplied() {
        Operation operation = recoveredAfter(dyingAfter(2));

        assertThat(operation.status()).isEqualTo(Status.APPLIED);
        assertThat(operation.problem())
                .hasValueSatisfying(why -> assertThat(why).contains("reading back"));
        assertThat(operation.undoable()).isTrue();
    }

    @Test
    void whatWasNotAppliedIsFoundToHaveFailed() {
        assertThat(recoveredAfter(dyingAfter(0)).status()).isEqualTo(Status.FAILED);
        assertThat(get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                        .values())
                .allMatch(commit -> commit.offset() == 10);
    }

    @Test
    void whatWasAppliedInPartIsTold() {
        Operation operation = recoveredAfter(dyingAfter(1));

        assertThat(operation.status()).isEqualTo(Status.PARTIAL);
        assertThat(operation.fateOf(new TopicPartition(topic, 0))).contains(Result.Fate.APPLIED);
        assertThat(operation.fateOf(new TopicPartition(topic, 1))).contains(Result.Fate.FAILED);
    }

    @Test
    void whereSomebodyElseCommittedSinceNobodyKnows() {
        JournaledChange change = dyingAfter(0);
        JournaledChange overwritten = new JournaledChange() {
            @Override
            public Intent intent() {
                return change.intent();
            }

            @Override
            public JournaledChange again() {
                return this;
            }

            @Override
            public Result carryOut() {
                commit(0, 7);
                return change.carryOut();
            }
        };

        Operation operation = recoveredAfter(overwritten);

        assertThat(operation.status()).isEqualTo(Status.UNKNOWN);
        assertThat(operation.rows().get(new TopicPartition(topic, 0)).problem().orElseThrow())
                .contains("7");
    }

    @Test
    void nobodyGoesOnWithTheGroupBefore() {
        Caller caller = new Caller("anonymous", "request", Optional.empty());
        assertThatThrownBy(() -> runner.carryOut(local(), caller, dyingAfter(1)))
                .isInstanceOf(Death.class);

        assertThatThrownBy(() -> runner.carryOut(local(), caller, dyingAfter(1)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(operationId());
    }

    private String operationId() {
        return journal.ask(local(), History::operations).stream()
                .filter(operation -> operation.group().equals(group) && operation.status() == Status.APPLYING)
                .findFirst()
                .orElseThrow()
                .id();
    }
}
