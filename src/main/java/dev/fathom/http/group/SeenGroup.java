package dev.fathom.http.group;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.lag.PartitionLag;
import dev.fathom.progress.GroupProgress;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.PartitionReport;
import dev.fathom.progress.TimeLag;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a group from looking at it again and again, beside what was just measured of it: of the partitions that the
 * caller may see.
 */
public final class SeenGroup {

    private final Optional<GroupProgress> progress;
    private final Optional<GroupReport> report;
    private final TimeLag.Reason otherwise;
    private final Instant observedAt;
    private final Map<TopicPartition, PartitionReport> partitions = new HashMap<>();

    /**
     * @param otherwise why nothing is known where nothing is
     * @param observedAt when rows were measured
     */
    SeenGroup(
            Optional<GroupProgress> progress,
            Optional<GroupReport> report,
            TimeLag.Reason otherwise,
            Instant observedAt) {
        this.progress = progress;
        this.report = report;
        this.otherwise = otherwise;
        this.observedAt = observedAt;
        report.ifPresent(of -> of.partitions().forEach(partition -> partitions.put(partition.partition(), partition)));
    }

    public Optional<GroupReport> report() {
        return report;
    }

    Optional<PartitionReport> of(PartitionLag row) {
        return Optional.ofNullable(partitions.get(row.partition()));
    }

    TimeLag timeLag(PartitionLag row) {
        if (otherwise == TimeLag.Reason.NO_COMMITS_IN_SHARE_GROUPS) {
            return TimeLag.unknown(otherwise);
        }
        if (row.committed().isEmpty()) {
            return TimeLag.unknown(TimeLag.Reason.NO_COMMIT);
        }
        Optional<TimeLag.Place> place = place(row);
        if (place.isEmpty()) {
            return TimeLag.unknown(TimeLag.Reason.LOG_UNKNOWN);
        }
        return progress.map(of -> of.timeLag(row.partition(), place.get(), observedAt.toEpochMilli()))
                .orElseGet(() -> {
                    TimeLag unseen = TimeLag.unseen(place.get());
                    return unseen.reason() == TimeLag.Reason.NOT_SAMPLED ? TimeLag.unknown(otherwise) : unseen;
                });
    }

    Optional<Duration> recordAge(PartitionLag row) {
        return place(row)
                .flatMap(place ->
                        progress.flatMap(of -> of.recordAge(row.partition(), place, observedAt.toEpochMilli())));
    }

    /** Where the group is; the end is that which the row's lag was measured to. Empty where the log is not known. */
    static Optional<TimeLag.Place> place(PartitionLag row) {
        if (row.committed().isEmpty() || row.firstOffset() == null || row.lastOffset() == null) {
            return Optional.empty();
        }
        Commit commit = row.committed().get();
        long end = row.lag() == null ? row.lastOffset() : commit.offset() + row.lag();
        return Optional.of(new TimeLag.Place(commit.offset(), row.firstOffset(), end));
    }

    public VerdictItem verdict() {
        return report.map(VerdictItem::of).orElseGet(() -> VerdictItem.unknown(SeenGroups.because(otherwise)));
    }
}
