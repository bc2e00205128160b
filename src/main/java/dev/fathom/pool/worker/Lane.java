package dev.fathom.pool.worker;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Records of a partition that wait for each other, and which of them may be offered next. Guarded by the {@link PartitionWork}
 * it is part of, but for what lands.
 */
final class Lane {

    private final int limit;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    /** Where none waits for another: what failed, by when it may be offered again. */
    private final PriorityQueue<Delayed> delayed = new PriorityQueue<>(Comparator.comparingLong(Delayed::at));

    private final AtomicInteger inFlight = new AtomicInteger();
    /** Where each waits for the one before: the one that has to be offered again before any other. */
    private Entry stuck;
    /** Where the sink keeps the order: something failed, so all from there on is to be sent again. */
    private volatile boolean rewind;

    private long notBefore;

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
        if (inFlight.get() >= limit) {
            return null;
        }
        Delayed first = delayed.peek();
        if (first != null && now - first.at() >= 0) {
            return delayed.poll().entry();
        }
        return waiting.poll();
    }

    /** The one that is stuck; or, when only that is missing to give it up, the one behind it. */
    private Entry again() {
        Entry first = stuck;
        if (first.wantsEvidence && !waiting.isEmpty()) {
            first.wantsEvidence = false;
            return waiting.poll();
        }
        stuck = null;
        return first;
    }

    /** Everything from the first that is not done is to be sent, in order, whether or not it was sent before. */
    private void rewind(Iterable<Entry> entries) {
        rewind = false;
        waiting.clear();
        boolean open = false;
        for (Entry entry : entries) {
            open |= entry.state != Entry.State.DONE;
            if (open) {
                entry.state = Entry.State.PENDING;
                waiting.add(entry);
            }
        }
    }

    void offered() {
        inFlight.incrementAndGet();
    }

    /** The sink has given one back. Without the lock. */
    void landed() {
        inFlight.decrementAndGet();
    }

    /** To be offered again by itself. @param at as {@link System#nanoTime}, as in all of these */
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

    /** Whether all that is in flight has to land before anything is offered. Without the lock. */
    boolean rewinds() {
        return rewind;
    }

    boolean retrying() {
        return stuck != null || rewind || !delayed.isEmpty();
    }

    void clear() {
        waiting.clear();
        delayed.clear();
        stuck = null;
    }
}
