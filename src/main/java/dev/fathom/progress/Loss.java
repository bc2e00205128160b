package dev.fathom.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the first unread record will be deleted, by the age the log keeps records to: a range, since its arrival is one and since
 * a log is deleted by whole segments.
 *
 * @param earliest empty where its arrival has no lower end
 */
public record Loss(Optional<Instant> earliest, Instant latest) {

    /** {@code log.retention.check.interval.ms}: how often brokers look. */
    private static final long BETWEEN_CHECKS = Duration.ofMinutes(5).toMillis();

    static Optional<Loss> of(TimeLag lag, Keeps keeps) {
        if (keeps.millis() <= 0 || lag.arrivedBefore().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Loss(
                lag.arrivedAfter().isPresent()
                        ? Optional.of(Instant.ofEpochMilli(lag.arrivedAfter().getAsLong() + keeps.millis()))
                        : Optional.empty(),
                Instant.ofEpochMilli(
                        lag.arrivedBefore().getAsLong() + keeps.millis() + keeps.segmentMillis() + BETWEEN_CHECKS)));
    }

    /**
     * How long a log keeps records.
     *
     * @param millis 0 when for ever, or when it is not known
     * @param segmentMillis how long a segment takes records: what is in it is deleted with its last
     */
    public record Keeps(long millis, long segmentMillis) {

        public static final Keeps UNKNOWN = new Keeps(0, 0);
    }
}
