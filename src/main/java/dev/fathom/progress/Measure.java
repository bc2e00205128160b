package dev.fathom.progress;

/**
 * One group on one partition at the last look, in numbers.
 *
 * @param end the high watermark, at or after the commit; {@link Look#UNKNOWN} when not known
 */
public record Measure(String topic, int partition, long committed, long end, TimeLag timeLag) {

    /** In offsets; {@link Look#UNKNOWN} when not known. */
    public long lag() {
        return end == Look.UNKNOWN || end < committed ? Look.UNKNOWN : end - committed;
    }
}
