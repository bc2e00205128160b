package dev.fathom.http.service;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.request.Links;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Every type of error. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Problems")
public class ProblemsResource {

    /** The whole catalogue. */
    @Schema(description = "The catalogue of problems, by status and name.")
    public record Catalogue(
            @Schema(description = "Its entries.", required = true)
            List<ProblemItem> items) {}

    @GET
    @Path("problems")
    @Needs(level = VIEWER)
    @Operation(
            operationId = "listProblems",
            summary = "List the problem catalogue",
            description = "Every type of error this service answers with, by status and name.")
    public Catalogue list() {
        return new Catalogue(Arrays.stream(ProblemType.values())
                .map(ProblemItem::of)
                .sorted(Comparator.comparingInt(ProblemItem::status).thenComparing(ProblemItem::slug))
                .toList());
    }

    @GET
    @Path("problems/{slug}")
    @Needs(level = VIEWER)
    @Answers(ProblemType.PROBLEM_NOT_FOUND)
    @Operation(
            operationId = "describeProblem",
            summary = "Describe a type of problem",
            description = "The entry that the type of a problem links to.")
    public ProblemItem describe(
            @Parameter(description = "The name of the type.", example = "group-not-found") @PathParam("slug")
                    String slug) {
        return ProblemType.ofSlug(slug)
                .map(ProblemItem::of)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.PROBLEM_NOT_FOUND, "The catalogue has no entry \"" + slug + "\"."));
    }
}
