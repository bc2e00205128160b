package dev.fathom.http.contract;

import static dev.fathom.http.problem.ProblemType.*;

import dev.fathom.http.problem.ProblemType;
import java.util.List;

/** Problems that go together. */
public enum CommonProblems {
    /** Of every operation. */
    ANY(
            VALIDATION,
            UNAUTHENTICATED,
            FORBIDDEN,
            NOT_ACCEPTABLE,
            URI_TOO_LONG,
            OVERLOADED,
            TOO_MANY_TRIES,
            HEADERS_TOO_LARGE),
    /** Of those that take a body. */
    BODY(PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE),
    /** Of those that ask a cluster. */
    CLUSTER(CLUSTER_NOT_FOUND, KAFKA_NOT_AUTHORIZED, UNSUPPORTED_BY_CLUSTER, CLUSTER_UNAVAILABLE, TIMEOUT),
    /** Of those that read the journals. */
    JOURNAL(CLUSTER_NOT_FOUND, KAFKA_NOT_AUTHORIZED, CLUSTER_UNAVAILABLE, TIMEOUT),
    /** Of those about a group. */
    GROUP(GROUP_NOT_FOUND, UNPROCESSABLE),
    /** Of those that look into one log. */
    LOG(TOPIC_NOT_FOUND, PARTITION_NOT_FOUND, OFFSET_OUT_OF_RANGE, NO_RECORD_AT_OR_AFTER),
    /** Of those that change a group. */
    CHANGE(
            READ_ONLY,
            GROUP_NOT_EMPTY,
            GROUP_IN_USE,
            TOPIC_SUBSCRIBED,
            CONFLICT,
            PLAN_OUTDATED,
            OFFSET_OUT_OF_RANGE,
            NO_COMMIT,
            NO_RECORD_AT_OR_AFTER,
            UNPROCESSABLE,
            PRECONDITION_REQUIRED,
            UNSUPPORTED_BY_CLUSTER),
    /** Of those that change a managed consumer. */
    CONSUMER_CHANGE(READ_ONLY, GROUP_NOT_EMPTY, NAME_TAKEN, CONFLICT, UNPROCESSABLE);

    private final List<ProblemType> problems;

    CommonProblems(ProblemType... problems) {
        this.problems = List.of(problems);
    }

    List<ProblemType> problems() {
        return problems;
    }
}
