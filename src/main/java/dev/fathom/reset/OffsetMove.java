package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Cluster.Written;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Change;
import dev.fathom.operation.Intent;
import dev.fathom.operation.JournaledChange;
import dev.fathom.operation.Kind;
import dev.fathom.operation.Result;
import dev.fathom.operation.Result.Row;
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
    private final SnapshotReader reader;
    private final Planned planned;
    private final Guard guard;

    /** @param clusters gives a handle whose deadline starts then: what was begun must be read back */
    OffsetMove(Supplier<Cluster> clusters, SnapshotReader reader, Planned planned, Guard guard) {
        this.clusters = clusters;
        this.reader = reader;
        this.planned = planned;
        this.guard = guard;
    }

    Planned planned() {
        return planned;
    }

    @Override
    public Intent intent() {
        return planned.intent(planned.plan().changes());
    }

    @Override
    public OffsetMove again() {
        ResetSnapshot now = reader.again(clusters.get(), planned.proposal(), planned.snapshot());
        return new OffsetMove(
                clusters, reader, Planned.of(planned.proposal(), now).allowed(guard), guard);
    }

    @Override
    public OffsetMove prepared() {
        Proposal ready = planned.proposal().prepared(clusters.get());
        return new OffsetMove(clusters, reader, new Planned(ready, planned.snapshot(), planned.plan()), guard);
    }

    @Override
    public Result carryOut() {
        Cluster cluster = clusters.get();
        Plan plan = planned.plan();
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
        for (Change change : planned.plan().changes()) {
            change.after()
                    .ifPresentOrElse(
                            commit -> commits.put(change.partition(), commit), () -> deletes.add(change.partition()));
        }
        if (!commits.isEmpty()) {
            note(cluster.commit(planned.plan().group(), commits), said);
        }
        if (said.values().stream().anyMatch(Optional::isPresent)) {
            ClusterException leftAlone = new ClusterException(
                    Reason.INVALID,
                    "Left alone, because other partitions could not be moved: commits are deleted last.");
            deletes.forEach(partition -> said.put(partition, Optional.of(leftAlone)));
        } else {
            note(cluster.deleteCommits(planned.plan().group(), deletes), said);
        }
    }

    private static void note(
            Map<TopicPartition, Outcome<Written>> outcomes, Map<TopicPartition, Optional<ClusterException>> said) {
        outcomes.forEach((partition, outcome) -> said.put(partition, outcome.problem()));
    }

    /** Compares what is committed now with the plan: a broker's success alone is not enough. */
    private Map<TopicPartition, Row> verified(Cluster cluster, Map<TopicPartition, Optional<ClusterException>> said) {
        Optional<Commits> now = readBack(cluster, said.keySet());
        Map<TopicPartition, Row> rows = new LinkedHashMap<>();
        for (Change change : planned.plan().changes()) {
            boolean there = now.isPresent()
                    && Change.same(
                            now.get().of(change.partition()),
                            change.after(),
                            planned.plan().group().type());
            rows.put(change.partition(), Row.of(Required.in(said, change.partition()), there));
        }
        return rows;
    }

    private Optional<Commits> readBack(Cluster cluster, Set<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Optional.of(new Commits());
        }
        Outcome<Commits> read;
        try {
            GroupListing group = planned.plan().group();
            read = Required.in(cluster.commitsOn(List.of(group), partitions).await(), group.id());
        } catch (ClusterException e) {
            return Optional.empty();
        }
        return read.failed(Reason.GROUP_NOT_FOUND) ? Optional.of(new Commits()) : read.value();
    }
}
