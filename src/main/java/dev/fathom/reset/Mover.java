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

    private final ChangeRunner runner;
    private final Groups groups;
    private final CommitWatch watch;

    Mover(ChangeRunner runner, Groups groups, CommitWatch watch) {
        this.runner = runner;
        this.groups = groups;
        this.watch = watch;
    }

    Move dryRun(Cluster cluster, Proposal proposal) {
        Plan plan = proposal.plan(cluster);
        return new Move(plan, tag(proposal, plan), Optional.empty(), Optional.empty(), false);
    }

    private static PlanTag tag(Proposal proposal, Plan plan) {
        return PlanTag.of(proposal.canonical(), plan, proposal.waits());
    }

    /**
     * @throws Guard.PlanOutdatedException when the caller's plan no longer stands
     * @throws RefusedException when something is in the way
     */
    Move apply(Cluster cluster, Proposal proposal, Guard guard, Caller caller) {
        Plan plan = refusing(cluster, proposal, guard);
        return apply(cluster, proposal, guard, caller, plan);
    }

    /** The plan of a change that may be made as far as can be seen now. */
    Plan refusing(Cluster cluster, Proposal proposal, Guard guard) {
        guard.demand(cluster.name(), cluster.requirePlan());
        Plan plan = proposal.plan(cluster);
        guard.check(tag(proposal, plan), plan);
        if (!plan.applicable()) {
            throw new RefusedException(plan.blockers());
        }
        return plan;
    }

    Move apply(Cluster cluster, Proposal proposal, Guard guard, Caller caller, Plan plan) {
        boolean nothingToDo = plan.changes().isEmpty() && plan.kind() != Kind.DELETE_GROUP;
        if (nothingToDo) {
            return new Move(plan, tag(proposal, plan), Optional.of(Result.ofRows(Map.of())), Optional.empty(), false);
        }
        try {
            return done(runner.carryOut(cluster, caller, change(cluster, proposal, guard, plan)));
        } finally {
            forget(cluster, plan);
        }
    }

    /** Carries out an operation that waited, unless another replica does. */
    Optional<Move> takeOn(Cluster cluster, String operation, Proposal proposal, Plan plan) {
        try {
            return runner.takeOn(cluster, operation, change(cluster, proposal, Guard.APPROVED, plan))
                    .map(Mover::done);
        } finally {
            forget(cluster, plan);
        }
    }

    private OffsetMove change(Cluster cluster, Proposal proposal, Guard guard, Plan plan) {
        return new OffsetMove(cluster::renewed, proposal, guard, plan);
    }

    private static Move done(Done<OffsetMove> done) {
        Plan plan = done.change().plan();
        Plan told = done.operation().isPresent() ? plan : plan.warning(NOT_JOURNALED);
        return new Move(told, done.change().tag(), Optional.of(done.result()), done.operation(), false);
    }

    /** Read your own writes; and what the service moved itself is no sign of use. */
    private void forget(Cluster cluster, Plan plan) {
        watch.changed(cluster, plan.group().id());
        groups.forget(cluster);
    }
}
