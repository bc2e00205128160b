package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.lag.LagTotals;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a group is behind, in totals. */
@Schema(description = "What a group is behind, in totals. Unknown lags are left out and counted.")
public record LagSummary(
        @Schema(
                description =
                        "Last offsets minus commits, summed, in offsets: compaction, markers and aborted transactions make it an upper bound of records. In share groups the records that are not done, as the brokers (4.2 and later) count them. Null when nothing is known.")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Long total,

        @Schema(
                description =
                        "The most of the total that can still be read: without what the logs no longer hold; compaction, markers"
                                + " and aborted transactions make it an upper bound of records.")
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Long effectiveTotal,

        @Schema(
                description =
                        "Share groups only: last offsets minus start offsets, summed; records in flight and done count too.")
        @Nullable
        Long lagUpperBound,

        @Schema(description = "The partition furthest behind; absent when nothing is known.") @Nullable
        LagMax max,

        @Schema(description = "How many partitions have a lag above 0.", required = true)
        int partitionsBehind,

        @Schema(description = "The first 10 partitions left out of the totals, each with its reason.", required = true)
        List<UnknownLag> unknown,

        @Schema(
                description = "How many partitions are left out of the totals, their lag being unknown.",
                required = true)
        int unknownCount,

        @Schema(description = "The same by reason; empty when every lag is known.", required = true)
        List<UnknownCount> unknownByStatus,

        @Schema(
                description =
                        "Path of the group's rows with these reasons, every one of them; absent when every lag is known.")
        @Nullable
        String unknownRows,

        @Schema(
                description =
                        "False where topics may be hidden from the service, so that the group may be further behind.",
                required = true)
        boolean complete) {

    private static final int SHOWN = 10;

    /** @param group path of the group */
    public static LagSummary of(String group, LagTotals totals) {
        List<UnknownCount> counts = UnknownCount.of(totals);
        return new LagSummary(
                totals.total(),
                totals.effectiveTotal(),
                totals.upperBound(),
                totals.max().map(LagMax::of).orElse(null),
                totals.partitionsBehind(),
                totals.unknown().stream().limit(SHOWN).map(UnknownLag::of).toList(),
                totals.unknown().size(),
                counts,
                counts.isEmpty() ? null : rows(group, counts),
                totals.complete());
    }

    private static String rows(String group, List<UnknownCount> counts) {
        return counts.stream()
                .map(UnknownCount::status)
                .collect(Collectors.joining(",", group + "/offsets?status=", ""));
    }
}
