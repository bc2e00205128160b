package dev.fathom.progress;

import java.time.Duration;

/**
 * After how long what counts.
 *
 * @param interval between two looks
 * @param stallAfter a commit that stands for so long while there is something to read has stalled, at the least
 * @param stopAfter a group without members for so long has stopped, at the least
 * @param window what a verdict looks back on
 */
public record Rules(Duration interval, Duration stallAfter, Duration stopAfter, Duration window) {

    /** Looks a window has as a rule. */
    private static final int LOOKS = 30;

    /** While it is not known how often a member commits, it gets so many times as long. */
    static final int PATIENCE_WITH_STRANGERS = 5;

    /** So many times as long as between two commits as a rule: then it is not one that is late. */
    static final int GAPS = 3;

    public Rules {
        if (interval.isNegative() || interval.isZero() || stallAfter.isNegative() || stopAfter.isNegative()) {
            throw new IllegalArgumentException("interval, stall-after and stop-after are positive: " + interval + ", "
                    + stallAfter + ", " + stopAfter);
        }
    }

    public static Rules of(Duration interval, Duration stallAfter, Duration stopAfter) {
        Duration looks = interval.multipliedBy(LOOKS);
        return new Rules(interval, stallAfter, stopAfter, looks.compareTo(stallAfter) > 0 ? looks : stallAfter);
    }

    /** A pause between two looks after which what happened meanwhile is not known. */
    int missed() {
        return 3 * Ticks.of(interval) + Ticks.PER_SECOND;
    }
}
