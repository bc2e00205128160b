package dev.fathom.progress;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * When a commit moved, where to, and where the log ended then: the last so many times. Members commit in steps, so what a group
 * does between two looks says little, and what it did between two commits all there is to know.
 */
final class Changes {

    static final int LEAST_CAPACITY = 6;
    static final int MOST_CAPACITY = 32;

    /** So many gaps make it known how often a member commits. */
    private static final int GAPS_TO_LEARN = 4;

    private static final int UNMEASURED = -1;
    private static final int FIELDS = 3;
    private static final int BYTES_EACH = 8 * FIELDS + 4;
    private static final int HEADERS = 80;

    /** Of each its tick and gap in one, the commit, and the end. */
    private final long[] ring;

    /** Of each when the look before began, which still showed the commit before. */
    private final int[] lookedBefore;

    private int oldest;
    private int size;
    /** What stood before the oldest, and the look that first showed it. */
    private long earlierCommit = Look.UNKNOWN;

    private int earlierTick = Ticks.NEVER;

    Changes(int capacity) {
        this.ring = new long[FIELDS * capacity];
        this.lookedBefore = new int[capacity];
    }

    /** @param commit what stands before the first change, as the look at {@code tick} first showed */
    Changes after(long commit, int tick) {
        earlierCommit = commit;
        earlierTick = tick;
        return this;
    }

    /**
     * @param gap for how long before there was something to read and the commit stood; negative when that is not known
     */
    void add(int tick, long commit, long end, int gap) {
        add(tick, commit, end, gap, Ticks.NEVER);
    }

    /**
     * @param gap for how long before there was something to read and the commit stood; negative when that is not known
     * @param lookBefore when the look before began, which did not show it yet
     */
    void add(int tick, long commit, long end, int gap, int lookBefore) {
        int capacity = capacity();
        int place = (oldest + size) % capacity;
        int at = place * FIELDS;
        if (size == capacity) {
            earlierCommit = commit(0);
            earlierTick = tick(0);
            oldest = (oldest + 1) % capacity;
        } else {
            size++;
        }
        lookedBefore[place] = lookBefore;
        ring[at] = ((long) tick << Integer.SIZE) | ((gap < 0 ? UNMEASURED : gap) & 0xffffffffL);
        ring[at + 1] = commit;
        ring[at + 2] = end;
    }

    /** The same with room for more or fewer. */
    Changes resized(int capacity) {
        Changes other = new Changes(capacity);
        other.after(earlierCommit, earlierTick);
        for (int i = 0; i < size; i++) {
            other.add(tick(i), commit(i), end(i), gap(i), lookBefore(i));
        }
        return other;
    }

    /** When the look before a change began; {@link Ticks#NEVER} when that is not known. */
    private int lookBefore(int i) {
        return lookedBefore[(oldest + i) % capacity()];
    }

    /**
     * Where the commit was at a moment; empty where no look before it, or none after it, is remembered. What a look showed was so at
     * some moment between its beginning, which is what looks before are kept by, and its end, which is what changes are kept by.
     *
     * @param next what stood after the last change; {@link Look#UNKNOWN} where no look showed it since
     */
    Optional<Seen> at(int tick, long next) {
        int i = size - 1;
        while (i >= 0 && tick(i) >= tick) {
            i--;
        }
        long commit = i >= 0 ? commit(i) : earlierCommit;
        int since = i >= 0 ? tick(i) : earlierTick;
        if (commit == Look.UNKNOWN || since >= tick || i == size - 1) {
            return Optional.empty();
        }
        int before = lookBefore(i + 1);
        if (tick < before) {
            return Optional.of(new Seen(commit, commit, since, before));
        }
        long after = i + 2 < size ? commit(i + 2) : next;
        if (after == Look.UNKNOWN) {
            return Optional.empty();
        }
        long change = commit(i + 1);
        return Optional.of(new Seen(
                Math.min(commit, Math.min(change, after)),
                Math.max(commit, Math.max(change, after)),
                Math.max(since, before),
                tick(i + 1)));
    }

    int capacity() {
        return ring.length / FIELDS;
    }

    int size() {
        return size;
    }

    private int index(int i) {
        return (oldest + i) % capacity() * FIELDS;
    }

    /** Oldest first. */
    int tick(int i) {
        return (int) (ring[index(i)] >> Integer.SIZE);
    }

    private int gap(int i) {
        return (int) ring[index(i)];
    }

    long commit(int i) {
        return ring[index(i) + 1];
    }

    long end(int i) {
        return ring[index(i) + 2];
    }

    long lag(int i) {
        return end(i) - commit(i);
    }

    /** The first of those at or after a moment; {@link #size} when there is none. */
    int since(int tick) {
        int i = 0;
        while (i < size && tick(i) < tick) {
            i++;
        }
        return i;
    }

    /** The gap between two commits that 95 of 100 do not exceed while something is readable; empty while too few were seen. */
    OptionalInt usualGap() {
        int[] known = new int[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (gap(i) != UNMEASURED) {
                known[count++] = gap(i);
            }
        }
        if (count < GAPS_TO_LEARN) {
            return OptionalInt.empty();
        }
        Arrays.sort(known, 0, count);
        return OptionalInt.of(known[(int) Math.ceil(0.95 * count) - 1]);
    }

    long bytes() {
        return HEADERS + (long) BYTES_EACH * capacity();
    }

    /** How many fit, 0 where too few would. */
    static int capacityFor(long bytes) {
        int fitting = (int) Math.min(MOST_CAPACITY, (bytes - HEADERS) / BYTES_EACH);
        return fitting < LEAST_CAPACITY ? 0 : fitting;
    }
}
