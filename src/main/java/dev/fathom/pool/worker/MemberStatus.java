package dev.fathom.pool.worker;

import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.pool.worker.MemberReport.Totals;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;

/** A member's state and report: updated on its thread, read by any. */
final class MemberStatus {

    private final Assignment assignment;
    private final MemberStats stats;
    private final OwnedPartitions owned;
    private final HeldRecords load;
    private final Dispatch dispatch;
    private final Clock clock;
    private volatile @Nullable String memberId;
    private volatile List<PartitionReport> partitions = List.of();
    private volatile Totals totals;
    private volatile Shown shown;
    /** It has ended; a thread that comes back late must not make it live again. */
    private boolean over;

    /**
     * How far a member is in its life.
     *
     * @param failure why it ended by itself
     */
    record Life(boolean joined, boolean paused, boolean stopping, boolean ended, Optional<MemberFailure> failure) {}

    private record Shown(MemberState state, Optional<String> reason, Instant since) {}

    MemberStatus(
            Assignment assignment,
            MemberStats stats,
            OwnedPartitions owned,
            HeldRecords load,
            Dispatch dispatch,
            Clock clock) {
        this.assignment = assignment;
        this.stats = stats;
        this.owned = owned;
        this.load = load;
        this.dispatch = dispatch;
        this.clock = clock;
        this.shown = new Shown(MemberState.STARTING, Optional.empty(), clock.instant());
        closed();
    }

    void joinedAs(String memberId) {
        this.memberId = memberId;
    }

    /** Looks where each partition is, and counts. */
    void observe(KafkaConsumer<byte[], byte[]> consumer) {
        partitions = PartitionReports.of(consumer, owned.all(), clock);
        totals = stats.totals(
                consumer.metrics(),
                owned.inFlight(),
                load.records(),
                dispatch.breaker().wireName());
    }

    /** It has no consumer now. */
    void closed() {
        totals = stats.totals(Map.of(), 0, 0, Breaker.State.CLOSED.wireName());
    }

    /** Whether everything it knows of is done and committed. */
    boolean settled() {
        return partitions.stream()
                .allMatch(partition -> partition.oldestUndone() == null
                        && partition.position() != null
                        && partition.position().equals(partition.committed()));
    }

    /** Updates the state. @return whether it or its reason changed */
    synchronized boolean show(Life life) {
        if (over && !life.ended()) {
            return false;
        }
        over = life.ended();
        Shown now = state(life);
        Shown before = shown;
        boolean changed = now.state() != before.state() || !now.reason().equals(before.reason());
        if (changed) {
            shown = now;
        }
        return changed;
    }

    private Shown state(Life life) {
        Instant now = clock.instant();
        if (life.ended()) {
            return new Shown(
                    life.failure().isEmpty() ? MemberState.STOPPED : MemberState.FAILED,
                    life.failure().map(why -> why.reason() + ": " + why.getMessage()),
                    now);
        }
        if (life.stopping()) {
            return new Shown(MemberState.STOPPING, Optional.empty(), now);
        }
        if (!life.joined()) {
            return new Shown(MemberState.STARTING, Optional.empty(), now);
        }
        if (life.paused()) {
            return new Shown(owned.inFlight() > 0 ? MemberState.PAUSING : MemberState.PAUSED, Optional.empty(), now);
        }
        Optional<String> problem = dispatch.problem();
        if (problem.isPresent()) {
            return new Shown(MemberState.DEGRADED, problem, now);
        }
        return new Shown(owned.all().isEmpty() ? MemberState.IDLE : MemberState.RUNNING, Optional.empty(), now);
    }

    MemberReport report() {
        Shown now = shown;
        return new MemberReport(
                assignment.definition().name(),
                assignment.definition().uid(),
                assignment.slot(),
                assignment.replica(),
                clock.instant(),
                assignment.definition().generation(),
                now.state(),
                now.since(),
                now.reason().orElse(null),
                memberId,
                partitions,
                owned.leftLately(),
                totals,
                stats.lastError().orElse(null),
                stats.events());
    }
}
