package dev.fathom.pool.worker;

import dev.fathom.cluster.Word;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a member from hammering a sink that is down. It opens after five faults in a row that all speak of an outage, or that
 * come from three records or more; then one record at a time probes, after a second, doubling to a minute. Which one is not its
 * choice: it must not always be the same, for that may be the one record the sink never takes.
 *
 * <p>No library's breaker counts distinct records, or lets the queue choose the probe.
 */
public final class Breaker {

    private static final int RUN = 5;
    private static final int DISTINCT = 3;
    private static final Duration FIRST_PROBE = Duration.ofSeconds(1);
    private static final Duration LAST_PROBE = Duration.ofSeconds(60);

    public enum State implements Word {
        CLOSED,
        OPEN,
        /** One record may pass. */
        HALF_OPEN;
    }

    /** What a fault says of its record. */
    enum Bearing {
        /** It is an attempt of the record's own: the sink was thought to be there. */
        ATTEMPT,
        /** It is an attempt, of which only another record can tell whose fault it was. */
        PROBE,
        /** Nothing: the record was offered before it was known that the sink is down. */
        ECHO
    }

    private State state = State.CLOSED;
    private int faults;
    private int outages;
    private final Set<String> records = new HashSet<>();
    private Duration wait = FIRST_PROBE;
    private long probeAt;
    private boolean probing;
    /** Another record probes right after one that failed: together they are one probe. */
    private boolean secondOpinion;

    private volatile boolean calm = true;

    /** Closed, and nothing has failed since the sink last answered: nothing to keep count of. */
    boolean isCalm() {
        return calm;
    }

    synchronized State state() {
        return state;
    }

    /**
     * Whether a record may be offered now.
     *
     * @param now as {@link System#nanoTime}
     */
    synchronized boolean lets(long now) {
        if (state == State.OPEN && now - probeAt >= 0) {
            state = State.HALF_OPEN;
            probing = false;
        }
        return state == State.CLOSED || (state == State.HALF_OPEN && !probing);
    }

    /** A record is offered. @return whether it is a probe */
    synchronized boolean offering() {
        probing = state == State.HALF_OPEN;
        return probing;
    }

    /** Another record is offered right after a probe that failed. @return whether it is a probe */
    synchronized boolean offeringToo() {
        if (state == State.OPEN) {
            state = State.HALF_OPEN;
            secondOpinion = true;
        }
        return offering();
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
        secondOpinion = false;
        wait = FIRST_PROBE;
        calm = true;
        return wasOpen;
    }

    /** @param probe whether the record was offered as one */
    synchronized Bearing fault(String record, boolean probe, EndpointFault fault, long now) {
        calm = false;
        if (state == State.HALF_OPEN && probe) {
            if (!secondOpinion) {
                Duration doubled = wait.multipliedBy(2);
                wait = doubled.compareTo(LAST_PROBE) > 0 ? LAST_PROBE : doubled;
            }
            secondOpinion = false;
            open(fault, now);
            return Bearing.PROBE;
        }
        if (state != State.CLOSED) {
            return Bearing.ECHO;
        }
        faults++;
        outages = fault.outage() ? outages + 1 : 0;
        records.add(record);
        if (outages >= RUN || (faults >= RUN && records.size() >= DISTINCT)) {
            open(fault, now);
        }
        return Bearing.ATTEMPT;
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
