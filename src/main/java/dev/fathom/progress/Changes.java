package dev.fathom.progress;

import java.util.Arrays;
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
    private static final int BYTES_EACH = 8 * FIELDS;
    private static final int HEADERS = 40;

    /** Of each its tick and gap in one, the commit, and the end. */
    private final long[] ring;

    private int oldest;
    private int size;

    Changes(int capacity) {
        this.ring = new long[FIELDS * capacity];
    }

    /**
     * @param gap for how long before there was something to read and the commit stood; negative when that is not known
     */
    void add(int tick, long commit, long end, int gap) {
        int capacity = capacity();
        int at = (oldest + size) % capacity * FIELDS;
        if (size == capacity) {
            oldest = (oldest + 1) % capacity;
        } else {
            size++;
        }
        ring[at] = ((long) tick << Integer.SIZE) | ((gap < 0 ? UNMEASURED : gap) & 0xffffffffL);
        ring[at + 1] = commit;
        ring[at + 2] = end;
    }

    /** The same with room for more or fewer. */
    Changes resized(int capacity) {
        Changes other = new Changes(capacity);
        for (int i = Math.max(0, size - capacity); i < size; i++) {
            other.add(tick(i), commit(i), end(i), gap(i));
        }
        return other;
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
        return HEADERS + 8L * ring.length;
    }

    /** How many fit, 0 where too few would. */
    static int capacityFor(long bytes) {
        int fitting = (int) Math.min(MOST_CAPACITY, (bytes - HEADERS) / BYTES_EACH);
        return fitting < LEAST_CAPACITY ? 0 : fitting;
    }
}
