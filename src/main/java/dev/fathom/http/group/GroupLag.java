package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.LagTotals;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a group is behind, in all and by topic. */
@Schema(description = "What a group is behind, in all and by topic. Unknown lags are left out and listed.")
public record GroupLag(
        @Schema(description = "The group.", required = true) String id,

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

        @Schema(description = "Partitions left out of the totals, each with its reason.", required = true)
        List<UnknownLag> unknown,

        @Schema(
                description = "How many partitions are left out of the totals, their lag being unknown.",
                required = true)
        int unknownCount,

        @Schema(description = "The same by reason; empty when every lag is known.", required = true)
        List<UnknownCount> unknownByStatus,

        @Schema(
                description =
                        "False where topics may be hidden from the service, so that the group may be further behind.",
                required = true)
        boolean complete,

        @Schema(description = "The same for each topic, in order.", required = true)
        List<TopicLag> topics,

        @Schema(description = "When the cluster was asked.", required = true)
        Instant observedAt) {

    public static GroupLag of(Snapshot<GroupOffsets> snapshot) {
        GroupOffsets offsets = snapshot.value();
        LagTotals totals = offsets.totals();
        return new GroupLag(
                offsets.group().id(),
                totals.total(),
                totals.effectiveTotal(),
                totals.upperBound(),
                totals.max().map(LagMax::of).orElse(null),
                totals.partitionsBehind(),
                totals.unknown().stream().map(UnknownLag::of).toList(),
                totals.unknown().size(),
                UnknownCount.of(totals),
                totals.complete(),
                offsets.byTopic().entrySet().stream()
                        .map(entry -> TopicLag.of(entry.getKey(), entry.getValue()))
                        .toList(),
                snapshot.observedAt());
    }
}
