package dev.fathom.pool.worker;

import dev.fathom.cluster.ClusterException;
import dev.fathom.pool.definition.Spec;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Why a member ended by itself.
 *
 * <p>A lasting failure stops the whole consumer until an operator starts it; a passing one is retried.
 */
public final class MemberFailure extends RuntimeException {

    public static final String TOPIC_DELETED = "topic-deleted";
    public static final String TOPIC_RECREATED = "topic-recreated";
    public static final String POISON_RECORD = "poison-record";
    public static final String OFFSET_OUT_OF_RANGE = "offset-out-of-range";
    public static final String OFFSETS_LOST = "offsets-lost";
    public static final String NOT_AUTHORIZED = "kafka-not-authorized";
    public static final String UNAVAILABLE = "kafka-unavailable";
    public static final String UNFORESEEN = "kafka-client-failed";

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean passing;

    private MemberFailure(String reason, boolean passing, String detail) {
        super(detail);
        this.reason = reason;
        this.passing = passing;
    }

    public static MemberFailure topicDeleted(String topic) {
        return lasting(
                TOPIC_DELETED,
                "Topic \"" + topic + "\" was deleted. Recreate it and start the consumer, or remove it from the"
                        + " definition.");
    }

    public static MemberFailure topicRecreated(String topic) {
        return lasting(
                TOPIC_RECREATED,
                "Topic \"" + topic
                        + "\" was deleted and recreated: its commits are of another log. Start the consumer to read"
                        + " the new one from startFrom.");
    }

    static MemberFailure lasting(String reason, String detail) {
        return new MemberFailure(reason, false, detail);
    }

    static MemberFailure passing(String reason, String detail) {
        return new MemberFailure(reason, true, detail);
    }

    /** The failure for something a member threw. */
    static MemberFailure of(RuntimeException thrown, Spec spec) {
        // What a rebalance callback throws comes wrapped.
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof MemberFailure ours) {
                return ours;
            }
            if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
                return passing(
                        NOT_AUTHORIZED,
                        "The cluster does not let the service read " + spec.topics() + " as group \"" + spec.groupId()
                                + "\": " + cause.getMessage());
            }
            if (cause instanceof ClusterException cluster) {
                boolean denied = cluster.reason() == ClusterException.Reason.NOT_AUTHORIZED;
                return passing(denied ? NOT_AUTHORIZED : UNAVAILABLE, cluster.getMessage());
            }
        }
        return passing(
                UNFORESEEN,
                "The Kafka client failed unexpectedly: " + thrown.getClass().getSimpleName() + ".");
    }

    /** Whether it is worth a stack trace in the log. */
    boolean isUnforeseen() {
        return reason.equals(UNFORESEEN);
    }

    public String reason() {
        return reason;
    }

    public boolean passes() {
        return passing;
    }
}
