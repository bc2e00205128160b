package dev.fathom.pool.worker;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member's report on itself: shown, kept in the status topic for other replicas, and continued by its successor. Fields
 * without a value are null.
 *
 * @param replica the process it runs in
 * @param at when it was made
 * @param since when its state last changed
 * @param reason why, where it is not simply at work
 * @param partitions what it owns; of one that stopped what it owned last
 * @param left partitions it or its predecessor gave up lately: until the new owner reports, nobody else knows their commits
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection
public record MemberReport(
        String consumer,
        String uid,
        int slot,
        String replica,
        Instant at,
        long generation,
        MemberState state,
        Instant since,
        @Nullable String reason,
        @Nullable String memberId,
        List<PartitionReport> partitions,
        List<PartitionReport> left,
        Totals totals,
        @Nullable LastError lastError,
        List<Event> events) {

    public MemberReport {
        partitions = partitions == null ? List.of() : List.copyOf(partitions);
        left = left == null ? List.of() : List.copyOf(left);
        events = events == null ? List.of() : List.copyOf(events);
        totals = totals == null ? Totals.NONE : totals;
    }

    /** The same of other partitions. */
    public MemberReport withPartitions(List<PartitionReport> others) {
        return new MemberReport(
                consumer,
                uid,
                slot,
                replica,
                at,
                generation,
                state,
                since,
                reason,
                memberId,
                others,
                left,
                totals,
                lastError,
                events);
    }

    /**
     * One partition of a member.
     *
     * @param position where fetching goes on
     * @param lastOffset one past the last that could be fetched, as of its last fetch; so is {@code lag}
     * @param lag records between the two
     * @param oldestUndone timestamp of the oldest record it holds that is not done
     * @param at when this was so
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @RegisterForReflection
    public record PartitionReport(
            String topic,
            int partition,
            @Nullable String topicId,
            @Nullable Long position,
            @Nullable Long committed,
            @Nullable Long lastOffset,
            @Nullable Long lag,
            @Nullable Instant oldestUndone,
            Instant at) {

        /**
         * What is committed on a partition, and nothing else.
         *
         * @param committed null for nothing
         */
        public static PartitionReport committed(
                String topic, int partition, @Nullable String topicId, @Nullable Long committed, Instant at) {
            return new PartitionReport(topic, partition, topicId, null, committed, null, null, null, at);
        }

        /**
         * The same, with how old the oldest record is that it still has to do.
         *
         * @param since null while unknown
         */
        public PartitionReport waitingSince(@Nullable Instant since) {
            return new PartitionReport(topic, partition, topicId, position, committed, lastOffset, lag, since, at);
        }
    }

    @RegisterForReflection
    public record LastError(Instant at, String message) {}

    /** Something an operator may want to know. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @RegisterForReflection
    public record Event(Instant at, int slot, String type, String detail) {}

    @RegisterForReflection
    public record Errors(long poll, long commit, long sink, long deadLetter) {}

    /** Of a measure: absent where nothing was measured, or no source says. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    public record Spread(
            @Nullable Double avg,
            @Nullable Double min,
            @Nullable Double max) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    public record SpanSpread(
            @Nullable Duration avg,
            @Nullable Duration min,
            @Nullable Duration max) {}

    /** Counted since the slot first ran, by whichever replica, and gauges of now. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    public record Totals(
            long records,
            long bytes,
            long fetches,
            long connections,
            long rebalances,
            long emptyPolls,
            Errors errors,
            long delivered,
            long retried,
            long deadLettered,
            long skipped,
            long staleCompletions,
            int inFlight,
            int queueLength,
            @Nullable String breaker,
            @Nullable Instant lastDeliveryAt,
            @Nullable SpanSpread fetchLatency,
            @Nullable SpanSpread handlerLatency,
            @Nullable Spread recordsPerFetch,
            @Nullable Spread bytesPerFetch) {

        public static final Totals NONE = new Totals(
                0, 0, 0, 0, 0, 0, new Errors(0, 0, 0, 0), 0, 0, 0, 0, 0, 0, 0, null, null, null, null, null, null);
    }
}
