package dev.fathom.pool.worker;

import dev.fathom.cluster.WireNames;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a member from hammering a sink that is down. It opens after five faults in a row that all speak of an outage, or
 * that come from three records or more; then one record at a time probes, after a second, doubling to a minute.
 *
 * <p>By hand, since no library's breaker counts distinct records, or lets what asks for one probe be the queue it guards.
 */
final class Breaker {

    private static final int RUN = 5;
    private static final int DISTINCT = 3;
    private static final Duration FIRST_PROBE = Duration.ofSeconds(1);
    private static final Duration LAST_PROBE = Duration.ofSeconds(60);

    enum State {
        CLOSED,
        OPEN,
        /** One record may pass. */
        HALF_OPEN;

        String wireName() {
            return WireNames.of(this);
        }
    }

    private State state = State.CLOSED;
    private int faults;
    private int outages;
    private final Set<String> records = new HashSet<>();
    private Duration wait = FIRST_PROBE;
    private long probeAt;
    private boolean probing;
    private volatile boolean calm = true;

    /** Closed, and nothing has failed since the sink last answered: nothing to keep count of. */
    boolean isCalm() {
        return calm;
    }

    synchronized State state() {
        return state;
    }

    /** Whether a record may be offered now. @param now as {@link System#nanoTime} */
    synchronized boolean lets(long now) {
        if (state == State.OPEN && now - probeAt >= 0) {
            state = State.HALF_OPEN;
            probing = false;
        }
        return state == State.CLOSED || state == State.HALF_OPEN && !probing;
    }

    /** A record is offered. */
    synchronized void offering() {
        probing = state == State.HALF_OPEN;
    }

    /** A record turned out not to need the sink after all, so the next may probe. */
    synchronized void offeredNothing() {
        probing = false;
    }

    /** The sink took a record, or said what is wrong with it. @return whether that closed it */
    boolean answered() {
        return !calm && closed();
    }

    private synchronized boolean closed() {
        boolean wasOpen = state != State.CLOSED;
        state = State.CLOSED;
        faults = 0;
        outages = 0;
        records.clear();
        probing = false;
        wait = FIRST_PROBE;
        calm = true;
        return wasOpen;
    }

    /** @return whether it counts as an attempt of the record's own: it was closed when the fault came */
    synchronized boolean fault(String record, EndpointFault fault, long now) {
        calm = false;
        if (state == State.OPEN) {
            return false;
        }
        if (state == State.HALF_OPEN) {
            Duration doubled = wait.multipliedBy(2);
            wait = doubled.compareTo(LAST_PROBE) > 0 ? LAST_PROBE : doubled;
            open(fault, now);
            return false;
        }
        faults++;
        outages = fault.outage() ? outages + 1 : 0;
        records.add(record);
        if (outages >= RUN || faults >= RUN && records.size() >= DISTINCT) {
            open(fault, now);
        }
        return true;
    }

    private void open(EndpointFault fault, long now) {
        state = State.OPEN;
        probing = false;
        Duration asked = fault.retryAfter().orElse(Duration.ZERO);
        probeAt = now + (asked.compareTo(wait) > 0 ? asked : wait).toNanos();
    }

    /** When it lets a record probe, while it is open. */
    synchronized long probeAt() {
        return probeAt;
    }
}
