package dev.fathom.progress;

import java.util.Optional;

/**
 * One group on one partition at the last look, in numbers.
 *
 * @param first the log start; {@link Look#UNKNOWN} when not known
 * @param end the high watermark, at or after the commit; {@link Look#UNKNOWN} when not known
 * @param loss when the first unread record will be deleted; empty where that is not known, and where it will not be
 */
public record Measure(
        String topic, int partition, long committed, long first, long end, TimeLag timeLag, Optional<Loss> loss) {

    /** In offsets; {@link Look#UNKNOWN} when not known. */
    public long lag() {
        return end == Look.UNKNOWN || end < committed ? Look.UNKNOWN : end - committed;
    }

    /** Whether records after the commit are no longer in the log. */
    public boolean lost() {
        return first > committed;
    }
}
