package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.sink.Delivery;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Sink;
import dev.fathom.pool.sink.Verdict;
import dev.fathom.pool.sink.Verdict.BeyondBound;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.Gone;
import dev.fathom.pool.sink.Verdict.RecordFault;
import dev.fathom.pool.sink.Verdict.Unjudged;
import dev.fathom.pool.worker.Breaker.Bearing;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Offers what a member received to its sink, and decides what happens to records the sink does not take: they are retried,
 * dead-lettered or skipped, or the consumer stops.
 *
 * <p>It works on a thread of its own, the only one that calls the sink: a producer may block, and the thread that polls must
 * not. Verdicts come on any thread, and wake it.
 */
final class Dispatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Dispatch.class);
    /** So that a pause, or another partition, does not wait for a whole queue. */
    private static final int MOST_AT_ONCE = 500;

    private final Spec spec;
    private final Sink sink;
    private final MemberStats stats;
    private final Function<String, Origin> origins;
    private final String consumer;
    private final Outcomes outcomes;
    private final Exhaustion exhaustion;
    private final DeliveryProblem problem;
    private final SinkThread thread;
    private final Breaker breaker = new Breaker();
    private final Map<TopicPartition, PartitionWork> works = new ConcurrentHashMap<>();
    /** On the dispatch thread only. */
    private final Map<String, Origin> originsKnown = new HashMap<>();
    /** How many probes there have been; on the dispatch thread only, as the next. */
    private int probes;

    private boolean sinkHasThrown;
    private volatile boolean open = true;

    interface Outcomes {

        void failed(MemberFailure failure);

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
        this.stats = stats;
        this.origins = origins;
        this.consumer = consumer;
        this.outcomes = outcomes;
        this.thread = new SinkThread(threadName, timers, this::offerAll, this::broken);
        this.exhaustion = new Exhaustion(
                spec,
                deadLetters,
                stats,
                consumer,
                thread,
                work -> open && works.get(work.partition()) == work,
                this::end);
        this.problem = new DeliveryProblem(spec, stats, breaker, exhaustion);
    }

    /** How the work of a partition is ordered for this sink. */
    static Order order(Spec spec, Sink sink) {
        if (sink.keepsOrder()) {
            return Order.IN_ORDER;
        }
        return switch (spec.handling().ordering()) {
            case PARTITION -> Order.ONE_BY_ONE;
            case KEY -> Order.BY_KEY;
            case NONE -> Order.FREE;
        };
    }

    void add(PartitionWork work) {
        works.put(work.partition(), work);
    }

    void remove(PartitionWork work) {
        works.remove(work.partition(), work);
    }

    void open(boolean opened) {
        open = opened;
        if (opened) {
            wake();
        }
    }

    Breaker.State breaker() {
        return breaker.state();
    }

    /** Why records are not delivered, in words. */
    Optional<String> problem() {
        return problem.of(works.values());
    }

    void wake() {
        thread.wake();
    }

    /** The member ends and is restarted. */
    private void broken(Throwable thrown) {
        LOG.errorf(thrown, "Consumer %s failed unexpectedly", consumer);
        end(MemberFailure.passing(
                MemberFailure.UNFORESEEN,
                "Delivering records to the sink failed unexpectedly: "
                        + thrown.getClass().getSimpleName() + "."));
    }

    private void end(MemberFailure why) {
        open = false;
        outcomes.failed(why);
    }

    private void offerAll() {
        boolean more = true;
        while (more && open) {
            more = false;
            if (breaker.state() == Breaker.State.CLOSED) {
                for (PartitionWork work : works.values()) {
                    more |= offerSome(work);
                }
            } else {
                more = probe();
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
        return breaker.lets(now) && offered(work, work.offer(now));
    }

    /** Offers one record, if it is time: in turns one of each partition. */
    private boolean probe() {
        long now = System.nanoTime();
        if (!breaker.lets(now)) {
            if (breaker.state() == Breaker.State.OPEN) {
                thread.wakeIn(Duration.ofNanos(Math.max(0, breaker.probeAt() - now)));
            }
            return false;
        }
        return works.values().stream()
                .sorted(Comparator.comparingInt(work -> work.lastProbe))
                .anyMatch(work -> offered(work, work.probe(now)));
    }

    /**
     * Offers the record behind one that failed as often as it may, right after its probe: if the sink takes it, the one before
     * is at fault. Only where there is no other to offer, since otherwise it breaks the order.
     */
    private void secondOpinion(PartitionWork work, Entry failed) {
        boolean others = works.values().stream().anyMatch(PartitionWork::hasUntried);
        if (open && !others && breaker.state() == Breaker.State.OPEN) {
            Entry behind = work.offerBehind(failed, System.nanoTime());
            if (behind != null) {
                behind.probe = breaker.offeringToo();
                deliver(work, behind, origin(work));
            }
        }
    }

    /** @param entry null when there was none */
    private boolean offered(PartitionWork work, @Nullable Entry entry) {
        if (entry == null) {
            return false;
        }
        entry.probe = breaker.offering();
        if (entry.probe) {
            probes++;
            work.lastProbe = probes;
        }
        deliver(work, entry, origin(work));
        return true;
    }

    private Origin origin(PartitionWork work) {
        return originsKnown.computeIfAbsent(work.topicId(), origins);
    }

    private void deliver(PartitionWork work, Entry entry, Origin origin) {
        Answer answer = new Answer(work, entry);
        try {
            sink.deliver(new Delivery(entry.record, origin, entry.alone), answer);
        } catch (RuntimeException | Error e) {
            if (!sinkHasThrown) {
                sinkHasThrown = true;
                LOG.warnf(e, "The sink of consumer %s failed on record %s", consumer, entry);
            }
            answer.accept(EndpointFault.failure(
                    "The sink failed on it: " + e.getClass().getSimpleName() + "."));
        }
    }

    /** The sink's answer for a record: the first counts, whether it calls back or throws. */
    private final class Answer implements Consumer<Verdict> {

        private final PartitionWork work;
        private final Entry entry;
        private final AtomicBoolean given = new AtomicBoolean();

        private Answer(PartitionWork work, Entry entry) {
            this.work = work;
            this.entry = entry;
        }

        @Override
        public void accept(Verdict verdict) {
            if (given.compareAndSet(false, true)) {
                try {
                    judged(work, entry, verdict);
                } catch (RuntimeException | Error e) {
                    broken(e);
                }
            }
        }
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
        } else if (verdict instanceof RecordFault) {
            answered();
            refused(work, entry, verdict, now);
            return;
        } else if (verdict instanceof Unjudged unjudged) {
            breaker.offeredNothing();
            entry.alone |= unjudged.alone();
            stats.retried.increment();
            stats.landed(work.again(entry, now));
        } else if (verdict instanceof BeyondBound) {
            breaker.offeredNothing();
            beyondBound(work, entry, verdict, now);
        } else if (verdict instanceof Gone gone) {
            breaker.offeredNothing();
            open = false;
            error(entry, gone.message());
            stats.landed(work.again(entry, now));
            outcomes.gone(gone.message());
        }
        wake();
    }

    private void refused(PartitionWork work, Entry entry, Verdict verdict, long now) {
        error(entry, verdict.message());
        entry.failed(verdict, now, stats.delivered.get());
        thread.submit(() -> exhaustion.exhaust(work, entry));
    }

    /** Neither skipped nor dead-lettered, which would fail too: its partition waits until the bound is raised. */
    private void beyondBound(PartitionWork work, Entry entry, Verdict verdict, long now) {
        if (spec.faults().onExhausted() == OnExhausted.STOP) {
            refused(work, entry, verdict, now);
            return;
        }
        error(entry, verdict.message());
        entry.failed(verdict, now, stats.delivered.get());
        entry.attempts++;
        Duration delay = Backoff.after(entry.attempts, spec.faults().retry());
        stats.landed(work.hold(entry, now + delay.toNanos()));
        thread.wakeIn(delay);
    }

    /** The sink works: it takes records, or says what is wrong with one. */
    private void answered() {
        if (breaker.answered()) {
            stats.event(EventType.BREAKER_CLOSED, "The sink answers again.");
        }
    }

    private void taken(PartitionWork work, Entry entry, long now) {
        answered();
        boolean inTime = work.done(entry);
        if (inTime) {
            stats.delivered(now);
        }
        stats.landed(inTime);
    }

    private void failed(PartitionWork work, Entry entry, EndpointFault fault, long now) {
        error(entry, fault.message());
        long delivered = stats.delivered.get();
        entry.failed(fault, now, delivered);
        Bearing bearing = breaker.fault(entry.toString(), entry.probe, fault, now);
        entry.probe = false;
        boolean counts = bearing != Bearing.ECHO;
        if (counts) {
            entry.attempts++;
        }
        if (breaker.state() == Breaker.State.OPEN && bearing == Bearing.ATTEMPT) {
            stats.event(EventType.BREAKER_OPENED, "The sink fails for record after record: " + fault.message());
        }
        boolean usedUp = entry.attempts >= spec.faults().retry().maxAttempts();
        // The sink took another since the last failure: the record is at fault, not the sink.
        boolean alone = entry.attempts > 1 && delivered > entry.takenBefore;
        entry.takenBefore = delivered;
        if (usedUp && alone && counts) {
            thread.submit(() -> exhaustion.exhaust(work, entry));
            return;
        }
        // Only that evidence is missing to give it up: the sink is offered the record behind it. Not where the consumer
        // stops, after which both come again.
        entry.wantsEvidence = usedUp && spec.faults().onExhausted() != OnExhausted.STOP;
        boolean probed = bearing == Bearing.PROBE;
        Duration wait = probed
                ? Duration.ofNanos(Math.max(0, breaker.probeAt() - now))
                : Backoff.after(Math.max(1, entry.attempts), spec.faults().retry());
        Duration asked = fault.retryAfter().orElse(Duration.ZERO);
        Duration delay = asked.compareTo(wait) > 0 ? asked : wait;
        stats.retried.increment();
        stats.landed(work.again(entry, now + delay.toNanos()));
        thread.wakeIn(delay);
        if (probed && entry.wantsEvidence && asked.isZero()) {
            thread.submit(() -> secondOpinion(work, entry));
        }
    }

    private void error(Entry entry, String message) {
        stats.sinkErrors.increment();
        stats.error(entry + ": " + message);
    }

    @Override
    public void close() {
        open = false;
        thread.shutdown();
        try {
            sink.close();
        } finally {
            exhaustion.close();
        }
    }
}
