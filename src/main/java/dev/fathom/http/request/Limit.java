package dev.fathom.http.request;

import java.time.Duration;

/**
 * How many may work at once: more while answers come in good time, fewer when they do not. What is good is a share of the
 * time a call may take and not what the fastest took, since cheap calls and dear ones share a lane.
 *
 * <p>Too many at work and brokers that are slow look alike; they are told apart by trying. Fewer at work make answers
 * faster where too many were the reason. Where they do not, the cut is taken back, and the next is made only when answers
 * have become slower still, or come too late.
 *
 * <p>Knows no clock; not thread-safe.
 */
final class Limit {

    private static final int FIRST = 16;
    private static final double CUT = 0.7;
    /** A cut that leaves more of the time than this has not helped. */
    private static final double HELPED = 0.85;
    /** How much slower than what was found to be the brokers' own time answers may become. */
    private static final double TOLERANCE = 1.2;

    private static final double ABOUT_THE_SAME = 1.1;

    private static final int FEWEST_ANSWERS = 3;
    private static final int MOST_ANSWERS = 32;

    private final int most;
    private final double good;
    private final double late;

    private int now;
    private boolean changed;
    private long since;
    private int answers;
    private double took;
    private boolean full;

    private int beforeCut;
    private double tookBeforeCut;
    private double brokersOwn;

    /**
     * @param most the most there may ever be
     * @param budget how long a call may take
     */
    Limit(int most, Duration budget) {
        this.most = most;
        this.good = budget.toNanos() / 4.0;
        this.late = budget.toNanos() * 0.9;
        this.now = Math.min(most, FIRST);
    }

    int now() {
        return now;
    }

    /** Begins anew: what was measured is of another time. */
    void forget() {
        now = Math.min(most, FIRST);
        beforeCut = 0;
        brokersOwn = 0;
        answers = 0;
        took = 0;
        full = false;
    }

    /**
     * @param began when, and {@code ended}, in nanoseconds of a clock that never goes back
     * @param length how long it took
     * @param crowded whether as many worked as may
     */
    void answered(long began, long ended, long length, boolean crowded) {
        if (changed && began - since < 0) {
            // Of the limit before this one.
            return;
        }
        answers++;
        took += length;
        full |= crowded;
        if (answers >= Math.max(FEWEST_ANSWERS, Math.min(MOST_ANSWERS, now))) {
            decide(took / answers, ended);
        }
    }

    private void decide(double mean, long at) {
        if (mean >= late) {
            cut(mean, at);
        } else if (mean <= good) {
            brokersOwn = 0;
            beforeCut = 0;
            grow(mean < good / 2, at);
        } else if (mean <= brokersOwn * ABOUT_THE_SAME) {
            grow(true, at);
        } else if (beforeCut > now && mean > HELPED * tookBeforeCut) {
            brokersOwn = mean;
            int back = beforeCut;
            beforeCut = 0;
            become(back, at);
        } else if (mean > TOLERANCE * brokersOwn) {
            cut(mean, at);
        }
        answers = 0;
        took = 0;
        full = false;
    }

    private void grow(boolean fast, long at) {
        if (full) {
            become(now + (fast ? Math.max(1, now / 2) : 1), at);
        }
    }

    private void cut(double mean, long at) {
        beforeCut = now;
        tookBeforeCut = mean;
        brokersOwn = 0;
        become((int) (now * CUT), at);
    }

    private void become(int limit, long at) {
        now = Math.max(1, Math.min(most, limit));
        changed = true;
        since = at;
    }
}
