package dev.fathom.cluster;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a cluster, or one thing on it, gave no answer. The message is written for the operator who reads it: names,
 * numbers, what to do; never a class name or a stack.
 */
public class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Reason {
        /** No broker answers, or the one needed is gone. */
        UNAVAILABLE,
        /** Asked, and no answer within the deadline. */
        TIMED_OUT,
        /** The broker's ACL said no. */
        NOT_AUTHORIZED,
        /** The brokers, or the client, cannot do this. */
        UNSUPPORTED,
        CLUSTER_NOT_FOUND,
        GROUP_NOT_FOUND,
        TOPIC_NOT_FOUND,
        PARTITION_NOT_FOUND,
        /** The partition exists and has no leader now. */
        LEADER_UNAVAILABLE,
        /** The place asked for is no longer, or not yet, in the log. */
        OFFSET_OUT_OF_RANGE,
        GROUP_NOT_EMPTY,
        TOPIC_SUBSCRIBED,
        MEMBER_NOT_FOUND,
        /** The broker refuses what was asked as malformed. */
        INVALID,
        /** Anything Fathom has no word for: a defect, here or in the cluster. */
        UNEXPECTED
    }

    private final Reason reason;
    private final boolean begun;

    public ClusterException(Reason reason, String message) {
        this(reason, message, null);
    }

    public ClusterException(Reason reason, String message, @Nullable Throwable cause) {
        this(reason, message, cause, false);
    }

    private ClusterException(Reason reason, String message, @Nullable Throwable cause, boolean begun) {
        super(message, cause);
        this.reason = reason;
        this.begun = begun;
    }

    /**
     * The same of a change that was begun, so that it may have been done.
     *
     * @param words what is known of it, and where to look
     */
    public ClusterException begun(String words) {
        return begun
                ? this
                : new ClusterException(
                        reason, getMessage() + " " + words, getCause() == null ? this : getCause(), true);
    }

    /** Whether a change may have been done, as the message says then. A change that fails otherwise was not begun. */
    public boolean isBegun() {
        return begun;
    }

    /** What is wrong, as a sentence for whoever asked. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public Reason reason() {
        return reason;
    }

    /** For a thread that was interrupted while it waited; it stays interrupted. */
    public static ClusterException interrupted(InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new ClusterException(Reason.UNAVAILABLE, "The service is shutting down.", interrupt);
    }

    public static ClusterException clusterNotFound(String cluster) {
        return new ClusterException(
                Reason.CLUSTER_NOT_FOUND, "No cluster is configured under the name \"" + cluster + "\".");
    }

    public static ClusterException groupNotFound(String cluster, String group) {
        return new ClusterException(
                Reason.GROUP_NOT_FOUND, "Cluster \"" + cluster + "\" has no group \"" + group + "\".");
    }

    public static ClusterException topicNotFound(String cluster, String topic) {
        return new ClusterException(
                Reason.TOPIC_NOT_FOUND, "Cluster \"" + cluster + "\" has no topic \"" + topic + "\".");
    }

    public static ClusterException partitionNotFound(String topic, String partition, int partitions) {
        return new ClusterException(
                Reason.PARTITION_NOT_FOUND,
                "Topic \"" + topic + "\" has no partition " + partition + ": it has " + partitions
                        + ", numbered from 0.");
    }

    public static ClusterException leaderUnavailable(TopicPartition partition) {
        return new ClusterException(
                Reason.LEADER_UNAVAILABLE,
                "Partition " + partition.partition() + " of topic \"" + partition.topic() + "\" has no leader now.");
    }
}
