package dev.fathom.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * Puts questions that come close together into one request. A question that finds few requests on their way is sent at once;
 * others wait until one of those is answered, or for {@link Limits#company}, and travel with what else came meanwhile.
 *
 * <p>Every answer was begun after it was asked for: a question joins one that waits, never one that was sent, so a caller
 * reads what it wrote before. A request lives as long as the longest deadline among those that share it, and each caller stops
 * waiting at its own.
 */
final class MicroBatches<K, V> {

    /**
     * How much travels together.
     *
     * @param inFlight with fewer requests on their way, a question is sent at once
     * @param companyMillis the longest that one waits for others while nothing is answered; then it is sent all the same, so a
     *     broker that is slow, or silent, costs those behind it no more than this
     * @param weight of the keys of one request, added up; a heavier key travels alone
     */
    record Limits(int inFlight, long companyMillis, long weight) {}

    /** Sends one request; must not block. An answer that is missing in what it returns is a failure of that key. */
    @FunctionalInterface
    interface Sender<K, V> {
        Map<K, CompletableFuture<V>> send(List<K> keys, Deadline until);
    }

    /** When things happen; not the machine's own in tests. */
    record Time(LongSupplier nanos, BiConsumer<Runnable, Long> afterMillis) {

        static final Time SYSTEM = new Time(
                System::nanoTime, (task, millis) -> CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                        .execute(task));
    }

    private static final class Asked<V> {
        private final CompletableFuture<V> answer = new CompletableFuture<>();
        private final long since;
        private Deadline until;

        Asked(long since, Deadline until) {
            this.since = since;
            this.until = until;
        }
    }

    private final Limits limits;
    private final ToLongFunction<K> weight;
    private final Sender<K, V> sender;
    private final Time time;
    private final Map<K, Asked<V>> waiting = new LinkedHashMap<>();
    private int inFlight;
    private long lastSent;
    private boolean timed;

    MicroBatches(Limits limits, ToLongFunction<K> weight, Sender<K, V> sender, Time time) {
        this.limits = limits;
        this.weight = weight;
        this.sender = sender;
        this.time = time;
        this.lastSent = time.nanos().getAsLong() - nanos(limits.companyMillis());
    }

    /** @return an answer for each key, which is the caller's own: to cancel it harms nobody else */
    Map<K, CompletableFuture<V>> ask(Collection<K> keys, Deadline deadline) {
        Map<K, CompletableFuture<V>> answers = new LinkedHashMap<>();
        synchronized (this) {
            long now = time.nanos().getAsLong();
            for (K key : keys) {
                Asked<V> asked = waiting.computeIfAbsent(key, k -> new Asked<>(now, deadline));
                asked.until = Deadline.later(asked.until, deadline);
                answers.put(key, asked.answer.copy());
            }
        }
        send();
        return answers;
    }

    /** How many requests are on their way. */
    synchronized int inFlight() {
        return inFlight;
    }

    private void send() {
        for (Map<K, Asked<V>> batch = next(); !batch.isEmpty(); batch = next()) {
            send(batch);
        }
    }

    /** The next request; empty while none may be sent. */
    private synchronized Map<K, Asked<V>> next() {
        Map<K, Asked<V>> batch = new LinkedHashMap<>();
        if (waiting.isEmpty()) {
            return batch;
        }
        long now = time.nanos().getAsLong();
        long oldest = waiting.values().iterator().next().since;
        long waited = Math.min(now - oldest, now - lastSent);
        if (inFlight >= limits.inFlight() && waited < nanos(limits.companyMillis())) {
            again(limits.companyMillis() - TimeUnit.NANOSECONDS.toMillis(waited));
            return batch;
        }
        long heavy = 0;
        Iterator<Map.Entry<K, Asked<V>>> first = waiting.entrySet().iterator();
        while (first.hasNext()) {
            Map.Entry<K, Asked<V>> entry = first.next();
            heavy += weight.applyAsLong(entry.getKey());
            if (heavy > limits.weight() && !batch.isEmpty()) {
                break;
            }
            batch.put(entry.getKey(), entry.getValue());
            first.remove();
        }
        inFlight++;
        lastSent = now;
        return batch;
    }

    private void again(long millis) {
        if (!timed) {
            timed = true;
            time.afterMillis()
                    .accept(
                            () -> {
                                synchronized (this) {
                                    timed = false;
                                }
                                send();
                            },
                            Math.max(1, millis));
        }
    }

    private void send(Map<K, Asked<V>> batch) {
        Deadline until = batch.values().stream()
                .map(asked -> asked.until)
                .reduce(Deadline::later)
                .orElseThrow();
        Map<K, CompletableFuture<V>> sent = new HashMap<>();
        try {
            sent.putAll(sender.send(List.copyOf(batch.keySet()), until));
        } catch (RuntimeException | Error e) {
            batch.keySet().forEach(key -> sent.put(key, CompletableFuture.failedFuture(e)));
        }
        List<CompletableFuture<?>> passedOn = new ArrayList<>();
        batch.forEach((key, asked) -> {
            CompletableFuture<V> answer = sent.getOrDefault(
                    key, CompletableFuture.failedFuture(new CancellationException("nothing was answered for " + key)));
            passedOn.add(answer.whenComplete((value, failure) -> {
                if (failure == null) {
                    asked.answer.complete(value);
                } else {
                    asked.answer.completeExceptionally(failure);
                }
            }));
        });
        var unused = CompletableFuture.allOf(passedOn.toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> {
                    synchronized (this) {
                        inFlight--;
                    }
                    send();
                });
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
