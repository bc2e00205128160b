package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Cluster.Written;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Change;
import dev.fathom.operation.Intent;
import dev.fathom.operation.JournaledChange;
import dev.fathom.operation.Kind;
import dev.fathom.operation.RefusedException;
import dev.fathom.operation.Result;
import dev.fathom.operation.Result.Row;
import dev.fathom.reset.Plan.Unseen;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The last step: writes what a plan says, deletes what it says, and reads back. */
final class OffsetMove implements JournaledChange {

    private final Supplier<Cluster> clusters;
    private final Proposal proposal;
    private final Guard guard;
    private final Plan plan;

    /** @param clusters gives a handle with a deadline of its own: what was begun must be read back */
    OffsetMove(Supplier<Cluster> clusters, Proposal proposal, Guard guard, Plan plan) {
        this.clusters = clusters;
        this.proposal = proposal;
        this.guard = guard;
        this.plan = plan;
    }

    Plan plan() {
        return plan;
    }

    PlanTag tag() {
        return PlanTag.of(proposal.canonical(), plan, proposal.waits());
    }

    @Override
    public Intent intent() {
        return new Intent(
                plan.kind(),
                plan.group().id(),
                plan.group().type(),
                proposal.reason(),
                plan.changes(),
                List.of(),
                proposal.undoOf(),
                plan.unseen() == Unseen.DELETED);
    }

    @Override
    public OffsetMove again() {
        Plan now = proposal.planAgain(clusters.get());
        OffsetMove move = new OffsetMove(clusters, proposal, guard, now);
        guard.check(move.tag(), now);
        if (!now.applicable()) {
            throw new RefusedException(now.blockers());
        }
        return move;
    }

    @Override
    public Result carryOut() {
        Cluster cluster = clusters.get();
        Map<TopicPartition, Optional<ClusterException>> said = new LinkedHashMap<>();
        if (plan.kind() == Kind.DELETE_GROUP) {
            Optional<ClusterException> problem =
                    cluster.deleteGroup(plan.group()).problem();
            plan.changes().forEach(change -> said.put(change.partition(), problem));
            if (plan.changes().isEmpty() && problem.isPresent()) {
                return Result.failed(problem.get());
            }
        } else {
            write(cluster, said);
        }
        return Result.ofRows(verified(cluster, said));
    }

    private void write(Cluster cluster, Map<TopicPartition, Optional<ClusterException>> said) {
        Map<TopicPartition, Commit> commits = new LinkedHashMap<>();
        Set<TopicPartition> deletes = new LinkedHashSet<>();
        for (Change change : plan.changes()) {
            change.after()
                    .ifPresentOrElse(
                            commit -> commits.put(change.partition(), commit), () -> deletes.add(change.partition()));
        }
        if (!commits.isEmpty()) {
            note(cluster.commit(plan.group(), commits), said);
        }
        if (said.values().stream().anyMatch(Optional::isPresent)) {
            ClusterException leftAlone = new ClusterException(
                    Reason.INVALID, "Left alone, since other partitions could not be moved: commits are deleted last.");
            deletes.forEach(partition -> said.put(partition, Optional.of(leftAlone)));
        } else {
            note(cluster.deleteCommits(plan.group(), deletes), said);
        }
    }

    private static void note(
            Map<TopicPartition, Outcome<Written>> outcomes, Map<TopicPartition, Optional<ClusterException>> said) {
        outcomes.forEach((partition, outcome) -> said.put(partition, outcome.problem()));
    }

    /** Holds what is there now against what was to be: the broker's word is not taken for it. */
    private Map<TopicPartition, Row> verified(Cluster cluster, Map<TopicPartition, Optional<ClusterException>> said) {
        Optional<Commits> now = readBack(cluster, said.keySet());
        Map<TopicPartition, Row> rows = new LinkedHashMap<>();
        for (Change change : plan.changes()) {
            boolean there = now.isPresent()
                    && Change.same(
                            now.get().of(change.partition()),
                            change.after(),
                            plan.group().type());
            rows.put(change.partition(), Row.of(said.get(change.partition()), there));
        }
        return rows;
    }

    private Optional<Commits> readBack(Cluster cluster, Set<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Optional.of(new Commits());
        }
        Outcome<Commits> read;
        try {
            read = cluster.commitsOn(List.of(plan.group()), partitions)
                    .await()
                    .get(plan.group().id());
        } catch (ClusterException e) {
            return Optional.empty();
        }
        boolean gone = read.problem()
                .filter(problem -> problem.reason() == Reason.GROUP_NOT_FOUND)
                .isPresent();
        return gone ? Optional.of(new Commits()) : read.value();
    }
}
