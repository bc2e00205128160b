package dev.fathom.progress;

import java.time.Duration;
import java.time.Instant;

/**
 * Moments as tenths of a second since a start, in four bytes: enough for years, and half of what they would take in
 * milliseconds, of which millions are kept.
 *
 * @param start in ms
 */
public record Ticks(long start) {

    static final int NEVER = -1;
    static final int PER_SECOND = 10;
    static final int MILLIS = 1000 / PER_SECOND;

    int at(long millis) {
        return (int) Math.max(0, (millis - start) / MILLIS);
    }

    long millis(int tick) {
        return start + (long) tick * MILLIS;
    }

    Instant instant(int tick) {
        return Instant.ofEpochMilli(millis(tick));
    }

    static int of(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE / 16, duration.toMillis() / MILLIS);
    }

    static Duration duration(int ticks) {
        return Duration.ofMillis((long) ticks * MILLIS);
    }
}
