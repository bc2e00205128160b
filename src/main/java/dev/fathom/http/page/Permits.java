package dev.fathom.http.page;

import dev.fathom.access.Access;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.operation.Blocker;
import jakarta.enterprise.context.ApplicationScoped;

/** What the caller could not do if they tried, and why: for buttons. The API decides again whatever is sent. */
@ApplicationScoped
class Permits {

    private final CallerClusters clusters;

    Permits(CallerClusters clusters) {
        this.clusters = clusters;
    }

    Permit toMove(String cluster, String group) {
        if (Blocker.isOwn(group)) {
            return new Permit("Fathom itself runs on this group.");
        }
        Access access = clusters.access();
        if (!access.onGroup(Level.OPERATOR, cluster, group)) {
            return new Permit("This needs the level operator on group \"" + group + "\"; you are granted viewer.");
        }
        return onCluster(cluster);
    }

    /** @param group the one the consumer runs */
    Permit toCommand(String cluster, String group) {
        return clusters.access().onGroup(Level.OPERATOR, cluster, group)
                ? onCluster(cluster)
                : new Permit("This needs the level operator on group \"" + group + "\"; you are granted viewer.");
    }

    private Permit onCluster(String cluster) {
        return clusters.named(cluster, false).readOnly()
                ? new Permit("Cluster \"" + cluster + "\" is read-only here.")
                : Permit.GIVEN;
    }
}
