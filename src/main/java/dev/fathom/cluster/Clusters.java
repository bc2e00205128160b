package dev.fathom.cluster;

import java.util.SortedSet;

/** The clusters this service is configured for. */
public interface Clusters {

    /** Their names, in order. */
    SortedSet<String> names();

    /**
     * A handle on a cluster for one request; its deadline starts now.
     *
     * @param fresh whether shared snapshots are to be bypassed
     * @throws ClusterException {@code CLUSTER_NOT_FOUND}
     */
    Cluster named(String name, boolean fresh);

    /** What the last probe in the background saw; asks nothing. */
    Reachability reachability(String name);
}
