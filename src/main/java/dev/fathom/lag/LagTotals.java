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
        Sum sum = new Sum();
        rows.forEach(sum::add);
        return sum.totals(allTopicsVisible);
    }

    /** Adds rows up, one at a time. */
    static final class Sum {
        private final Amount total = new Amount();
        private final Amount effective = new Amount();
        private final Amount upperBound = new Amount();
        private final Amount readable = new Amount();
        private @Nullable PartitionLag furthest;
        private long most;
        private int behind;
        private boolean hidden;
        private boolean untold;
        private final List<Unknown> unknown = new ArrayList<>();

        void add(PartitionLag row) {
            total.add(row.lag());
            effective.add(row.effectiveLag());
            upperBound.add(row.lagUpperBound());
            readable.add(row.readable());
            hidden |= row.status() == PartitionStatus.KAFKA_NOT_AUTHORIZED;
            untold |= row.lag() == null && row.lagUpperBound() != null;
            Long lag = row.behind();
            if (lag == null) {
                unknown.add(new Unknown(row.partition(), row.status()));
            } else {
                behind += lag > 0 ? 1 : 0;
                if (furthest == null || lag > most) {
                    furthest = row;
                    most = lag;
                }
            }
        }

        LagTotals totals(boolean allTopicsVisible) {
            return new LagTotals(
                    untold ? null : total.value(),
                    untold ? null : effective.value(),
                    upperBound.value(),
                    readable.value(),
                    Optional.ofNullable(furthest).map(row -> new Max(row.partition(), most)),
                    behind,
                    List.copyOf(unknown),
                    allTopicsVisible && !hidden);
        }
    }

    /** A sum that is unknown until something is added. */
    private static final class Amount {
        private long sum;
        private boolean known;

        void add(@Nullable Long more) {
            if (more != null) {
                sum += more;
                known = true;
            }
        }

        @Nullable
        Long value() {
            return known ? Long.valueOf(sum) : null;
        }
    }

    /** How far a group is behind: its total, or for share groups the upper bound; null when nothing is known. */
    public @Nullable Long behind() {
        return total != null ? total : upperBound;
    }
}
