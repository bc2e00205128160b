package dev.fathom.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The topics on a cluster that the service itself runs on. */
public interface OwnTopics {

    /**
     * How one is to be.
     *
     * @param compacted whether the last record of each key is always kept
     * @param replicationFactor of one that has to be made; -1 takes the brokers' default
     */
    record Shape(String name, int partitions, boolean compacted, short replicationFactor) {}

    /**
     * The ids of those that exist, by name; asked now.
     *
     * @throws ClusterException when it cannot be asked
     */
    Map<String, String> ids(Collection<String> names);

    /**
     * Why the service could not run on one, as far as that can be asked: it may not be read, written or made. Makes nothing.
     *
     * @throws ClusterException when it cannot be asked
     */
    Optional<ClusterException> refusal(Shape shape);

    /**
     * Makes one if it is not there, and waits until it has a leader.
     *
     * @throws ClusterException {@code UNAVAILABLE} when it is there and not of the shape; and when it cannot be made
     */
    void make(Shape shape);
}
