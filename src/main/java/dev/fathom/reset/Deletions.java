package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Caller;
import jakarta.enterprise.context.ApplicationScoped;

/** Deletes what groups have committed, and groups. */
@ApplicationScoped
public class Deletions {

    private final SnapshotReader reader;
    private final Mover mover;

    Deletions(SnapshotReader reader, Mover mover) {
        this.reader = reader;
        this.mover = mover;
    }

    /** @throws UnplannableException when there is nothing to delete */
    public Move dryRun(Cluster cluster, String group, Deletion deletion) {
        return mover.dryRun(cluster, new DeletionProposal(reader, group, deletion));
    }

    /** See {@link Resets#apply} for what can go wrong. */
    public Move apply(Cluster cluster, String group, Deletion deletion, Guard guard, Caller caller) {
        return mover.apply(cluster, new DeletionProposal(reader, group, deletion), guard, caller);
    }
}
