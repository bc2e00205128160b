package dev.fathom.access;

import dev.fathom.cluster.Cluster;
import dev.fathom.config.Level;

/** Shows of a cluster what a caller may see. */
public final class Views {

    private Views() {}

    /** @param level what of a group is shown: that which the caller has at least this level on */
    public static Cluster of(Cluster whole, Access access, Level level) {
        return access.onWholeCluster(Level.ADMIN, whole.name()) && access.toAllRecords(whole.name())
                ? whole
                : new ScopedCluster(whole, access, level);
    }
}
