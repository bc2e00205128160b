package dev.fathom.pool.worker;

import dev.fathom.pool.worker.MemberReport.Errors;
import dev.fathom.pool.worker.MemberReport.Event;
import dev.fathom.pool.worker.MemberReport.LastError;
import dev.fathom.pool.worker.MemberReport.SpanSpread;
import dev.fathom.pool.worker.MemberReport.Spread;
import dev.fathom.pool.worker.MemberReport.Totals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one slot of a consumer. They outlive its members; only what a killed member had not reported is missing.
 */
public final class MemberStats {

    private static final int MOST_EVENTS = 100;
    private static final int LONGEST_DETAIL = 500;

    final LongAdder records = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder rebalances = new LongAdder();
    final LongAdder emptyPolls = new LongAdder();
    final LongAdder pollErrors = new LongAdder();
    final LongAdder commitErrors = new LongAdder();
    final LongAdder sinkErrors = new LongAdder();
    final LongAdder deadLetterErrors = new LongAdder();
    /** Records the sink took. */
    final AtomicLong delivered = new AtomicLong();

    final LongAdder retried = new LongAdder();
    final LongAdder deadLettered = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder staleCompletions = new LongAdder();

    private final LongAdder handled = new LongAdder();
    private final LongAdder handledNanos = new LongAdder();
    private final LongAccumulator fastest = new LongAccumulator(Math::min, Long.MAX_VALUE);
    private final LongAccumulator slowest = new LongAccumulator(Math::max, 0);
    private final int slot;
    private final Clock clock;
    private final Deque<Event> events = new ArrayDeque<>();
    private final LongAdder fetchesBefore = new LongAdder();
    private final LongAdder connectionsBefore = new LongAdder();
    /** As {@link System#nanoTime}; zero until something is delivered. */
    private volatile long lastDelivery;

    private long lastDeliveryTold;
    private @Nullable Instant lastDeliveryAt;
    private volatile @Nullable LastError lastError;

    /** @param before the slot's last report */
    public MemberStats(int slot, Clock clock, Optional<MemberReport> before) {
        this.slot = slot;
        this.clock = clock;
        before.ifPresent(report -> {
            add(report.totals(), Totals.NONE);
            events.addAll(report.events());
            lastError = report.lastError();
        });
    }

    /**
     * Adds what a member elsewhere has counted.
     *
     * @param since what of that is counted already
     */
    public void add(Totals totals, Totals since) {
        records.add(totals.records() - since.records());
        bytes.add(totals.bytes() - since.bytes());
        rebalances.add(totals.rebalances() - since.rebalances());
        emptyPolls.add(totals.emptyPolls() - since.emptyPolls());
        pollErrors.add(totals.errors().poll() - since.errors().poll());
        commitErrors.add(totals.errors().commit() - since.errors().commit());
        sinkErrors.add(totals.errors().sink() - since.errors().sink());
        deadLetterErrors.add(totals.errors().deadLetter() - since.errors().deadLetter());
        delivered.addAndGet(totals.delivered() - since.delivered());
        retried.add(totals.retried() - since.retried());
        deadLettered.add(totals.deadLettered() - since.deadLettered());
        skipped.add(totals.skipped() - since.skipped());
        staleCompletions.add(totals.staleCompletions() - since.staleCompletions());
        fetchesBefore.add(totals.fetches() - since.fetches());
        connectionsBefore.add(totals.connections() - since.connections());
        deliveredAt(totals.lastDeliveryAt());
    }

    private synchronized void deliveredAt(@Nullable Instant at) {
        if (at != null && (lastDeliveryAt == null || at.isAfter(lastDeliveryAt))) {
            lastDeliveryAt = at;
        }
    }

    void handled(long nanos) {
        handled.increment();
        handledNanos.add(nanos);
        fastest.accumulate(nanos);
        slowest.accumulate(nanos);
    }

    /** @param now as {@link System#nanoTime} */
    void delivered(long now) {
        delivered.incrementAndGet();
        lastDelivery = now;
    }

    /**
     * The sink has given a record back.
     *
     * @param inTime whether its partition is still the member's
     */
    void landed(boolean inTime) {
        if (!inTime) {
            staleCompletions.increment();
        }
    }

    void error(String message) {
        lastError = new LastError(clock.instant(), shortened(message));
    }

    Optional<LastError> lastError() {
        return Optional.ofNullable(lastError);
    }

    public void event(EventType type, String detail) {
        synchronized (events) {
            events.add(new Event(clock.instant(), slot, type.wireName(), shortened(detail)));
            while (events.size() > MOST_EVENTS) {
                events.poll();
            }
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + "…";
    }

    List<Event> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** A consumer is about to be closed, and its own counters with it. */
    void closing(Map<MetricName, ? extends Metric> client) {
        fetchesBefore.add((long) number(client, "fetch-total").orElse(0.0).doubleValue());
        connectionsBefore.add(
                (long) number(client, "connection-creation-total").orElse(0.0).doubleValue());
    }

    /** @param client the consumer's own metrics; none once it is closed */
    Totals totals(Map<MetricName, ? extends Metric> client, int inFlight, int queueLength, String breaker) {
        long fetches = (long) number(client, "fetch-total").orElse(0.0).doubleValue();
        long connections =
                (long) number(client, "connection-creation-total").orElse(0.0).doubleValue();
        return new Totals(
                records.sum(),
                bytes.sum(),
                fetchesBefore.sum() + fetches,
                connectionsBefore.sum() + connections,
                rebalances.sum(),
                emptyPolls.sum(),
                new Errors(pollErrors.sum(), commitErrors.sum(), sinkErrors.sum(), deadLetterErrors.sum()),
                delivered.get(),
                retried.sum(),
                deadLettered.sum(),
                skipped.sum(),
                staleCompletions.sum(),
                inFlight,
                queueLength,
                breaker,
                lastDeliveryAt(),
                spans(client, "fetch-latency-avg", "fetch-latency-max"),
                handlerLatency(),
                spread(client, "records-per-request-avg", null),
                spread(client, "fetch-size-avg", "fetch-size-max"));
    }

    /** The clock is read here and not at each delivery; once, so that the same delivery keeps its instant. */
    private synchronized @Nullable Instant lastDeliveryAt() {
        long last = lastDelivery;
        if (last != lastDeliveryTold) {
            lastDeliveryTold = last;
            lastDeliveryAt =
                    clock.instant().minusNanos(System.nanoTime() - last).truncatedTo(ChronoUnit.MILLIS);
        }
        return lastDeliveryAt;
    }

    private @Nullable SpanSpread handlerLatency() {
        long count = handled.sum();
        return count == 0
                ? null
                : new SpanSpread(
                        Duration.ofNanos(handledNanos.sum() / count),
                        Duration.ofNanos(fastest.get()),
                        Duration.ofNanos(slowest.get()));
    }

    private static @Nullable SpanSpread spans(Map<MetricName, ? extends Metric> client, String avg, String max) {
        Spread millis = spread(client, avg, max);
        return millis == null ? null : new SpanSpread(span(millis.avg()), null, span(millis.max()));
    }

    private static @Nullable Duration span(@Nullable Double millis) {
        return millis == null ? null : Duration.ofNanos(Math.round(millis * 1_000_000));
    }

    private static @Nullable Spread spread(Map<MetricName, ? extends Metric> client, String avg, @Nullable String max) {
        Optional<Double> average = number(client, avg);
        Optional<Double> most = max == null ? Optional.empty() : number(client, max);
        return average.isEmpty() && most.isEmpty() ? null : new Spread(average.orElse(null), null, most.orElse(null));
    }

    /** A number of the client's own metrics, of the client as a whole; empty while it has measured nothing. */
    private static Optional<Double> number(Map<MetricName, ? extends Metric> client, String name) {
        return client.entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name)
                        && metric.getKey().tags().keySet().equals(Set.of("client-id")))
                .map(metric -> metric.getValue().metricValue())
                .filter(Double.class::isInstance)
                .map(Double.class::cast)
                .filter(Double::isFinite)
                .findFirst();
    }
}
