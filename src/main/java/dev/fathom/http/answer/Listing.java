package dev.fathom.http.answer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.http.problem.ItemProblem;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A list as every operation answers it. */
@Schema(description = "A sorted list, or a page of one.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Listing<T>(
        @Schema(description = "The items, sorted.", required = true)
        List<T> items,

        @Schema(description = "Where in the whole list they are; absent where a list is never paged.") @Nullable
        PageInfo page,

        @Schema(description = "What went wrong with single items, which are then not among the items.", required = true)
        List<ItemProblem> problems,

        @Schema(
                description =
                        "A group's offsets: false where topics may be hidden from the service, so that rows may be missing."
                                + " Parked records: false where older records of the topic were not looked at. Absent in"
                                + " other lists.")
        @Nullable
        Boolean complete,

        @Schema(
                description =
                        "When the cluster was asked; a shared answer may be as old as the snapshot's time to live.",
                required = true)
        Instant observedAt) {

    public Listing(List<T> items, @Nullable PageInfo page, List<ItemProblem> problems, Instant observedAt) {
        this(items, page, problems, null, observedAt);
    }

    /** The same, with whether it has every item there is. */
    public Listing<T> complete(boolean whole) {
        return new Listing<>(items, page, problems, whole, observedAt);
    }
}
