package dev.fathom.kafka;

import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.kafka.OffsetsRecords.OfCommit;
import dev.fathom.kafka.OffsetsRecords.Said;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one group had committed at a moment, folded out of the log its commits are kept in, record by record in the order of the
 * log. Keeps a few numbers for each partition of the group, however much is read.
 *
 * <p><b>What stood.</b> A plain commit or deletion takes effect where it lies, one of a transaction where the marker lies that
 * commits it. Of those in effect the one that lies furthest in the log stands, as the brokers have it: a commit of a transaction
 * does not replace one written after it, and a deletion takes away the pending ones before it.
 *
 * <p><b>What compaction leaves.</b> A pass removes a record only where a later one of its key lies in the part it cleans, and from
 * the oldest segment on. So of each key there is always an unbroken row of its last records left, and nothing is missing
 * <em>between</em> two of them; deletions that have had their time go only when nothing of the key is before them, and markers
 * only once nothing of their transaction is left. Therefore: where any record that is left was in effect at the moment, the
 * answer is exact; where none was, what stood may be gone, and nothing is known unless no offset at all is missing before the
 * first that is left.
 *
 * <p><b>Whose clock.</b> The time of the record, and of the marker: the broker stamps both when it writes them, in the order of the
 * log, and deletions and markers have no other. The {@code commitTimestamp} within a value is when the request came, a moment
 * before; clients before 0.9 wrote into it what they liked. Where brokers' clocks went back from one record of a partition to
 * the next, all that may have stood at the moment is told as an interval, as long as the records that show it are left.
 */
final class CommitFold {

    /** What {@link #saw} takes for a record of no transaction. */
    static final long NO_PRODUCER = -1;

    private final String group;
    private final long at;
    private final Map<TopicPartition, Standing> standings = new HashMap<>();
    private final Map<Long, Map<OfCommit, Pending>> open = new HashMap<>();
    private long expected;
    private long firstMissing = Long.MAX_VALUE;

    /**
     * @param at the moment, to the millisecond; what took effect within it stood at it
     * @param from the offset reading begins at: what lies before it is missing
     */
    CommitFold(String group, Instant at, long from) {
        this.group = group;
        this.at = at.toEpochMilli();
        until(from);
    }

    private record Pending(long offset, Said value) {}

    private record State(long offset, long time, Said value) {}

    /** What may have stood, where clocks went back. */
    private static final class Doubt {
        private long least = Long.MAX_VALUE;
        private long most = -1;
        private long from = Long.MAX_VALUE;
        private long until = Long.MIN_VALUE;
        private boolean boundless;

        private void add(@Nullable State state) {
            if (state == null || !(state.value() instanceof Said.Committed committed)) {
                boundless = true;
                return;
            }
            least = Math.min(least, committed.commit().offset());
            most = Math.max(most, committed.commit().offset());
            from = Math.min(from, state.time());
            until = Math.max(until, state.time());
        }
    }

    private static final class Standing {
        private final short keyVersion;
        private final long firstSeen;
        private boolean mixedKeys;
        private @Nullable State stood;
        private @Nullable State current;
        /** All that took effect after the moment, until something did before it. */
        private @Nullable Doubt later;

        private @Nullable Doubt doubt;

        private Standing(short keyVersion, long firstSeen) {
            this.keyVersion = keyVersion;
            this.firstSeen = firstSeen;
        }

        private void effect(State next, long at) {
            if (current != null && current.offset() > next.offset()) {
                return;
            }
            current = next;
            if (next.time() > at) {
                if (later == null) {
                    later = new Doubt();
                }
                later.add(next);
            } else if (later == null && doubt == null) {
                stood = next;
            } else {
                clockWentBack(next);
            }
        }

        private void clockWentBack(State next) {
            Doubt all = doubt;
            if (all == null) {
                all = new Doubt();
                all.add(stood);
                doubt = all;
            }
            if (later != null) {
                all.least = Math.min(all.least, later.least);
                all.most = Math.max(all.most, later.most);
                all.until = Math.max(all.until, later.until);
                all.boundless |= later.boundless;
                later = null;
            }
            all.add(next);
        }
    }

    /** Takes note of an offset that there is a record at, of whatever kind: those never told of are missing. */
    void there(long offset) {
        until(offset);
        expected = Math.max(expected, offset + 1);
    }

    /** Takes note that there is nothing more before an offset. */
    void until(long offset) {
        if (offset > expected) {
            firstMissing = Math.min(firstMissing, expected);
            expected = offset;
        }
    }

    /**
     * Takes in a commit or a deletion.
     *
     * @param time in ms
     * @param producer of the transaction it belongs to; {@link #NO_PRODUCER} for none
     */
    void saw(long offset, long time, long producer, OfCommit key, Said value) {
        if (!key.group().equals(group)) {
            return;
        }
        Standing standing = standings.computeIfAbsent(key.partition(), p -> new Standing(key.version(), offset));
        standing.mixedKeys |= standing.keyVersion != key.version();
        if (producer == NO_PRODUCER) {
            standing.effect(new State(offset, time, value), at);
        } else {
            open.computeIfAbsent(producer, p -> new HashMap<>()).put(key, new Pending(offset, value));
        }
    }

    /** Takes in the marker that ends the transaction a producer has open. */
    void ended(long time, long producer, boolean committed) {
        Map<OfCommit, Pending> pending = open.remove(producer);
        if (pending != null && committed) {
            pending.forEach((key, kept) -> {
                Standing standing = standings.get(key.partition());
                if (standing != null) {
                    standing.effect(new State(kept.offset(), time, kept.value()), at);
                }
            });
        }
    }

    /** What stood on a partition, from what was taken in. */
    PastCommit of(TopicPartition partition) {
        Standing standing = standings.get(partition);
        if (standing == null || (standing.stood == null && standing.doubt == null)) {
            long first = standing == null ? expected : standing.firstSeen;
            return firstMissing >= first ? new PastCommit.Nothing() : new PastCommit.Unknown(GONE);
        }
        if (standing.mixedKeys) {
            return new PastCommit.Unknown(
                    "its commits are kept under keys of two versions, which the brokers compact apart");
        }
        Doubt doubt = standing.doubt;
        if (doubt != null) {
            return doubt.boundless
                    ? new PastCommit.Unknown(
                            "the clocks of the brokers went back at that moment, and something without an offset may have stood")
                    : new PastCommit.Between(
                            doubt.least,
                            doubt.most,
                            Instant.ofEpochMilli(doubt.from),
                            Instant.ofEpochMilli(doubt.until));
        }
        return told(standing.stood);
    }

    static final String GONE = "nothing is left from at or before that moment: the brokers keep the last commit on each"
            + " partition, and older ones only until their log is compacted";

    private static PastCommit told(@Nullable State stood) {
        if (stood == null) {
            return new PastCommit.Unknown(GONE);
        }
        if (stood.value() instanceof Said.Committed committed) {
            return new PastCommit.Stood(committed.commit(), Instant.ofEpochMilli(stood.time()));
        }
        return stood.value() instanceof Said.Unreadable unreadable
                ? new PastCommit.Unknown("the commit cannot be read: it " + unreadable.why())
                : new PastCommit.Nothing();
    }
}
