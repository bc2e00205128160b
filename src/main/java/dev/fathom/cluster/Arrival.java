package dev.fathom.cluster;

import java.time.Duration;

/**
 * The moment a request came, from which the time it may take counts: what it waited for its turn is part of it.
 *
 * @param nanos on the clock of {@link System#nanoTime}
 */
public record Arrival(long nanos) {

    public static Arrival now() {
        return new Arrival(System.nanoTime());
    }

    /** As if it had come so much earlier: for a step that must leave that much of its time to another. */
    public Arrival before(Duration span) {
        return new Arrival(nanos - span.toNanos());
    }
}
