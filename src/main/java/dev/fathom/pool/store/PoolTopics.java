package dev.fathom.pool.store;

import dev.fathom.cluster.OwnTopics.Shape;

/** What the pool runs on, on every cluster. */
public record PoolTopics(Shape definitions, Shape status, String coordinationGroup) {

    /** As many as a consumer may have members, so that each has a partition of its own. */
    public static final int STATUS_PARTITIONS = 32;

    /** @param replicationFactor -1 takes the brokers' default */
    public static PoolTopics of(String prefix, short replicationFactor) {
        return new PoolTopics(
                new Shape(prefix + "consumers", 1, true, replicationFactor),
                new Shape(prefix + "status", STATUS_PARTITIONS, true, replicationFactor),
                prefix + "coordination");
    }
}
