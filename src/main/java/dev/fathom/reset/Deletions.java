package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Caller;
import jakarta.enterprise.context.ApplicationScoped;

/** Deletes what groups have committed, and groups. */
@ApplicationScoped
public class Deletions {

    private final Surveyor surveyor;
    private final Mover mover;

    Deletions(Surveyor surveyor, Mover mover) {
        this.surveyor = surveyor;
        this.mover = mover;
    }

    /** @throws UnplannableException when there is nothing to delete */
    public Move dryRun(Cluster cluster, String group, Deletion deletion) {
        return mover.dryRun(cluster, new DeletionProposal(surveyor, group, deletion));
    }

    /** See {@link Resets#apply} for what can go wrong. */
    public Move apply(Cluster cluster, String group, Deletion deletion, Guard guard, Caller caller) {
        return mover.apply(cluster, new DeletionProposal(surveyor, group, deletion), guard, caller);
    }
}
