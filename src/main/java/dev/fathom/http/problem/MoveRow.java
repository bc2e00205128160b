package dev.fathom.http.problem;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.WireNames;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Result;
import dev.fathom.reset.PlanRow;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a plan does to one partition, and what came of it. */
@Schema(description = "What a plan does to one partition, and what came of it.")
public record MoveRow(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition's number.", required = true)
        int partition,

        @Schema(description = "What is, or was, committed; absent for nothing.") @Nullable
        CommitItem from,

        @Schema(description = "What is to be, or was, committed; absent for nothing.") @Nullable
        CommitItem to,

        @Schema(description = "The position asked for, in its notation.") @Nullable
        String position,

        @Schema(description = "The log start; null when unknown.", nullable = true) @Nullable
        Long firstOffset,

        @Schema(description = "The high watermark; null when unknown.", nullable = true) @Nullable
        Long lastOffset,

        @Schema(description = "How far the commit moves, in offsets; negative for back.") @Nullable
        Long delta,

        @Schema(description = "Offsets that will be read again.") @Nullable
        Long replayed,

        @Schema(description = "Offsets that will never be read.") @Nullable
        Long skipped,

        @Schema(description = "What the caller should know about the row.") @WordsOf(PlanRow.Note.class) @Nullable
        String note,

        @Schema(
                description =
                        "unknown: timed out, and what was read back does not show it; it is never retried automatically.",
                required = true)
        @WordsOf(MoveOutcome.class)
        String outcome,

        @Schema(description = "Whether the commit was read back as it was to be; absent where nothing was written.")
        @Nullable
        Boolean verified,

        @Schema(description = "What blocks the row, or went wrong.")
        ItemProblem problem,

        @Schema(
                description =
                        "What makes the target one to look at twice: a record there that is dated in the future, or an offset"
                                + " beyond the end that reads like a time.")
        @Nullable
        String warning,

        @Schema(
                description =
                        "With committed-at: what is known of the commit at that moment, and how surely; absent otherwise.")
        @Nullable
        PastItem committedAt) {

    public static MoveRow of(PlanRow row, Optional<Result> result) {
        Optional<Result.Row> came =
                result.flatMap(r -> Optional.ofNullable(r.rows().get(row.partition())));
        return new MoveRow(
                row.partition().topic(),
                row.partition().partition(),
                CommitItem.of(row.from()),
                CommitItem.of(row.to(), row.timestamp()),
                row.position().map(Object::toString).orElse(null),
                row.first().orElse(null),
                row.last().orElse(null),
                row.delta().orElse(null),
                row.replayed().orElse(null),
                row.skipped().orElse(null),
                row.note().map(WireNames::of).orElse(null),
                WireNames.of(MoveOutcome.of(row, came)),
                came.map(Result.Row::verified).orElse(null),
                problem(row, came),
                row.warning().orElse(null),
                PastItem.of(row.past()));
    }

    private static ItemProblem problem(PlanRow row, Optional<Result.Row> came) {
        Optional<ClusterException> failure =
                came.flatMap(Result.Row::problem).filter(p -> came.get().fate() != Result.Fate.APPLIED);
        return failure.map(problem -> ItemProblem.of(null, problem))
                .orElseGet(() -> row.problem().map(ItemProblem::of).orElse(null));
    }
}
