package dev.fathom.http.group;

import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.LagTotals;
import dev.fathom.lag.LagTotals.Unknown;
import dev.fathom.lag.PartitionStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many partitions have no lag for the same reason. */
@Schema(description = "How many partitions have no lag for the same reason.")
public record UnknownCount(
        @Schema(description = "Why.", required = true) @WordsOf(PartitionStatus.class)
        String status,

        @Schema(description = "How many partitions.", required = true)
        int partitions) {

    /** One for each reason there is. */
    static List<UnknownCount> of(LagTotals totals) {
        Map<PartitionStatus, Integer> counts = new EnumMap<>(PartitionStatus.class);
        for (Unknown unknown : totals.unknown()) {
            counts.merge(unknown.status(), 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> new UnknownCount(entry.getKey().wireName(), entry.getValue()))
                .toList();
    }
}
