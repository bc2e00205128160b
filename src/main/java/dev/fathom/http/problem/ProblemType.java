package dev.fathom.http.problem;

import dev.fathom.cluster.WireNames;
import java.util.Arrays;
import java.util.Optional;

/** The catalogue of everything that can go wrong, as served under {@code /api/v1/problems}. */
public enum ProblemType {
    VALIDATION(
            400,
            "The request is not valid",
            "Malformed JSON, an unknown field or query parameter, an invalid position, a value out of bounds. The"
                    + " errors name each place. Nothing was changed."),
    UNAUTHENTICATED(401, "Credentials are needed", "No credentials were sent, or they are wrong."),
    FORBIDDEN(403, "Not allowed", "The caller's permissions do not cover this operation or this group or topic."),
    READ_ONLY(403, "Read-only", "The cluster, or the whole service, is configured to refuse every change."),
    KAFKA_NOT_AUTHORIZED(
            403,
            "Kafka's ACLs refuse it",
            "The service's own principal lacks an ACL on the cluster. The detail names the operation and the resource."),
    NOT_FOUND(404, "No such path", "Nothing is served under this path. The contract is at /q/openapi."),
    CLUSTER_NOT_FOUND(404, "No such cluster", "No cluster is configured under the name in the path."),
    GROUP_NOT_FOUND(404, "No such group", "Every broker was asked, and none has the group in the path."),
    TOPIC_NOT_FOUND(404, "No such topic", "The cluster has no topic of the name in the path."),
    PARTITION_NOT_FOUND(404, "No such partition", "The topic has no partition of the number in the path."),
    MEMBER_NOT_FOUND(404, "No such member", "The group has no member of the id in the path."),
    CONSUMER_NOT_FOUND(404, "No such managed consumer", "No managed consumer of this name is defined on the cluster."),
    OPERATION_NOT_FOUND(404, "No such operation", "The journal has no operation of this id."),
    PROBLEM_NOT_FOUND(404, "No such problem", "The catalogue has no entry of this name."),
    METHOD_NOT_ALLOWED(405, "Not a method of this path", "The path is served, but not with this HTTP method."),
    NOT_ACCEPTABLE(406, "No such representation", "The answer cannot be given in any media type the caller accepts."),
    GROUP_NOT_EMPTY(409, "The group has members", "The change needs a group without members; the answer lists them."),
    GROUP_IN_USE(
            409,
            "The group is in use by assign()",
            "The group has no members, yet its commits move: something uses it without joining."),
    TOPIC_SUBSCRIBED(409, "A member reads the topic", "Offsets of a topic that a member reads cannot be deleted."),
    NAME_TAKEN(409, "The name is taken", "A managed consumer of this name exists already."),
    INCOMPLETE(
            409,
            "The file would not be whole",
            "Some of what belongs in the file could not be read or has no form in it; partial=true gives the rest."),
    CONFLICT(409, "Changed by somebody else", "Another change of the same thing is in progress or came first."),
    PLAN_OUTDATED(
            412, "The plan is outdated", "Something the plan was based on has changed since; the answer says what."),
    PAYLOAD_TOO_LARGE(413, "The body is too large", "The body exceeds what the operation accepts."),
    URI_TOO_LONG(414, "The address is too long", "The request's first line is longer than the server reads."),
    UNSUPPORTED_MEDIA_TYPE(415, "Not a media type of this operation", "The body's Content-Type is not accepted."),
    OFFSET_OUT_OF_RANGE(
            422,
            "Outside the log",
            "The position lies before the first or after the last offset of a partition. Nothing is clamped unless asked for."),
    NO_COMMIT(422, "Nothing is committed", "The position counts from a commit the group does not have."),
    NO_RECORD_AT_OR_AFTER(
            422, "No record at or after", "No record has a timestamp at or after the instant, or the log is empty."),
    UNPROCESSABLE(
            422, "Cannot be done as asked", "The request is well formed, but what it names does not fit the cluster."),
    PRECONDITION_REQUIRED(
            428, "A plan is required", "The cluster requires If-Match with the ETag of a dry run, and none was sent."),
    OVERLOADED(429, "Too many requests", "More requests are in progress than allowed; try again after Retry-After."),
    TOO_MANY_TRIES(
            429,
            "Too many wrong passwords",
            "Too many wrong passwords came from the caller's address, for this user or in total; the password was not checked. Try"
                    + " again after Retry-After."),
    HEADERS_TOO_LARGE(431, "The headers are too large", "The request's headers are larger than the server reads."),
    INTERNAL(500, "A defect in the service", "An unexpected failure in the service; its log has the details."),
    UNSUPPORTED_BY_CLUSTER(
            501,
            "The cluster cannot do this",
            "The brokers are too old, the feature is off, or Kafka has no call for it on this kind of group. The detail says"
                    + " which."),
    CLUSTER_UNAVAILABLE(503, "The cluster cannot be reached", "None of the brokers that are needed answers."),
    TIMEOUT(504, "The cluster did not answer in time", "It did not answer within its call timeout.");

    /** Where the catalogue is served. */
    public static final String CATALOGUE = "/api/v1/problems";

    private final int status;
    private final String title;
    private final String description;

    ProblemType(int status, String title, String description) {
        this.status = status;
        this.title = title;
        this.description = description;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public String description() {
        return description;
    }

    /** The name in links. */
    public String slug() {
        return WireNames.of(this);
    }

    /** The relative link that identifies the type in a problem. */
    public String link() {
        return CATALOGUE + "/" + slug();
    }

    public static Optional<ProblemType> ofSlug(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }
}
