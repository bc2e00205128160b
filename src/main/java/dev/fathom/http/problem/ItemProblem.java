package dev.fathom.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.ClusterException;
import dev.fathom.operation.Blocker;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What went wrong with one item of a list. */
@Schema(description = "What went wrong with one item of a list; the others are not affected.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ItemProblem(
        @Schema(
                description =
                        "The id or name of the item it belongs to; absent where it belongs to the list as a whole.")
        @Nullable
        String id,

        @Schema(description = "What kind of problem: a link into the catalogue.", required = true)
        String type,

        @Schema(description = "The kind in words.", required = true)
        String title,

        @Schema(description = "The status the item alone would have been answered with.", required = true)
        int status,

        @Schema(description = "This case: names, numbers, what to do.", required = true) @Nullable
        String detail) {

    public static ItemProblem of(@Nullable String id, ClusterException problem) {
        ProblemType type = Problems.typeOf(problem);
        return new ItemProblem(id, type.link(), type.title(), type.status(), problem.getMessage());
    }

    public static ItemProblem of(Blocker blocker) {
        ProblemType type = Problems.typeOf(blocker);
        return new ItemProblem(null, type.link(), type.title(), type.status(), blocker.detail());
    }

    /** Problems by the id they belong to, and problems of the list as a whole. */
    public static List<ItemProblem> of(Map<String, ClusterException> byId, List<ClusterException> ofAll) {
        return Stream.concat(
                        byId.entrySet().stream().map(entry -> of(entry.getKey(), entry.getValue())),
                        ofAll.stream().map(problem -> of(null, problem)))
                .toList();
    }
}
