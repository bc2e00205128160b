package dev.fathom.http.service;

import dev.fathom.http.problem.ProblemType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An entry of the problem catalogue. */
@Schema(description = "An entry of the problem catalogue.")
public record ProblemItem(
        @Schema(description = "Its name.", required = true) String slug,

        @Schema(description = "The link problems of this type carry.", required = true)
        String type,

        @Schema(description = "The type in words.", required = true)
        String title,

        @Schema(description = "The HTTP status code.", required = true)
        int status,

        @Schema(description = "When it happens and what it means.", required = true)
        String description) {

    public static ProblemItem of(ProblemType type) {
        return new ProblemItem(type.slug(), type.link(), type.title(), type.status(), type.description());
    }
}
