package dev.fathom.http.reset;

import dev.fathom.cluster.WireNames;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Problems;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import dev.fathom.reset.Cleanups;
import dev.fathom.reset.Cleanups.Candidate;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What became of each group that fits a cleanup. */
@Schema(description = "What became of each group that fits a cleanup.")
record CleanupAnswer(
        @Schema(description = "Whether this is a dry run: nothing was changed.", required = true)
        boolean dryRun,

        @Schema(description = "By id.", required = true) List<CleanupItem> items) {

    /** What becomes of one group. */
    @Schema(description = "What becomes of one group.")
    public record CleanupItem(
            @Schema(description = "The group.", required = true)
            String group,

            @Schema(description = "What becomes of it.", required = true) @WordsOf(Outcome.class)
            String outcome,

            @Schema(description = "Why it is left alone.") @WordsOf(Cleanups.Left.class) @Nullable
            String skipped,

            @Schema(description = "Since when the service has seen it without members and with these commits.")
            @Nullable
            Instant unchangedSince,

            @Schema(description = "Path of the deletion in the journal.") @Nullable
            String operation,

            @Schema(description = "Why it could not be deleted; in a dry run, why it could not be.") @Nullable
            ItemProblem problem) {

        static CleanupItem of(Candidate candidate, boolean dryRun) {
            return new CleanupItem(
                    candidate.group().id(),
                    WireNames.of(outcome(candidate, dryRun)),
                    candidate.left().map(WireNames::of).orElse(null),
                    candidate.unchangedSince().orElse(null),
                    candidate.operation().map(Links::operation).orElse(null),
                    candidate.problem().map(CleanupItem::problem).orElse(null));
        }

        /** What becomes of a group. */
        enum Outcome {
            PLANNED,
            DELETED,
            SKIPPED,
            FAILED
        }

        private static Outcome outcome(Candidate candidate, boolean dryRun) {
            if (candidate.left().isPresent()) {
                return Outcome.SKIPPED;
            }
            return candidate.problem().isPresent() ? Outcome.FAILED : dryRun ? Outcome.PLANNED : Outcome.DELETED;
        }

        private static ItemProblem problem(RuntimeException failure) {
            ProblemType type = Problems.typeOfChange(failure);
            // What a defect says is for the log.
            String detail = type == ProblemType.INTERNAL ? type.description() : failure.getMessage();
            return new ItemProblem(null, type.link(), type.title(), type.status(), detail);
        }
    }

    static CleanupAnswer of(List<Candidate> candidates, boolean dryRun) {
        return new CleanupAnswer(
                dryRun,
                candidates.stream()
                        .map(candidate -> CleanupItem.of(candidate, dryRun))
                        .toList());
    }
}
