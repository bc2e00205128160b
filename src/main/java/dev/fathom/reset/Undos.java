package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Caller;
import dev.fathom.operation.Operation;
import jakarta.enterprise.context.ApplicationScoped;

/** Undoes operations. */
@ApplicationScoped
public class Undos {

    private final Surveyor surveyor;
    private final Mover mover;

    Undos(Surveyor surveyor, Mover mover) {
        this.surveyor = surveyor;
        this.mover = mover;
    }

    /** @throws UnplannableException when there is nothing to put back, or it cannot be */
    public Move dryRun(Cluster cluster, Operation operation, UndoRequest request) {
        return mover.dryRun(cluster, new UndoProposal(surveyor, operation, request));
    }

    /** See {@link Resets#apply} for what can go wrong. */
    public Move apply(Cluster cluster, Operation operation, UndoRequest request, Guard guard, Caller caller) {
        return mover.apply(cluster, new UndoProposal(surveyor, operation, request), guard, caller);
    }
}
