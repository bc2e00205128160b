package dev.fathom.progress;

import java.util.Arrays;

/**
 * What a group was like at moments of the past, one for each step of time; a moment that is like the one before is not kept
 * apart, so that an idle group takes next to nothing.
 */
final class History {

    private static final int BYTES_EACH = 32;
    private static final int HEADERS = 160;

    private final int steps;
    private int[] ticks = {};
    private int[] until = {};
    private long[] lags = {};
    private int[] timeLags = {};
    private long[] consumed = {};
    private short[] members = {};
    private byte[] verdicts = {};
    private int oldest;
    private int size;

    /** @param steps the most moments kept */
    History(int steps) {
        this.steps = steps;
    }

    /**
     * One moment, or several in a row that were alike.
     *
     * @param tick the first of them
     * @param until the last of them
     * @param lag in offsets; {@link Look#UNKNOWN} when not known
     * @param timeLag in ticks; {@link Ticks#NEVER} when not known
     * @param consumed offsets read since the group was first seen
     */
    record Moment(int tick, int until, long lag, int timeLag, long consumed, int members, Verdict verdict) {

        private boolean like(Moment other) {
            return lag == other.lag
                    && timeLag == other.timeLag
                    && consumed == other.consumed
                    && members == other.members
                    && verdict == other.verdict;
        }
    }

    void add(Moment moment) {
        if (size > 0) {
            Moment last = at(size - 1);
            if (last.like(moment)) {
                until[index(size - 1)] = moment.tick();
                return;
            }
        }
        if (size == ticks.length && size < steps) {
            grow();
        }
        int at = index(size);
        if (size == ticks.length) {
            oldest = (oldest + 1) % ticks.length;
        } else {
            size++;
        }
        ticks[at] = moment.tick();
        until[at] = moment.until();
        lags[at] = moment.lag();
        timeLags[at] = moment.timeLag();
        consumed[at] = moment.consumed();
        members[at] = (short) Math.min(Short.MAX_VALUE, moment.members());
        verdicts[at] = moment.verdict().code();
    }

    private void grow() {
        int capacity = Math.min(steps, Math.max(2, size * 2));
        ticks = Arrays.copyOf(ticks, capacity);
        until = Arrays.copyOf(until, capacity);
        lags = Arrays.copyOf(lags, capacity);
        timeLags = Arrays.copyOf(timeLags, capacity);
        consumed = Arrays.copyOf(consumed, capacity);
        members = Arrays.copyOf(members, capacity);
        verdicts = Arrays.copyOf(verdicts, capacity);
    }

    private int index(int i) {
        return (oldest + i) % ticks.length;
    }

    int size() {
        return size;
    }

    /** Oldest first. */
    Moment at(int i) {
        int at = index(i);
        return new Moment(
                ticks[at], until[at], lags[at], timeLags[at], consumed[at], members[at], Verdict.of(verdicts[at]));
    }

    long bytes() {
        return HEADERS + (long) BYTES_EACH * ticks.length;
    }
}
