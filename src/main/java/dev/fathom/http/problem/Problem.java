package dev.fathom.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

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

        @Schema(description = "This case: names, numbers, what to do.", required = true)
        String detail,

        @Schema(description = "The path of the request.", required = true)
        String instance,

        @Schema(description = "The id of the request, as in X-Request-Id and in the service's log.", required = true)
        String requestId,

        @Schema(description = "Validation problems only: each place that is wrong.")
        List<FieldError> errors) {

    /** One wrong place in a request. */
    @Schema(description = "One wrong place in a request: a pointer into the body, or a parameter.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FieldError(
            @Schema(description = "JSON pointer into the body.")
            String pointer,

            @Schema(description = "Name of the query or path parameter.")
            String parameter,

            @Schema(description = "What is wrong and what would be right.", required = true)
            String message) {

        public static FieldError parameter(String name, String message) {
            return new FieldError(null, name, message);
        }

        public static FieldError pointer(String pointer, String message) {
            return new FieldError(pointer, null, message);
        }
    }

    public static Problem of(
            ProblemType type, String detail, String instance, String requestId, List<FieldError> errors) {
        return new Problem(
                type.link(),
                type.title(),
                type.status(),
                detail,
                instance,
                requestId,
                errors.isEmpty() ? null : errors);
    }
}
