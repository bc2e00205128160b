package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Caller;
import dev.fathom.operation.Operation;
import jakarta.enterprise.context.ApplicationScoped;

/** Undoes operations. */
@ApplicationScoped
public class Undos {

    private final Mover mover;
    private final DeferredResets deferred;

    Undos(Mover mover, DeferredResets deferred) {
        this.mover = mover;
        this.deferred = deferred;
    }

    /** @throws UnplannableException when there is nothing to put back, or it cannot be */
    public Move dryRun(Cluster cluster, Operation operation, UndoRequest request) {
        return mover.dryRun(cluster, new UndoProposal(operation, request));
    }

    /** Undoes it, or, with {@code waitForEmpty}, has it undone once the group's members are gone; see {@link Resets#apply}. */
    public Move apply(Cluster cluster, Operation operation, UndoRequest request, Guard guard, Caller caller) {
        return deferred.applyOrWait(cluster, new UndoProposal(operation, request), guard, caller);
    }
}
