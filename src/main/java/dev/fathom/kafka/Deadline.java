package dev.fathom.kafka;

import dev.fathom.cluster.Arrival;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The moment by which a request must be answered. */
final class Deadline {

    private volatile long at;

    private Deadline(long at) {
        this.at = at;
    }

    static Deadline in(Duration span) {
        return new Deadline(System.nanoTime() + span.toNanos());
    }

    /** So long after a request came. */
    static Deadline after(Arrival arrival, Duration span) {
        return new Deadline(arrival.nanos() + span.toNanos());
    }

    /** The one that passes last. */
    static Deadline later(Deadline one, Deadline other) {
        return one.at - other.at >= 0 ? one : other;
    }

    /** Half of what is left, for a step that must leave time for another; where nothing is, no later than this one. */
    Deadline halfway() {
        long now = System.nanoTime();
        long left = at - now;
        return new Deadline(left > 0 ? now + left / 2 : at);
    }

    /** What is left of it; zero once it has passed. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
    }

    /** What is left, in milliseconds; at least 1, since clients take 0 for something else. */
    int millisLeft() {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(at - System.nanoTime()));
    }

    /**
     * What is left, plus a grace that counts once, however many answers are waited for; zero once that is over, since of many
     * answers each would take its millisecond.
     */
    Duration graceLeft(int graceMillis) {
        return Duration.ofNanos(Math.max(0, at + TimeUnit.MILLISECONDS.toNanos(graceMillis) - System.nanoTime()));
    }

    /** What is left of it, but no more than this many milliseconds. */
    int millisLeft(int atMost) {
        return Math.min(atMost, millisLeft());
    }

    /** Extends it by time that should not count against the request. */
    synchronized void putOffBy(long nanos) {
        at += nanos;
    }

    boolean passed() {
        return System.nanoTime() - at >= 0;
    }
}
