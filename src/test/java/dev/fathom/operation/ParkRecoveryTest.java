package dev.fathom.operation;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.reset.Guard;
import dev.fathom.reset.ParkRequest;
import dev.fathom.reset.Parks;
import dev.fathom.reset.Parks.Parked;
import dev.fathom.reset.Redrives;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.FaultyCluster;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica that dies while it parks a record, or puts one back, leaves what the next one sees. */
@FathomTest
class ParkRecoveryTest extends WithKafka {

    @Inject
    Clusters clusters;

    @Inject
    Journal journal;

    @Inject
    Parks parks;

    @Inject
    Redrives redrives;

    private final AtomicLong clock = new AtomicLong();
    private String topic;
    private String parked;
    private String group;

    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void fill() {
        topic = kafka.topic(1);
        parked = kafka.topic(1);
        group = unique("group");
        kafka.produce(topic, 0, 10);
        kafka.commit(group, Map.of(new org.apache.kafka.common.TopicPartition(topic, 0), 4L));
    }

    private Cluster local() {
        return clusters.named("local", true);
    }

    /** A cluster, and whatever handles are made of it, where something happens around one kind of call. */
    private static Cluster faulty(Cluster real, FaultyCluster.Fault fault) {
        return FaultyCluster.of(
                real,
                (cluster, method, arguments) -> method.getName().equals("renewed")
                        ? faulty(cluster.renewed(), fault)
                        : fault.answer(cluster, method, arguments));
    }

    private Cluster dyingAt(String call, boolean after) {
        return faulty(local(), (real, method, arguments) -> {
            if (!method.getName().equals(call)) {
                return method.invoke(real, arguments);
            }
            if (after) {
                method.invoke(real, arguments);
            }
            throw new Death();
        });
    }

    private Parked park(Cluster cluster) {
        ParkRequest request = new ParkRequest(
                new TopicPartition(topic, 0),
                OptionalLong.empty(),
                parked,
                Isolation.READ_UNCOMMITTED,
                true,
                Set.of(Acknowledgement.IN_USE),
                Optional.empty());
        return parks.apply(cluster, group, request, Guard.of(Optional.empty()), caller());
    }

    private static Caller caller() {
        return new Caller("anonymous", "request", Optional.empty());
    }

    private Operation operation() {
        return journal.ask(local(), History::operations).stream()
                .filter(operation -> operation.group().equals(group))
                .findFirst()
                .orElseThrow();
    }

    private void recover() {
        Recovery recovery = new Recovery(clusters, journal, clock::get);
        recovery.on(local());
        clock.addAndGet(Duration.ofSeconds(61).toNanos());
        recovery.on(local());
    }

    private long committed() {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .values()
                .iterator()
                .next()
                .offset();
    }

    private long records(String name) {
        org.apache.kafka.common.TopicPartition log = new org.apache.kafka.common.TopicPartition(name, 0);
        return get(kafka.admin().listOffsets(Map.of(log, OffsetSpec.latest())).all())
                .get(log)
                .offset();
    }

    @Test
    void whoDiesBeforeTheCopyLeavesEverythingAsItWas() {
        assertThatThrownBy(() -> park(dyingAt("write", false))).isInstanceOf(Death.class);
        assertThat(records(parked)).isZero();
        String died = operation().id();
        assertThatThrownBy(() -> park(local())).isInstanceOf(ConflictException.class);
        recover();
        assertThat(journal.ask(local(), history -> history.operation(died))
                        .orElseThrow()
                        .status())
                .isEqualTo(Status.FAILED);

        Parked done = park(local());

        assertThat(done.already()).isFalse();
        assertThat(committed()).isEqualTo(5);
        assertThat(records(parked)).isEqualTo(1);
    }

    @Test
    void whoDiesAfterTheCopyLeavesItToTheNextWhichMakesNoSecond() {
        assertThatThrownBy(() -> park(dyingAt("write", true))).isInstanceOf(Death.class);
        assertThat(records(parked)).isEqualTo(1);
        assertThat(committed()).as("not moved before the copy is known").isEqualTo(4);
        assertThat(operation().parking().orElseThrow().copy()).isEmpty();
        recover();

        Parked done = park(local());

        assertThat(done.already()).isTrue();
        assertThat(committed()).isEqualTo(5);
        assertThat(records(parked)).isEqualTo(1);
    }

    @Test
    void whoDiesBeforeTheCommitHasSaidInTheJournalWhereTheCopyIs() {
        assertThatThrownBy(() -> park(dyingAt("commit", false))).isInstanceOf(Death.class);
        assertThat(operation().parking().orElseThrow().copy())
                .contains(new RecordPlace(new TopicPartition(parked, 0), 0));
        assertThat(committed()).isEqualTo(4);
        // So many that a search from the end does not reach the copy.
        kafka.produce(parked, 0, 2_500);
        recover();

        Parked done = park(local());

        assertThat(done.already()).isTrue();
        assertThat(done.parking().copy()).contains(new RecordPlace(new TopicPartition(parked, 0), 0));
        assertThat(committed()).isEqualTo(5);
        assertThat(records(parked)).isEqualTo(2_501);
    }

    @Test
    void whoDiesAfterTheCommitIsFoundToHaveParkedIt() {
        assertThatThrownBy(() -> park(dyingAt("commit", true))).isInstanceOf(Death.class);
        recover();

        assertThat(operation().status()).isEqualTo(Status.APPLIED);
        assertThat(committed()).isEqualTo(5);
        assertThat(records(parked)).isEqualTo(1);
    }

    @Test
    void whereACopyMayLieTooFarBackToBeSeenItHasToBeAcknowledged() {
        assertThatThrownBy(() -> park(dyingAt("write", true))).isInstanceOf(Death.class);
        kafka.produce(parked, 0, 2_500);
        recover();

        assertThatThrownBy(() -> park(local()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("acknowledgeMaybeParked")
                .hasMessageContaining(operation().id());
        assertThat(committed()).isEqualTo(4);
        assertThat(records(parked)).isEqualTo(2_501);
    }

    @Test
    void aCopyThatGotNoAnswerMovesNothingAndNobodyGoesOnUntilItMustHaveArrived() {
        Cluster silent = faulty(local(), (real, method, arguments) -> {
            Object answer = method.invoke(real, arguments);
            return method.getName().equals("write")
                    ? Outcome.failed(new ClusterException(Reason.TIMED_OUT, "No answer in time."))
                    : answer;
        });

        assertThatThrownBy(() -> park(silent))
                .isInstanceOfSatisfying(ClusterException.class, failure -> assertThat(failure.isBegun())
                        .isTrue())
                .hasMessageContaining(operation().id());

        assertThat(operation().status()).isEqualTo(Status.UNKNOWN);
        assertThat(committed()).isEqualTo(4);
        assertThat(records(parked)).isEqualTo(1);
        assertThatThrownBy(() -> park(local())).isInstanceOf(ConflictException.class);
    }

    @Test
    void aCommitThatMovesMeanwhileLeavesTheRecordUnparked() {
        Cluster moving = faulty(local(), (real, method, arguments) -> {
            if (method.getName().equals("topicRights")) {
                kafka.commit(group, Map.of(new org.apache.kafka.common.TopicPartition(topic, 0), 6L));
            }
            return method.invoke(real, arguments);
        });

        assertThatThrownBy(() -> park(moving)).isInstanceOf(ConflictException.class);
        assertThat(records(parked)).isZero();
        assertThat(committed()).isEqualTo(6);
    }

    @Test
    void whoDiesAfterARecordWasPutBackLeavesThatItMayHaveBeen() {
        park(local());
        RecordPlace place = new RecordPlace(new TopicPartition(parked, 0), 0);
        Redrives.Request request = new Redrives.Request(Set.of(), Optional.empty());
        assertThatThrownBy(() -> redrives.apply(
                        dyingAt("write", true),
                        group,
                        redrives.find(local(), group, place),
                        request,
                        Guard.of(Optional.empty()),
                        caller()))
                .isInstanceOf(Death.class);
        assertThat(records(topic)).isEqualTo(11);
        recover();
        assertThat(operation().status()).isEqualTo(Status.UNKNOWN);
        assertThat(operation().undoable()).isFalse();

        assertThatThrownBy(() -> redrives.apply(
                        local(),
                        group,
                        redrives.find(local(), group, place),
                        request,
                        Guard.of(Optional.empty()),
                        caller()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("acknowledgeRedriven");
        assertThat(records(topic)).isEqualTo(11);
    }
}
