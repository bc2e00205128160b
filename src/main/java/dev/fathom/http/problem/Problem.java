package dev.fathom.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An error as RFC 9457 problem. */
@Schema(description = "An error (RFC 9457, application/problem+json).")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        @Schema(
                description = "What kind of problem: a link into the catalogue, relative to this server.",
                examples = "/api/v1/problems/group-not-found",
                required = true)
        String type,

        @Schema(description = "The kind in words, the same for every problem of the type.", required = true)
        String title,

        @Schema(description = "The HTTP status code.", required = true)
        int status,

        @Schema(description = "This case: names, numbers, what to do.", required = true) @Nullable
        String detail,

        @Schema(description = "The path of the request.", required = true)
        String instance,

        @Schema(description = "The id of the request, as in X-Request-Id and in the service's log.", required = true)
        String requestId,

        @Schema(description = "Each place that is wrong, where the request is: the first 100.") @Nullable
        List<FieldError> errors,

        @Schema(description = "group-not-empty and topic-subscribed: the members that block the change.") @Nullable
        List<MemberRef> members,

        @Schema(description = "Changes that were refused: everything that blocks them.") @Nullable
        List<BlockerItem> blockers,

        @Schema(description = "plan-outdated: what has changed since the plan.") @Nullable
        List<PlanDifference> changes,

        @Schema(description = "Changes that failed: what came of each partition.") @Nullable
        List<MoveRow> partitions,

        @Schema(description = "Changes that failed or may have taken effect: path of the operation in the journal.")
        @Nullable
        String operation) {

    /** One wrong place in a request. */
    @Schema(description = "One wrong place in a request: a pointer into the body, or a parameter.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FieldError(
            @Schema(description = "JSON pointer into the body.") @Nullable
            String pointer,

            @Schema(description = "Name of the query or path parameter.") @Nullable
            String parameter,

            @Schema(description = "The topic it is about, where it is about one.") @Nullable
            String topic,

            @Schema(description = "The partition it is about, where it is about one.") @Nullable
            Integer partition,

            @Schema(description = "What is wrong and what would be right.", required = true) @Nullable
            String message) {

        public static FieldError parameter(String name, @Nullable String message) {
            return new FieldError(null, name, null, null, message);
        }

        public static FieldError pointer(String pointer, String message) {
            return new FieldError(pointer, null, null, null, message);
        }
    }

    /** What a problem may say beside its kind and its detail. */
    public record Extras(
            List<FieldError> errors,
            @Nullable List<MemberRef> members,
            @Nullable List<BlockerItem> blockers,
            @Nullable List<PlanDifference> changes,
            @Nullable List<MoveRow> partitions,
            @Nullable String operation) {

        public static final Extras NONE = new Extras(List.of(), null, null, null, null, null);

        public static Extras errors(List<FieldError> errors) {
            return new Extras(errors, null, null, null, null, null);
        }
    }

    public static Problem of(
            ProblemType type, @Nullable String detail, String instance, String requestId, Extras extras) {
        return new Problem(
                type.link(),
                type.title(),
                type.status(),
                detail,
                instance,
                requestId,
                extras.errors().isEmpty() ? null : extras.errors(),
                extras.members(),
                extras.blockers(),
                extras.changes(),
                extras.partitions(),
                extras.operation());
    }

    public static Problem of(
            ProblemType type, @Nullable String detail, String instance, String requestId, List<FieldError> errors) {
        return of(type, detail, instance, requestId, Extras.errors(errors));
    }
}
