package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.answer.OfTheMoment;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.LagTotals;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.TimeLag;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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

        @Schema(description = "How far behind in time it is.")
        GroupTimeLag timeLag,

        @Schema(
                description =
                        "Offsets a second its commits move by, between commits, over the last minute or three of the usual times"
                                + " between two; absent when it is not known of any partition.")
        @Nullable
        Double consumeRate,

        @Schema(description = "Offsets a second written meanwhile to the logs it reads; absent like consumeRate.")
        @Nullable
        Double produceRate,

        @Schema(
                description =
                        "When everything will be read; absent when nothing is unread, when it is not known, and when it may never be.")
        @Nullable
        CatchUpItem catchUpEta,

        @Schema(description = "What is the matter with it: the worst of its partitions.")
        VerdictItem verdict,

        @Schema(description = "How many partitions have which verdict, worst first; absent while nobody has looked.")
        @Nullable
        List<VerdictCounts> verdicts,

        @Schema(description = "When the cluster was asked.", required = true)
        Instant observedAt)
        implements OfTheMoment {

    static GroupLag of(Snapshot<GroupOffsets> snapshot, SeenGroup seen) {
        GroupOffsets offsets = snapshot.value();
        LagTotals totals = offsets.totals();
        Map<TopicPartition, TimeLag> timeLags = new LinkedHashMap<>();
        offsets.rows().forEach(row -> timeLags.put(row.partition(), seen.timeLag(row)));
        Optional<GroupReport> report = seen.report();
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
                GroupTimeLag.of(timeLags),
                report.map(GroupReport::consumed).map(GroupLag::orNull).orElse(null),
                report.map(GroupReport::produced).map(GroupLag::orNull).orElse(null),
                report.flatMap(GroupReport::catchUp).map(CatchUpItem::of).orElse(null),
                seen.verdict(),
                report.map(of -> VerdictCounts.of(of.counts())).orElse(null),
                snapshot.observedAt());
    }

    private static @Nullable Double orNull(OptionalDouble rate) {
        return rate.isPresent() ? Double.valueOf(Math.round(rate.getAsDouble() * 1000) / 1000.0) : null;
    }
}
