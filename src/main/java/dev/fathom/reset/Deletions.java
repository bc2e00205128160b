package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Caller;
import jakarta.enterprise.context.ApplicationScoped;

/** Deletes what groups have committed, and groups. */
@ApplicationScoped
public class Deletions {

    private final Mover mover;

    Deletions(Mover mover) {
        this.mover = mover;
    }

    /** @throws UnplannableException when there is nothing to delete */
    public Move dryRun(Cluster cluster, String group, Deletion deletion) {
        return mover.dryRun(cluster, new DeletionProposal(group, deletion));
    }

    /** See {@link Resets#apply} for what can go wrong. */
    public Move apply(Cluster cluster, String group, Deletion deletion, Guard guard, Caller caller) {
        Planned planned = mover.allowed(cluster, new DeletionProposal(group, deletion), guard);
        return mover.apply(cluster, planned, guard, caller);
    }
}
