package dev.fathom.lag;

import dev.fathom.cluster.WireNames;

/** What is to be known about a group on one partition. The first that fits, in this order. */
public enum PartitionStatus {
    /** The topic is no more; a member or an old commit still names it. */
    TOPIC_DELETED,
    PARTITION_GONE,
    KAFKA_NOT_AUTHORIZED,
    /** No leader answers, so the ends of the log are unknown. */
    LEADER_UNAVAILABLE,
    /** An open transaction holds a commit that may replace the one there. */
    PENDING_TRANSACTION,
    NO_COMMIT,
    /** The log was trimmed past the commit: records are lost to the group. */
    BELOW_FIRST,
    /** The commit lies after the end: the log was truncated or the topic recreated. */
    BEYOND_LAST,
    OK;

    public String wireName() {
        return WireNames.of(this);
    }
}
