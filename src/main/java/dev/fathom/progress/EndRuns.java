package dev.fathom.progress;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Where a log ended at each look, as runs of looks that found the same end: an idle log is one run, however long.
 *
 * <p>A look takes a while: the end it found was read at some moment between asking and having the answer. So a run was first
 * seen when its first look was <em>answered</em> (what lies before the end had arrived by then) and last seen when its last look
 * was <em>asked</em> (what lies after it had not arrived yet). With this a record's arrival is bracketed whatever happened
 * between the looks: nothing is interpolated, so nothing has to be even.
 *
 * <p>Where there is no room for another run, the one whose absence widens a bracket least, measured by how long ago it was, is
 * left out; the oldest stays. So what is old is known more coarsely, and never wrongly.
 */
final class EndRuns {

    static final int LEAST_CAPACITY = 4;

    private static final int FIELDS = 3;
    private static final int END = 0;
    private static final int FIRST_SEEN = 1;
    private static final int LAST_SEEN = 2;
    private static final int HEADERS = 40;

    /** Of each run its end, when it was first and when it was last seen. */
    private long[] runs = new long[FIELDS];

    private int size;

    /**
     * When a record arrived.
     *
     * @param after it was not there yet; empty when it was there at the first look
     * @param before it was there; empty when it is not there at all, as far as was seen
     */
    record Bracket(OptionalLong after, OptionalLong before) {}

    /** Takes a look into account. True when the log was cut: its end went down, and what was seen before counts no more. */
    boolean saw(long end, long asked, long answered, int capacity) {
        if (size > 0 && asked < at(size - 1, LAST_SEEN)) {
            return false;
        }
        boolean cut = size > 0 && end < at(size - 1, END);
        if (cut) {
            size = 0;
        }
        if (size > 0 && end == at(size - 1, END)) {
            runs[(size - 1) * FIELDS + LAST_SEEN] = asked;
        } else {
            add(end, asked, answered, Math.max(LEAST_CAPACITY, capacity));
        }
        return cut;
    }

    private void add(long end, long asked, long answered, int capacity) {
        trim(capacity - 1, answered);
        if (runs.length < (size + 1) * FIELDS) {
            runs = Arrays.copyOf(runs, Math.min(capacity, Math.max(size + 1, size * 2)) * FIELDS);
        }
        runs[size * FIELDS + END] = end;
        runs[size * FIELDS + FIRST_SEEN] = answered;
        runs[size * FIELDS + LAST_SEEN] = asked;
        size++;
    }

    /** Keeps no more than so many runs. */
    void trim(int capacity, long now) {
        int most = Math.max(LEAST_CAPACITY - 1, capacity);
        while (size > most) {
            leaveOut(leastMissed(now));
        }
        if (runs.length > (most + 1) * FIELDS) {
            runs = Arrays.copyOf(runs, (most + 1) * FIELDS);
        }
    }

    private int leastMissed(long now) {
        int least = 1;
        double cost = Double.MAX_VALUE;
        for (int run = 1; run < size - 1; run++) {
            double width = at(run + 1, FIRST_SEEN) - at(run - 1, LAST_SEEN);
            double age = now - at(run, FIRST_SEEN) + 1.0;
            if (width / age < cost) {
                cost = width / age;
                least = run;
            }
        }
        return least;
    }

    private void leaveOut(int run) {
        System.arraycopy(runs, (run + 1) * FIELDS, runs, run * FIELDS, (size - run - 1) * FIELDS);
        size--;
    }

    private long at(int run, int field) {
        return runs[run * FIELDS + field];
    }

    /** When the record at an offset, or the first after it, arrived. */
    Bracket arrivalOf(long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle, END) <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return new Bracket(
                low == 0 ? OptionalLong.empty() : OptionalLong.of(at(low - 1, LAST_SEEN)),
                low == size ? OptionalLong.empty() : OptionalLong.of(at(low, FIRST_SEEN)));
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether the last end was seen more than once. */
    boolean still() {
        return size > 0 && at(size - 1, LAST_SEEN) > at(size - 1, FIRST_SEEN);
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** The end the last look found. */
    OptionalLong end() {
        return size == 0 ? OptionalLong.empty() : OptionalLong.of(at(size - 1, END));
    }

    long bytes() {
        return HEADERS + 8L * runs.length;
    }
}
