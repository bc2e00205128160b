package dev.fathom.pool.worker;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Records of a partition that wait for each other, and which of them may be offered next. Guarded by the {@link PartitionWork}
 * it is part of, except for landings.
 */
final class Lane {

    private final int limit;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    /** Where none waits for another: what failed, by when it may be offered again. */
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>(Comparator.comparingLong(Delayed::at));

    private final AtomicInteger inFlight = new AtomicInteger();
    /** Where each waits for the one before: the one that has to be offered again before any other. */
    private @Nullable Entry stuck;
    /** Where the sink keeps the order: something failed, so all from there on is to be sent again. */
    private volatile boolean rewind;
    /** Where the sink keeps the order: what was offered last has to land before anything follows. */
    private volatile boolean barrier;
    /** Where the sink keeps the order: what was offered last went alone, by a way on which others could overtake it. */
    private volatile boolean sentAlone;

    private long notBefore;
    /** Whether the last that probed had not been offered before. */
    private boolean fresh;

    private record Delayed(Entry entry, long at) {}

    /** @param limit how many may be in flight at once */
    Lane(int limit) {
        this.limit = limit;
    }

    void add(Entry entry) {
        waiting.add(entry);
    }

    /**
     * The one to be offered next; null when there is none now.
     *
     * @param now as {@link System#nanoTime}
     * @param entries all of the partition that are not passed, in order
     */
    @Nullable
    Entry offer(long now, Iterable<Entry> entries) {
        if (rewind) {
            if (inFlight.get() > 0 || now - notBefore < 0) {
                return null;
            }
            rewind(entries);
        }
        if (stuck != null) {
            return inFlight.get() > 0 || now - notBefore < 0 ? null : again();
        }
        if (inFlight.get() >= limit || (barrier && inFlight.get() > 0)) {
            return null;
        }
        barrier = false;
        Delayed first = delayed.peek();
        if (first != null && now - first.at() >= 0) {
            return delayed.poll().entry();
        }
        Entry next = waiting.peek();
        if (next == null || (next.alone != sentAlone && inFlight.get() > 0)) {
            return null;
        }
        sentAlone = next.alone;
        return waiting.poll();
    }

    /**
     * As {@link #offer}: where each waits for the one before never the one behind; where none waits for another, one that
     * failed and one that was not offered yet, in turns.
     */
    @Nullable
    Entry probe(long now, Iterable<Entry> entries) {
        if (stuck != null && !rewind) {
            return inFlight.get() > 0 || now - notBefore < 0 ? null : unstuck();
        }
        fresh = !fresh && !delayed.isEmpty() && !waiting.isEmpty() && inFlight.get() < limit;
        return fresh ? waiting.poll() : offer(now, entries);
    }

    /** The one behind an entry that is stuck; null when there is none. */
    @Nullable
    Entry behind(Entry failed) {
        if (stuck != failed || inFlight.get() > 0 || waiting.isEmpty()) {
            return null;
        }
        failed.wantsEvidence = false;
        return waiting.poll();
    }

    /** The one that is stuck; or, when only that is missing to give it up, the one behind it. */
    private @Nullable Entry again() {
        Entry first = stuck;
        return first != null && first.wantsEvidence && !waiting.isEmpty() ? behind(first) : unstuck();
    }

    private @Nullable Entry unstuck() {
        Entry first = stuck;
        stuck = null;
        barrier = limit > 1;
        return first;
    }

    /**
     * Everything from the first that is not done is to be sent, in order, whether or not it was sent before; but not what was
     * given up. What lies before one that is to go alone goes alone too, to be of its way.
     */
    private void rewind(Iterable<Entry> entries) {
        rewind = false;
        stuck = null;
        waiting.clear();
        boolean open = false;
        Entry lastAlone = null;
        for (Entry entry : entries) {
            open |= entry.state != Entry.State.DONE;
            if (open && !entry.givenUp) {
                entry.state = Entry.State.PENDING;
                waiting.add(entry);
                lastAlone = entry.alone ? entry : lastAlone;
            }
        }
        boolean alone = lastAlone != null;
        for (Entry entry : waiting) {
            entry.alone = alone;
            alone &= entry != lastAlone;
        }
    }

    void offered() {
        inFlight.incrementAndGet();
    }

    /** The sink has given one back. Without the lock. */
    void landed() {
        inFlight.decrementAndGet();
    }

    /**
     * To be offered again by itself.
     *
     * @param at as {@link System#nanoTime}, as in all of these
     */
    void retryAlone(Entry entry, long at) {
        delayed.add(new Delayed(entry, at));
    }

    /** To be offered again before any other. */
    void retryFirst(Entry entry, long at) {
        notBefore = at;
        if (stuck == null) {
            stuck = entry;
        } else {
            waiting.addFirst(entry);
        }
    }

    /** To be offered again, and all behind it. */
    void rewindAt(long at) {
        notBefore = rewind ? Math.max(notBefore, at) : at;
        rewind = true;
    }

    /** Whether all that is in flight has to land before anything more is offered. Without the lock. */
    boolean waitsForLanding() {
        return rewind || barrier || sentAlone;
    }

    /** Whether there is one that waits for none that failed. */
    boolean hasUntried() {
        return stuck == null && !rewind && !waiting.isEmpty();
    }

    /** Forgets the one that was added last, unless something else is to become of it. @return whether it is forgotten */
    boolean letGo(Entry last) {
        return waiting.removeLastOccurrence(last);
    }

    void clear() {
        waiting.clear();
        delayed.clear();
        stuck = null;
    }
}
