package dev.fathom.progress;

import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far behind in time a group is: its partition with the longest time lag.
 *
 * @param partition empty when it is known of none
 * @param lag unknown when it is known of none
 * @param complete whether it is known of all
 */
public record LongestLag(Optional<TopicPartition> partition, TimeLag lag, boolean complete) {

    /** Of a group nobody has looked at. */
    public static final LongestLag UNKNOWN =
            new LongestLag(Optional.empty(), TimeLag.unknown(TimeLag.Reason.NOT_SAMPLED), false);

    /**
     * Since when its first unread record has been there, in ms; it does not change while nothing is read. {@link Long#MAX_VALUE}
     * where nothing is unread; empty when it is not known.
     *
     * @param now the moment the lag is of, in ms
     */
    public OptionalLong unreadSince(long now) {
        if (!lag.known()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                lag.duration().equals(Duration.ZERO)
                        ? Long.MAX_VALUE
                        : now - lag.duration().toMillis());
    }

    static LongestLag of(GroupReport report) {
        LongestLag longest = UNKNOWN;
        boolean complete = true;
        for (PartitionReport each : report.partitions()) {
            complete &= each.timeLag().known();
            longest = longest.or(each.partition(), each.timeLag());
        }
        return new LongestLag(
                longest.partition(), longest.lag(), complete && longest.lag().known());
    }

    private LongestLag or(TopicPartition other, TimeLag than) {
        boolean longer = than.known() && (!lag.known() || than.duration().compareTo(lag.duration()) > 0);
        return longer ? new LongestLag(Optional.of(other), than, complete) : this;
    }
}
