package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.group.Groups;
import dev.fathom.lag.CommitWatch;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ChangeRunner;
import dev.fathom.operation.ChangeRunner.Done;
import dev.fathom.operation.Kind;
import dev.fathom.operation.RefusedException;
import dev.fathom.operation.Result;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one path from a proposal to a dry run or a change: whatever moves or deletes commits goes this way. */
@ApplicationScoped
class Mover {

    private static final Plan.Warning NOT_JOURNALED = new Plan.Warning(
            Plan.What.NOT_JOURNALED,
            "The journal is switched off or could not be written, so this change is not in it and cannot be undone.",
            List.of());

    private final SnapshotReader reader;
    private final ChangeRunner runner;
    private final Groups groups;
    private final CommitWatch watch;

    Mover(SnapshotReader reader, ChangeRunner runner, Groups groups, CommitWatch watch) {
        this.reader = reader;
        this.runner = runner;
        this.groups = groups;
        this.watch = watch;
    }

    Planned plan(Cluster cluster, Proposal proposal) {
        return Planned.of(proposal, proposal.survey(reader, cluster));
    }

    Move dryRun(Cluster cluster, Proposal proposal) {
        Planned planned = plan(cluster, proposal);
        return new Move(planned.plan(), planned.tag(), Optional.empty(), Optional.empty(), false);
    }

    /**
     * The plan of a change that may be made as far as can be seen now.
     *
     * @throws Guard.PlanOutdatedException when the caller's plan no longer stands
     * @throws RefusedException when it has blockers
     */
    Planned allowed(Cluster cluster, Proposal proposal, Guard guard) {
        guard.demand(cluster.name(), cluster.requirePlan());
        return plan(cluster, proposal).allowed(guard);
    }

    Move apply(Cluster cluster, Planned planned, Guard guard, Caller caller) {
        Plan plan = planned.plan();
        boolean nothingToDo = plan.changes().isEmpty() && plan.kind() != Kind.DELETE_GROUP;
        if (nothingToDo) {
            return new Move(plan, planned.tag(), Optional.of(Result.ofRows(Map.of())), Optional.empty(), false);
        }
        return done(carryOut(cluster, planned, guard, caller));
    }

    /** Carries out a plan that has something to do. */
    Done<OffsetMove> carryOut(Cluster cluster, Planned planned, Guard guard, Caller caller) {
        try {
            return runner.carryOut(cluster, caller, change(cluster, planned, guard));
        } finally {
            forget(cluster, planned.plan());
        }
    }

    /** Carries out an operation that waited, unless another replica does. */
    Optional<Move> takeOn(Cluster cluster, String operation, Planned planned) {
        try {
            return runner.takeOn(cluster, operation, change(cluster, planned, Guard.APPROVED))
                    .map(Mover::done);
        } finally {
            forget(cluster, planned.plan());
        }
    }

    private OffsetMove change(Cluster cluster, Planned planned, Guard guard) {
        return new OffsetMove(cluster::renewed, reader, planned, guard);
    }

    static Move done(Done<OffsetMove> done) {
        Planned planned = done.change().planned();
        Plan told =
                done.operation().isPresent() ? planned.plan() : planned.plan().warning(NOT_JOURNALED);
        return new Move(told, planned.tag(), Optional.of(done.result()), done.operation(), false);
    }

    /** So that callers read their own writes, and the service's own change is not taken for use of the group. */
    private void forget(Cluster cluster, Plan plan) {
        watch.changed(cluster, plan.group().id());
        groups.forget(cluster);
    }
}
