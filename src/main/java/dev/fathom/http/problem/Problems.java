package dev.fathom.http.problem;

import dev.fathom.cluster.ClusterException;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.RefusedException;
import dev.fathom.reset.UnplannableException;
import dev.fathom.topic.PositionNotFoundException;

/** Which problem a failure is. */
public final class Problems {

    private Problems() {}

    public static ProblemType typeOf(ClusterException failure) {
        return switch (failure.reason()) {
            case CLUSTER_NOT_FOUND -> ProblemType.CLUSTER_NOT_FOUND;
            case GROUP_NOT_FOUND -> ProblemType.GROUP_NOT_FOUND;
            case TOPIC_NOT_FOUND -> ProblemType.TOPIC_NOT_FOUND;
            case PARTITION_NOT_FOUND -> ProblemType.PARTITION_NOT_FOUND;
            case NOT_AUTHORIZED -> ProblemType.KAFKA_NOT_AUTHORIZED;
            case UNSUPPORTED -> ProblemType.UNSUPPORTED_BY_CLUSTER;
            case OFFSET_OUT_OF_RANGE -> ProblemType.OFFSET_OUT_OF_RANGE;
            case GROUP_NOT_EMPTY -> ProblemType.GROUP_NOT_EMPTY;
            case TOPIC_SUBSCRIBED -> ProblemType.TOPIC_SUBSCRIBED;
            case MEMBER_NOT_FOUND -> ProblemType.MEMBER_NOT_FOUND;
            case INVALID -> ProblemType.UNPROCESSABLE;
            case TIMED_OUT -> ProblemType.TIMEOUT;
            case UNAVAILABLE, LEADER_UNAVAILABLE -> ProblemType.CLUSTER_UNAVAILABLE;
            case UNEXPECTED -> ProblemType.INTERNAL;
        };
    }

    public static ProblemType typeOf(Blocker blocker) {
        return switch (blocker.why()) {
            case READ_ONLY -> ProblemType.READ_ONLY;
            case OWN, FORBIDDEN -> ProblemType.FORBIDDEN;
            case NOT_AUTHORIZED -> ProblemType.KAFKA_NOT_AUTHORIZED;
            case GROUP_NOT_EMPTY -> ProblemType.GROUP_NOT_EMPTY;
            case GROUP_IN_USE -> ProblemType.GROUP_IN_USE;
            case TOPIC_SUBSCRIBED -> ProblemType.TOPIC_SUBSCRIBED;
            case STATE_KEPT, RECORD_REFUSED -> ProblemType.UNPROCESSABLE;
            case OUT_OF_LOG -> ProblemType.OFFSET_OUT_OF_RANGE;
            case JOURNAL -> ProblemType.CLUSTER_UNAVAILABLE;
            // Anything else is at work on the group, or was since.
            default -> ProblemType.CONFLICT;
        };
    }

    /** The kind of whatever ends a change. */
    public static ProblemType typeOfChange(RuntimeException failure) {
        if (failure instanceof ClusterException cluster) {
            return typeOf(cluster);
        }
        if (failure instanceof RefusedException refused) {
            return typeOf(refused.first());
        }
        return failure instanceof ConflictException ? ProblemType.CONFLICT : ProblemType.INTERNAL;
    }

    static ProblemType typeOf(UnplannableException failure) {
        return switch (failure.kind()) {
            case OUT_OF_RANGE -> ProblemType.OFFSET_OUT_OF_RANGE;
            case NO_COMMIT -> ProblemType.NO_COMMIT;
            case NO_RECORD -> ProblemType.NO_RECORD_AT_OR_AFTER;
            case UNFIT -> ProblemType.UNPROCESSABLE;
            case UNAVAILABLE -> ProblemType.CLUSTER_UNAVAILABLE;
            case AMBIGUOUS -> ProblemType.VALIDATION;
        };
    }

    static ProblemType typeOf(PositionNotFoundException failure) {
        return switch (failure.reason()) {
            case OUT_OF_RANGE -> ProblemType.OFFSET_OUT_OF_RANGE;
            case NO_RECORD -> ProblemType.NO_RECORD_AT_OR_AFTER;
        };
    }

    /** The catalogue entry for a status that the framework decided on. */
    public static ProblemType typeOf(int status) {
        return switch (status) {
            case 400 -> ProblemType.VALIDATION;
            case 401 -> ProblemType.UNAUTHENTICATED;
            case 403 -> ProblemType.FORBIDDEN;
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 406 -> ProblemType.NOT_ACCEPTABLE;
            case 413 -> ProblemType.PAYLOAD_TOO_LARGE;
            case 414 -> ProblemType.URI_TOO_LONG;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ProblemType.OVERLOADED;
            case 431 -> ProblemType.HEADERS_TOO_LARGE;
            default -> status < 500 ? ProblemType.VALIDATION : ProblemType.INTERNAL;
        };
    }
}
