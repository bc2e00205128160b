package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Caller;
import dev.fathom.operation.Deferral;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.None;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetRequest.Target;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Moves groups to positions. */
@ApplicationScoped
public class Resets {

    /** The longest a reset may wait for its group to be empty. */
    public static final Duration LONGEST_WAIT = Duration.ofHours(24);

    /** Beyond this many partitions reading one record each takes longer than a caller waits. */
    private static final int MOST_TIMES = 1000;

    private final Mover mover;
    private final DeferredResets deferred;
    private final Clock clock;

    Resets(Mover mover, DeferredResets deferred, Clock clock) {
        this.mover = mover;
        this.deferred = deferred;
        this.clock = clock;
    }

    /**
     * What the request would do, and what blocks it.
     *
     * @throws UnplannableException when a position cannot be resolved as asked
     */
    public Move dryRun(Cluster cluster, String group, ResetRequest request) {
        return mover.dryRun(cluster, new ResetProposal(group, request));
    }

    /**
     * Moves the group, or, with {@code waitForEmpty}, has it moved once its members are gone.
     *
     * @throws UnplannableException when a position cannot be resolved as asked
     * @throws Guard.PlanOutdatedException when the caller's plan no longer stands
     * @throws dev.fathom.operation.RefusedException when it has blockers
     * @throws dev.fathom.operation.ConflictException when another change of the group is under way
     */
    public Move apply(Cluster cluster, String group, ResetRequest request, Guard guard, Caller caller) {
        return deferred.applyOrWait(cluster, new ResetProposal(group, request), guard, caller);
    }

    /** The same with the times of the records at the targets, as far as they can be read in time. */
    public Move withTimes(Cluster cluster, Move move) {
        Map<TopicPartition, Long> unknown = new LinkedHashMap<>();
        for (PlanRow row : move.plan().rows()) {
            boolean atARecord = row.to().isPresent()
                    && row.timestamp().isEmpty()
                    && row.last().filter(last -> row.to().get().offset() < last).isPresent();
            if (atARecord && unknown.size() < MOST_TIMES) {
                unknown.put(row.partition(), row.to().get().offset());
            }
        }
        if (unknown.isEmpty()) {
            return move;
        }
        Map<TopicPartition, Instant> times;
        try {
            times = cluster.timestampsAt(unknown);
        } catch (ClusterException e) {
            // What was moved is moved, whether or not its records can be read now.
            return move;
        }
        return move.withRows(move.plan().rows().stream()
                .map(row ->
                        times.containsKey(row.partition()) ? row.at(times.get(row.partition()), clock.instant()) : row)
                .toList());
    }

    static Deferral deferral(ResetRequest request, Instant until) {
        Policy policy = request.policy();
        return Deferral.of(
                until,
                request.to().map(Position::toString).orElse(null),
                request.targets().stream()
                        .map(target -> new Deferral.Target(
                                target.topic(),
                                target.partitions().orElse(null),
                                target.to().map(Position::toString).orElse(null)))
                        .toList(),
                policy.outOfRange().wireName(),
                policy.noRecordAtOrAfter().wireName(),
                policy.stable(),
                policy.metadata().orElse(null),
                request.reason().orElse(null),
                request.acknowledged(),
                request.waiting().pauseConsumers(),
                policy.sourceTopics().isEmpty() ? null : policy.sourceTopics());
    }

    /** The request behind an operation that waits; it waits no more. */
    static ResetRequest request(Deferral deferral) {
        List<Target> targets = new ArrayList<>();
        for (Deferral.Target target : deferral.targets()) {
            targets.add(new Target(
                    target.topic(),
                    Optional.ofNullable(target.partitions()),
                    Optional.ofNullable(target.to()).map(Position::parse),
                    "/targets/" + targets.size()));
        }
        Policy policy = new Policy(
                ResetRequest.OutOfRange.valueOf(
                        Objects.requireNonNull(deferral.outOfRange()).toUpperCase(Locale.ROOT)),
                ResetRequest.NoRecord.valueOf(
                        Objects.requireNonNull(deferral.noRecordAtOrAfter()).toUpperCase(Locale.ROOT)),
                deferral.stable(),
                false,
                Optional.ofNullable(deferral.metadata()),
                Optional.ofNullable(deferral.sourceTopics()).orElse(List.of()));
        return new ResetRequest(
                Optional.ofNullable(deferral.to()).map(Position::parse),
                targets,
                policy,
                deferral.acknowledged(),
                new Waiting(Optional.empty(), deferral.pauseConsumers()),
                Optional.ofNullable(deferral.reason()));
    }

    /**
     * A request that names exactly the numbers of a plan, and the tag of the plan that would be made of it: a caller who sends
     * both gets these numbers or a refusal.
     */
    public record Exactly(ResetRequest request, PlanTag tag) {}

    /** What would apply exactly the numbers of a plan; empty where there is nothing to apply. */
    public static Optional<Exactly> exactly(ResetRequest request, Plan plan) {
        Map<Group, List<Integer>> partitions = new LinkedHashMap<>();
        List<PlanRow> rows = new ArrayList<>();
        for (PlanRow row : plan.rows()) {
            if (row.intention() == Intention.SKIPPED) {
                continue;
            }
            Position to = row.to()
                    .<Position>map(commit -> new Absolute(commit.offset()))
                    .orElseGet(None::new);
            TopicPartition partition = row.partition();
            partitions
                    .computeIfAbsent(new Group(partition.topic(), to), group -> new ArrayList<>())
                    .add(partition.partition());
            rows.add(new PlanRow(
                    partition,
                    row.topicId(),
                    row.from(),
                    row.to(),
                    Optional.of(to),
                    row.first(),
                    row.last(),
                    row.timestamp(),
                    Optional.empty(),
                    row.intention(),
                    row.problem(),
                    Optional.empty()));
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<Target> targets = new ArrayList<>();
        partitions.forEach((group, numbers) -> targets.add(new Target(
                group.topic(), Optional.of(numbers), Optional.of(group.to()), "/targets/" + targets.size())));
        ResetRequest exact = request.exactly(targets);
        Plan same = plan.withRows(rows);
        return Optional.of(new Exactly(
                exact,
                PlanTag.of(
                        ResetProposal.canonical(exact),
                        same,
                        request.waiting().forEmpty().isPresent())));
    }

    private record Group(String topic, Position to) {}
}
