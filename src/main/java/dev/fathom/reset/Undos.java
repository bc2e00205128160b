package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ChangeRunner;
import dev.fathom.operation.Deferral;
import dev.fathom.operation.Intent;
import dev.fathom.operation.Operation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Undoes operations. */
@ApplicationScoped
public class Undos {

    private final SnapshotReader reader;
    private final Mover mover;
    private final ChangeRunner runner;
    private final DeferredResets deferred;
    private final Clock clock;

    Undos(SnapshotReader reader, Mover mover, ChangeRunner runner, DeferredResets deferred, Clock clock) {
        this.reader = reader;
        this.mover = mover;
        this.runner = runner;
        this.deferred = deferred;
        this.clock = clock;
    }

    /** @throws UnplannableException when there is nothing to put back, or it cannot be */
    public Move dryRun(Cluster cluster, Operation operation, UndoRequest request) {
        return mover.dryRun(cluster, new UndoProposal(reader, operation, request));
    }

    /** Undoes it, or, with {@code waitForEmpty}, has it undone once the group's members are gone; see {@link Resets#apply}. */
    public Move apply(Cluster cluster, Operation operation, UndoRequest request, Guard guard, Caller caller) {
        UndoProposal proposal = new UndoProposal(reader, operation, request);
        Plan plan = mover.refusing(cluster, proposal, guard);
        boolean occupied = plan.description().flatMap(Blocker::notEmpty).isPresent();
        if (request.waitForEmpty().isPresent() && occupied) {
            Intent intent = new Intent(
                    plan.kind(),
                    operation.group(),
                    plan.group().type(),
                    request.reason(),
                    List.of(),
                    List.of(),
                    proposal.undoOf());
            Instant until = clock.instant().plus(request.waitForEmpty().get());
            String id = runner.defer(cluster, caller, intent, deferral(request, until));
            deferred.wake(cluster.name());
            PlanTag tag = PlanTag.of(proposal.canonical(), plan, true);
            return new Move(plan, tag, Optional.empty(), Optional.of(id), true);
        }
        return mover.apply(cluster, proposal, guard, caller, plan);
    }

    private static Deferral deferral(UndoRequest request, Instant until) {
        return new Deferral(
                until,
                null,
                List.of(),
                null,
                null,
                request.stable(),
                null,
                request.reason().orElse(null),
                request.acknowledgeInUse(),
                request.acknowledgeStateKept(),
                request.pauseConsumers(),
                null,
                request.overwriteChanged(),
                request.acknowledgeOutOfRange(),
                request.acknowledgeUnseen());
    }

    /** The request behind an undo that waits; it waits no more. */
    static UndoRequest request(Deferral deferral) {
        return new UndoRequest(
                deferral.overwriteChanged(),
                deferral.acknowledgeOutOfRange(),
                deferral.acknowledgeInUse(),
                deferral.acknowledgeStateKept(),
                deferral.acknowledgeUnseen(),
                deferral.stable(),
                deferral.pauseConsumers(),
                Optional.empty(),
                Optional.ofNullable(deferral.reason()));
    }
}
