package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.sink.Delivery;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Sink;
import dev.fathom.pool.sink.Verdict;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.Gone;
import dev.fathom.pool.sink.Verdict.RecordFault;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Offers what a member received to its sink, and decides what becomes of what the sink does not take: again later, to the
 * dead letters, skipped, or the end of the consumer.
 *
 * <p>It works on a thread of its own, the only one that calls the sink: a producer may block, and the thread that polls must
 * not. Verdicts come on any thread and only ever wake it.
 */
final class Dispatch implements AutoCloseable {

    /** So that a pause, or another partition, does not wait for a whole queue. */
    private static final int MOST_AT_ONCE = 500;

    private static final long LONGEST_NAP_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Spec spec;
    private final Sink sink;
    private final Optional<DeadLetters> deadLetters;
    private final MemberStats stats;
    private final Function<String, Origin> origins;
    private final String consumer;
    private final Outcomes outcomes;
    private final ScheduledExecutorService timers;
    private final ExecutorService thread;
    private final Breaker breaker = new Breaker();
    private final Map<TopicPartition, PartitionWork> works = new ConcurrentHashMap<>();
    /** On the dispatch thread only. */
    private final Map<String, Origin> originsKnown = new HashMap<>();
    /** How often work was announced since the thread last looked; above zero while it looks. */
    private final AtomicInteger announced = new AtomicInteger();

    private volatile boolean open = true;
    private volatile boolean deadLettersFail;

    /** What ends a member, or pauses its consumer. */
    interface Outcomes {

        void failed(MemberFailure failure);

        /** The sink wants no more. */
        void gone(String message);
    }

    Dispatch(
            Spec spec,
            Sink sink,
            Optional<DeadLetters> deadLetters,
            MemberStats stats,
            Function<String, Origin> origins,
            String consumer,
            String threadName,
            Outcomes outcomes,
            ScheduledExecutorService timers) {
        this.spec = spec;
        this.sink = sink;
        this.deadLetters = deadLetters;
        this.stats = stats;
        this.origins = origins;
        this.consumer = consumer;
        this.outcomes = outcomes;
        this.timers = timers;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread dispatcher = new Thread(task, threadName);
            dispatcher.setDaemon(true);
            return dispatcher;
        });
    }

    /** How the work of a partition is ordered for this sink. */
    static PartitionWork.Order order(Spec spec, Sink sink) {
        if (sink.keepsOrder()) {
            return PartitionWork.Order.IN_ORDER;
        }
        return switch (spec.ordering()) {
            case PARTITION -> PartitionWork.Order.ONE_BY_ONE;
            case KEY -> PartitionWork.Order.BY_KEY;
            case NONE -> PartitionWork.Order.FREE;
        };
    }

    void add(PartitionWork work) {
        works.put(work.partition(), work);
    }

    void remove(PartitionWork work) {
        works.remove(work.partition(), work);
    }

    /** Whether anything is offered at all: not while paused or draining. */
    void open(boolean opened) {
        open = opened;
        if (opened) {
            wake();
        }
    }

    Breaker.State breaker() {
        return breaker.state();
    }

    /** What keeps records from going on, in words. */
    Optional<String> trouble() {
        String last = stats.lastError().map(MemberReport.LastError::message).orElse("");
        if (deadLettersFail) {
            return Optional.of("dead-letter topic: " + last);
        }
        if (breaker.state() != Breaker.State.CLOSED) {
            return Optional.of("sink down: " + last);
        }
        if (works.values().stream().anyMatch(PartitionWork::retrying)) {
            return Optional.of("sink failing: " + last);
        }
        long patience = spec.handlerTimeout().toNanos();
        boolean silent = works.values().stream()
                .flatMap(work -> work.oldestInFlight().stream())
                .anyMatch(since -> System.nanoTime() - since > patience);
        return silent
                ? Optional.of("sink does not answer: a record is in its hands for longer than " + spec.handlerTimeout())
                : Optional.empty();
    }

    /** There may be something to offer. */
    void wake() {
        if (announced.getAndIncrement() == 0) {
            submit(this::run);
        }
    }

    private void submit(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            // Closed: what is not done is not committed, and comes again.
        }
    }

    private void wakeIn(Duration delay) {
        try {
            timers.schedule(this::wake, Math.min(LONGEST_NAP_MILLIS, delay.toMillis() + 1), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The service ends.
        }
    }

    private void run() {
        int seen = announced.get();
        do {
            offerAll();
            seen = announced.addAndGet(-seen);
        } while (seen > 0);
    }

    private void offerAll() {
        boolean more = true;
        while (more && open) {
            more = false;
            for (PartitionWork work : works.values()) {
                more |= offerSome(work);
            }
        }
    }

    private boolean offerSome(PartitionWork work) {
        long now = System.nanoTime();
        if (breaker.isCalm()) {
            List<Entry> entries = work.offerAll(now, MOST_AT_ONCE);
            if (!entries.isEmpty()) {
                Origin origin = origin(work);
                entries.forEach(entry -> deliver(work, entry, origin));
            }
            return !entries.isEmpty();
        }
        if (!breaker.lets(now)) {
            wakeIn(Duration.ofNanos(Math.max(0, breaker.probeAt() - now)));
            return false;
        }
        Entry entry = work.offer(now);
        if (entry == null) {
            return false;
        }
        breaker.offering();
        deliver(work, entry, origin(work));
        return true;
    }

    private Origin origin(PartitionWork work) {
        return originsKnown.computeIfAbsent(work.topicId(), origins);
    }

    private void deliver(PartitionWork work, Entry entry, Origin origin) {
        sink.deliver(new Delivery(entry.record, origin), verdict -> judged(work, entry, verdict));
    }

    private void judged(PartitionWork work, Entry entry, Verdict verdict) {
        long now = System.nanoTime();
        stats.handled(now - entry.offeredAt);
        if (verdict instanceof Verdict.Taken) {
            boolean calm = breaker.isCalm();
            taken(work, entry, now);
            if (calm && !work.waitsForLanding()) {
                return;
            }
        } else if (verdict instanceof EndpointFault fault) {
            failed(work, entry, fault, now);
        } else if (verdict instanceof RecordFault fault) {
            answered();
            error(entry, fault.message());
            entry.last = fault;
            submit(() -> exhaust(work, entry));
            return;
        } else if (verdict instanceof Gone gone) {
            breaker.offeredNothing();
            open = false;
            error(entry, gone.message());
            late(work.again(entry, now));
            outcomes.gone(gone.message());
        }
        wake();
    }

    /** The sink is there: it takes records, or says what is wrong with one. */
    private void answered() {
        if (breaker.answered()) {
            stats.event("breaker-closed", "The sink answers again.");
        }
    }

    private void taken(PartitionWork work, Entry entry, long now) {
        answered();
        if (work.done(entry)) {
            stats.delivered(now);
        } else {
            late(false);
        }
    }

    private void failed(PartitionWork work, Entry entry, EndpointFault fault, long now) {
        error(entry, fault.message());
        entry.last = fault;
        boolean counts = breaker.fault(entry.toString(), fault, now);
        if (counts) {
            entry.attempts++;
        }
        if (breaker.state() == Breaker.State.OPEN && counts) {
            stats.event("breaker-opened", "The sink fails for record after record: " + fault.message());
        }
        boolean usedUp = entry.attempts >= spec.retry().maxAttempts();
        // Since it failed before, the sink took another: it is this one that fails, and not the sink.
        boolean alone = entry.attempts > 1 && stats.delivered.get() > entry.takenBefore;
        entry.takenBefore = stats.delivered.get();
        if (usedUp && alone && counts) {
            submit(() -> exhaust(work, entry));
            return;
        }
        // Nothing but that is missing to give it up: offer the sink the one behind. Not where it would be offered again
        // before it, as after a stop.
        entry.wantsEvidence = usedUp && spec.onExhausted() != OnExhausted.STOP;
        Duration wait = Backoff.after(Math.max(1, entry.attempts), spec.retry());
        Duration asked = fault.retryAfter().orElse(Duration.ZERO);
        Duration delay = asked.compareTo(wait) > 0 ? asked : wait;
        stats.retried.increment();
        late(work.again(entry, now + delay.toNanos()));
        wakeIn(delay);
    }

    private void late(boolean inTime) {
        if (!inTime) {
            stats.staleCompletions.increment();
        }
    }

    private void error(Entry entry, String message) {
        stats.sinkErrors.increment();
        stats.error(entry + ": " + message);
    }

    /** The sink will not take it. On the dispatch thread. */
    private void exhaust(PartitionWork work, Entry entry) {
        String why = message(entry.last);
        switch (spec.onExhausted()) {
            case SKIP -> {
                if (work.done(entry)) {
                    stats.skipped.increment();
                    stats.event("skipped", entry + ": " + why);
                } else {
                    late(false);
                }
                wake();
            }
            case STOP -> {
                open = false;
                work.again(entry, System.nanoTime());
                outcomes.failed(MemberFailure.lasting(
                        MemberFailure.POISON_RECORD,
                        "The sink does not take record " + entry + " and there is nowhere else to put it: " + why
                                + " Mend the sink and start the consumer, or move it past the record by a reset."));
            }
            case DEAD_LETTER -> bury(work, entry, why, 1);
        }
    }

    private void bury(PartitionWork work, Entry entry, String why, int tries) {
        DeadLetters letters = deadLetters.orElseThrow();
        ConsumerRecord<byte[], byte[]> record = entry.record;
        DeadLetters.Fault fault = new DeadLetters.Fault(
                spec.groupId(), consumer, Math.max(1, entry.attempts), "sink", status(entry.last), why);
        letters.write(record, fault, trouble -> {
            if (trouble.isEmpty()) {
                deadLettersFail = false;
                if (work.done(entry)) {
                    stats.deadLettered.increment();
                    stats.event("dead-lettered", entry + " to " + letters.topic() + ": " + why);
                } else {
                    late(false);
                }
                wake();
            } else {
                deadLettersFail = true;
                stats.deadLetterErrors.increment();
                stats.error(entry + " cannot be written to the dead-letter topic \"" + letters.topic() + "\": "
                        + trouble.get());
                if (tries == 1) {
                    stats.event("dead-letter-failed", entry + " to " + letters.topic() + ": " + trouble.get());
                }
                buryAgain(work, entry, why, tries + 1);
            }
        });
    }

    /** Still in flight: the partition stands, and nothing of it is committed, until the dead letters take it. */
    private void buryAgain(PartitionWork work, Entry entry, String why, int tries) {
        try {
            timers.schedule(
                    () -> submit(() -> {
                        if (works.get(work.partition()) == work && open) {
                            bury(work, entry, why, tries);
                        } else {
                            work.again(entry, System.nanoTime());
                        }
                    }),
                    Backoff.after(tries, spec.retry()).toMillis() + 1,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            work.again(entry, System.nanoTime());
        }
    }

    private static String message(Verdict verdict) {
        if (verdict instanceof RecordFault fault) {
            return fault.message();
        }
        return verdict instanceof EndpointFault fault ? fault.message() : "";
    }

    private static OptionalInt status(Verdict verdict) {
        if (verdict instanceof RecordFault fault) {
            return fault.status();
        }
        return verdict instanceof EndpointFault fault ? fault.status() : OptionalInt.empty();
    }

    @Override
    public void close() {
        open = false;
        thread.shutdown();
        try {
            sink.close();
        } finally {
            deadLetters.ifPresent(DeadLetters::close);
        }
    }
}
