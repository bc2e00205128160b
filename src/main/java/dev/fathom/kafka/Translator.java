package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Reachability;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.errors.ControllerMovedException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidCommitOffsetSizeException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.errors.WakeupException;

/** Turns the client's exceptions into ours: the one place where that is decided, by type and never by message. */
final class Translator {

    private final String cluster;
    private final Supplier<Reachability> reachability;

    Translator(String cluster, Supplier<Reachability> reachability) {
        this.cluster = cluster;
        this.reachability = reachability;
    }

    /**
     * @param asked what was asked, to complete "the service may not …" or "… got no answer": {@code describe group "x"}
     */
    ClusterException translate(Throwable thrown, String asked) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof ClusterException ours) {
            return ours;
        }
        Reason reason = reasonOf(cause);
        return new ClusterException(reason, message(reason, cause, asked), cause);
    }

    /** The client wraps the cause in a plain KafkaException where one of its calls consists of several. */
    private static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause.getClass() == KafkaException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private Reason reasonOf(Throwable cause) {
        if (cause instanceof GroupIdNotFoundException) {
            return Reason.GROUP_NOT_FOUND;
        }
        if (cause instanceof UnknownTopicOrPartitionException
                || cause instanceof UnknownTopicIdException
                || cause instanceof InvalidTopicException) {
            return Reason.TOPIC_NOT_FOUND;
        }
        if (cause instanceof AuthorizationException) {
            return Reason.NOT_AUTHORIZED;
        }
        if (cause instanceof UnsupportedVersionException || cause instanceof UnsupportedForMessageFormatException) {
            return Reason.UNSUPPORTED;
        }
        if (cause instanceof LeaderNotAvailableException || cause instanceof NotLeaderOrFollowerException) {
            return Reason.LEADER_UNAVAILABLE;
        }
        if (cause instanceof GroupNotEmptyException
                || cause instanceof UnknownMemberIdException
                || cause instanceof RebalanceInProgressException
                || cause instanceof IllegalGenerationException
                || cause instanceof StaleMemberEpochException) {
            // A coordinator refuses a commit from outside with UNKNOWN_MEMBER_ID once the group has members.
            return Reason.GROUP_NOT_EMPTY;
        }
        if (cause instanceof GroupSubscribedToTopicException) {
            return Reason.TOPIC_SUBSCRIBED;
        }
        if (cause instanceof InvalidGroupIdException
                || cause instanceof InvalidRequestException
                || cause instanceof OffsetMetadataTooLarge
                || cause instanceof InvalidCommitOffsetSizeException
                || cause instanceof RecordTooLargeException
                || cause instanceof RecordBatchTooLargeException
                || cause instanceof InvalidRecordException
                || cause instanceof InvalidTimestampException
                || cause instanceof PolicyViolationException
                || cause instanceof InvalidPartitionsException
                // The client counts a refused login among the configurations.
                || (cause instanceof InvalidConfigurationException && !(cause instanceof AuthenticationException))) {
            return Reason.INVALID;
        }
        if (cause instanceof OffsetOutOfRangeException
                || cause instanceof org.apache.kafka.common.errors.OffsetOutOfRangeException) {
            return Reason.OFFSET_OUT_OF_RANGE;
        }
        if (cause instanceof TimeoutException || cause instanceof java.util.concurrent.TimeoutException) {
            // The client says "timed out" for a broker that is gone and for one that is slow alike.
            return reachability.get().status() == Reachability.Status.UP ? Reason.TIMED_OUT : Reason.UNAVAILABLE;
        }
        return cannotNow(cause) ? Reason.UNAVAILABLE : Reason.UNEXPECTED;
    }

    /** Whether no broker that could answer was reachable, or let the service in. */
    private static boolean cannotNow(Throwable cause) {
        return cause instanceof RetriableException
                || cause instanceof BrokerNotAvailableException
                || cause instanceof ControllerMovedException
                || cause instanceof AuthenticationException
                || cause instanceof InterruptException
                || cause instanceof WakeupException
                || cause instanceof IOException
                // What a client is not made for whose brokers' names do not resolve.
                || cause instanceof ConfigException;
    }

    private String message(Reason reason, Throwable cause, String asked) {
        String name = "\"" + cluster + "\"";
        return switch (reason) {
            case GROUP_NOT_FOUND, TOPIC_NOT_FOUND ->
                "Cluster " + name + " knows nothing by that name (asked to " + asked + ").";
            case NOT_AUTHORIZED -> "The ACLs of cluster " + name + " do not let the service " + asked + ".";
            case UNSUPPORTED -> unsupported(name, cause, asked);
            case LEADER_UNAVAILABLE -> "A partition has no leader now (asked to " + asked + ").";
            case GROUP_NOT_EMPTY -> "The group has members now (asked to " + asked + ").";
            case TOPIC_SUBSCRIBED -> "A member of the group reads the topic (asked to " + asked + ").";
            case MEMBER_NOT_FOUND -> "The group has no such member (asked to " + asked + ").";
            case INVALID -> "Cluster " + name + " refused to " + asked + saying(cause) + ".";
            case OFFSET_OUT_OF_RANGE -> "The log moved while it was read: asked to " + asked + ".";
            case TIMED_OUT ->
                "Cluster " + name + " did not answer in time when asked to " + asked
                        + reachability
                                .get()
                                .detail()
                                .map(detail -> ": " + detail)
                                .orElse("") + ".";
            case UNAVAILABLE -> unavailable(name, cause, asked);
            default ->
                "Something unexpected went wrong when cluster " + name + " was asked to " + asked + saying(cause) + ".";
        };
    }

    private static String unsupported(String name, Throwable cause, String asked) {
        if (cause instanceof UnsupportedForMessageFormatException) {
            return "A topic of cluster " + name + " keeps its records in a format too old to " + asked + ".";
        }
        return "The brokers of cluster " + name + " are too old to " + asked + ", or have that feature switched off"
                + saying(cause) + ".";
    }

    /** The client's own message, to follow a statement; empty where it is none, or only names of classes. */
    private static String saying(Throwable cause) {
        Throwable speaking = cause;
        while (speaking.getCause() != null
                && (speaking.getMessage() == null
                        || speaking.getMessage().equals(speaking.getCause().toString()))) {
            speaking = speaking.getCause();
        }
        boolean ofTheClient = speaking instanceof KafkaException
                || speaking instanceof IllegalArgumentException
                || speaking instanceof IllegalStateException
                || speaking instanceof IOException;
        if (!ofTheClient
                || speaking.getMessage() == null
                || speaking.getMessage().isBlank()) {
            return "";
        }
        String words = speaking.getMessage().strip().replaceAll("\\s+", " ");
        return ": " + (words.endsWith(".") ? words.substring(0, words.length() - 1) : words);
    }

    private String unavailable(String name, Throwable cause, String asked) {
        if (cause instanceof SslAuthenticationException) {
            return "The TLS handshake with cluster " + name + " failed: check the ssl.* properties of this cluster.";
        }
        if (cause instanceof AuthenticationException) {
            return "Cluster " + name
                    + " refused the service's credentials: check the sasl.* properties of this cluster.";
        }
        Optional<String> seen = reachability.get().detail();
        if (seen.isPresent()) {
            return "Cluster " + name + " could not be asked to " + asked + ": " + seen.get() + ".";
        }
        boolean silent = cause instanceof TimeoutException || cause instanceof java.util.concurrent.TimeoutException;
        String words = silent ? "" : saying(cause);
        return "Cluster " + name + " could not be asked to " + asked
                + (words.isEmpty() ? ": no broker answered." : " now" + words + ".");
    }
}
