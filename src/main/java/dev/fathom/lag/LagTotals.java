package dev.fathom.lag;

import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What rows add up to. Unknown lags are left out and listed; a total over nothing known is null, not 0.
 *
 * @param total records behind, in offsets; null for a share group with a partition whose lag the brokers do not tell
 * @param effectiveTotal the most of them that can still be read
 * @param upperBound share groups only: the sum of the upper bounds
 * @param readable what of the total, or of a share group's upper bound, can still be read at most
 * @param max the partition furthest behind
 * @param partitionsBehind how many partitions have a lag above 0
 * @param unknown the partitions without a number, each with its reason
 * @param complete false where topics may be hidden from the service, so that the group may be further behind
 */
public record LagTotals(
        @Nullable Long total,
        @Nullable Long effectiveTotal,
        @Nullable Long upperBound,
        @Nullable Long readable,
        Optional<Max> max,
        int partitionsBehind,
        List<Unknown> unknown,
        boolean complete) {

    public record Max(TopicPartition partition, long lag) {}

    /** A partition without a number. */
    public record Unknown(TopicPartition partition, PartitionStatus status) {}

    static LagTotals of(List<PartitionLag> rows, boolean allTopicsVisible) {
        Long total = null;
        Long effective = null;
        Long upperBound = null;
        Long readable = null;
        Max max = null;
        int behind = 0;
        boolean hidden = false;
        boolean untold = false;
        List<Unknown> unknown = new ArrayList<>();
        for (PartitionLag row : rows) {
            total = sum(total, row.lag());
            effective = sum(effective, row.effectiveLag());
            upperBound = sum(upperBound, row.lagUpperBound());
            readable = sum(readable, row.readable());
            hidden |= row.status() == PartitionStatus.KAFKA_NOT_AUTHORIZED;
            untold |= row.lag() == null && row.lagUpperBound() != null;
            Long lag = row.behind();
            if (lag == null) {
                unknown.add(new Unknown(row.partition(), row.status()));
            } else {
                behind += lag > 0 ? 1 : 0;
                max = max == null || lag > max.lag() ? new Max(row.partition(), lag) : max;
            }
        }
        return new LagTotals(
                untold ? null : total,
                untold ? null : effective,
                upperBound,
                readable,
                Optional.ofNullable(max),
                behind,
                List.copyOf(unknown),
                allTopicsVisible && !hidden);
    }

    private static @Nullable Long sum(@Nullable Long total, @Nullable Long more) {
        if (more == null) {
            return total;
        }
        return total == null ? more : Long.valueOf(total + more);
    }

    /** How far a group is behind: its total, or for share groups the upper bound; null when nothing is known. */
    public @Nullable Long behind() {
        return total != null ? total : upperBound;
    }
}
