package dev.fathom.http.request;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Requests to one cluster: as many at work as its {@link Limit}, more that wait their turn in the order they came, and none
 * that could not be answered within the time a call may take, which counts from when it came.
 *
 * <p>Instants are nanoseconds of a clock that never goes back, and are given with every call.
 *
 * @param <T> a request; told apart by {@code equals}
 */
final class Lane<T> {

    enum Place {
        WORKS,
        WAITS,
        REFUSED
    }

    enum End {
        ANSWERED,
        /** The cluster did not answer. How long an answer takes is known from that only where all the time was over. */
        FAILED,
        /** The caller did not wait for it. */
        GONE
    }

    /** Those whose turn has come, and those for whom it would come too late. */
    record Turns<T>(List<T> begin, List<T> refuse) {

        private Turns() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private static final double NEARLY_ALL = 0.9;
    /** What is expected to take no more of the time than this is begun: what is measured is of before. */
    private static final double AIM = 0.85;

    private record Work(long came, long began) {}

    private final int mostWorking;
    private final int mostWaiting;
    private final long budget;
    private final Limit limit;
    private final ServiceTime service = new ServiceTime();
    private final Map<T, Work> working = new HashMap<>();
    /** When each came. */
    private final Map<T, Long> waiting = new LinkedHashMap<>();
    /** Those that cost next to nothing. */
    private final Set<T> beside = new HashSet<>();

    /** @param budget how long a call may take, from when it came until it is answered */
    Lane(int mostWorking, int mostWaiting, Duration budget) {
        this.mostWorking = mostWorking;
        this.mostWaiting = mostWaiting;
        this.budget = budget.toNanos();
        this.limit = new Limit(mostWorking, budget);
    }

    synchronized boolean isBusy() {
        return !working.isEmpty() || !waiting.isEmpty() || !beside.isEmpty();
    }

    synchronized boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    synchronized Place enter(T request, long came, long now) {
        if (waiting.isEmpty() && working.size() < limit.now()) {
            // Begun whatever was measured: else nothing would ever be measured again.
            working.put(request, new Work(came, now));
            return Place.WORKS;
        }
        long turn = now - came + service.until(waiting.size() + 1).toNanos();
        if (waiting.size() >= mostWaiting || turn + service.expected().toNanos() > budget * AIM) {
            return Place.REFUSED;
        }
        waiting.put(request, came);
        return Place.WAITS;
    }

    /**
     * Lets one in that is answered without work for the brokers. It neither waits nor is measured.
     *
     * @return whether it is in: there is a bound on these too
     */
    synchronized boolean enterBeside(T request) {
        return beside.size() < mostWorking + mostWaiting && beside.add(request);
    }

    /** One that is over, or was given up by its caller before its turn came. */
    synchronized Turns<T> leave(T request, long now, End end) {
        if (beside.remove(request) || waiting.remove(request) != null) {
            return new Turns<>();
        }
        int atOnce = working.size();
        Work work = working.remove(request);
        if (work != null && end != End.GONE) {
            measure(work, now, end, atOnce);
        }
        return next(now);
    }

    private void measure(Work work, long now, End end, int atOnce) {
        long took = now - work.began();
        boolean late = now - work.came() >= budget * NEARLY_ALL;
        if (end == End.ANSWERED || (late && took > service.expected().toNanos())) {
            service.add(took, atOnce);
        }
        boolean crowded = atOnce >= limit.now() || !waiting.isEmpty();
        // One that was begun with little time left failed no sooner for that.
        limit.answered(work.began(), now, end == End.FAILED ? now - work.came() : took, crowded);
    }

    /** Looks again: time has passed for those who wait. */
    synchronized Turns<T> look(long now) {
        Turns<T> turns = next(now);
        for (Iterator<Map.Entry<T, Long>> each = waiting.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<T, Long> one = each.next();
            if (isTooLate(one.getValue(), now)) {
                turns.refuse().add(one.getKey());
                each.remove();
            }
        }
        return turns;
    }

    private Turns<T> next(long now) {
        Turns<T> turns = new Turns<>();
        Iterator<Map.Entry<T, Long>> first = waiting.entrySet().iterator();
        while (working.size() < limit.now() && first.hasNext()) {
            Map.Entry<T, Long> one = first.next();
            first.remove();
            if (isTooLate(one.getValue(), now)) {
                turns.refuse().add(one.getKey());
            } else {
                working.put(one.getKey(), new Work(one.getValue(), now));
                turns.begin().add(one.getKey());
            }
        }
        return turns;
    }

    private boolean isTooLate(long came, long now) {
        return now - came + service.expected().toNanos() > budget * AIM;
    }

    /** Lets in all who wait, for whom there is an answer now that costs nothing, and forgets what was measured. */
    synchronized List<T> open() {
        List<T> all = new ArrayList<>(waiting.keySet());
        beside.addAll(all);
        waiting.clear();
        service.forget();
        limit.forget();
        return all;
    }

    /** When all who wait now will have been answered, at the rate at which answers are given: worth coming back then. */
    synchronized Duration worked() {
        return service.until(waiting.size() + 1);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized int limit() {
        return limit.now();
    }
}
