package dev.fathom.cluster;

import java.util.Map;
import java.util.SortedSet;

/** The clusters this service is configured for. */
public interface Clusters {

    SortedSet<String> names();

    /**
     * A handle on a cluster for one request; its deadline starts now.
     *
     * @param fresh whether shared snapshots are to be bypassed
     * @throws ClusterException {@code CLUSTER_NOT_FOUND}
     */
    default Cluster named(String name, boolean fresh) {
        return named(name, fresh, Arrival.now());
    }

    /** The same for a request that came a while ago: its deadline started then, and may have passed. */
    Cluster named(String name, boolean fresh, Arrival arrival);

    /**
     * A handle for work in the background: its questions wait for none of a caller's, and keep none waiting.
     *
     * @throws ClusterException {@code CLUSTER_NOT_FOUND}
     */
    default Cluster beside(String name) {
        return beside(name, Arrival.now());
    }

    /** The same for work that a request waits for: its deadline counts from when that came. */
    Cluster beside(String name, Arrival arrival);

    /**
     * What every Kafka client of a cluster is made with: where the brokers are, who the service is, how patient it is. For
     * what the port cannot do: consuming in a group, and producing. Holds secrets.
     *
     * @throws ClusterException {@code CLUSTER_NOT_FOUND}
     */
    Map<String, Object> clientProperties(String name);

    /**
     * Asks a cluster whether it answers, in the background and beside the probes that come by themselves; does not wait.
     * {@link #reachability} tells what came of it.
     *
     * @throws ClusterException {@code CLUSTER_NOT_FOUND}
     */
    void probe(String name);

    /** What the last probe in the background saw; asks nothing. */
    Reachability reachability(String name);
}
