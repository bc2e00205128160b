package dev.fathom.http.reset;

import dev.fathom.http.problem.MoveRow;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A plan in numbers. */
@Schema(description = "A plan in numbers. Sums leave out what is unknown; a sum over nothing known is null.")
public record MoveTotals(
        @Schema(description = "All rows.", required = true) int partitions,

        @Schema(description = "Rows that move, or moved.", required = true)
        int moved,

        @Schema(description = "Rows that are there already.", required = true)
        int unchanged,

        @Schema(description = "Rows left alone, as asked.", required = true)
        int left,

        @Schema(
                description = "Rows that cannot be moved, were not moved, or whose outcome is unknown.",
                required = true)
        int failed,

        @Schema(description = "Offsets that will be read again.") @Nullable
        Long replayed,

        @Schema(description = "Offsets that will never be read.") @Nullable
        Long skipped) {

    static MoveTotals of(List<MoveRow> rows) {
        return new MoveTotals(
                rows.size(),
                count(rows, "planned") + count(rows, "applied"),
                count(rows, "unchanged"),
                count(rows, "skipped"),
                count(rows, "failed") + count(rows, "unknown"),
                sum(rows, MoveRow::replayed),
                sum(rows, MoveRow::skipped));
    }

    private static int count(List<MoveRow> rows, String outcome) {
        return (int) rows.stream().filter(row -> row.outcome().equals(outcome)).count();
    }

    private static @Nullable Long sum(List<MoveRow> rows, Function<MoveRow, Long> number) {
        return rows.stream()
                .map(number)
                .filter(Objects::nonNull)
                .reduce(Long::sum)
                .orElse(null);
    }
}
