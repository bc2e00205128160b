package dev.fathom.cluster;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers shared for a moment: callers with the same question within the time to live get one answer, made once.
 *
 * <p>The first caller makes it on its own thread and the others wait for it; a failure is passed to those who waited
 * and not kept.
 */
public final class Snapshots<K, V> {

    /** Where both came at once, who made it knows better than who waited why there is none. */
    private static final Duration GRACE = Duration.ofMillis(250);

    /** An answer and when it was asked for. */
    public record Snapshot<V>(V value, Instant observedAt) {}

    private static final int FRESH_AT_ONCE = 2;
    private static final long COMPANY_MILLIS = 5;

    private final AsyncCache<K, Snapshot<V>> cache;
    private final Map<K, FreshAnswers<V>> fresh = new HashMap<>();
    private final Clock clock;

    /** @param timeToLive how long an answer is shared */
    public Snapshots(Duration timeToLive, long maximumSize, Clock clock) {
        this.cache = Caffeine.newBuilder()
                .expireAfterWrite(timeToLive)
                .maximumSize(maximumSize)
                .buildAsync();
        this.clock = clock;
    }

    /**
     * The shared answer, or one that is made now.
     *
     * @param fresh whether the answer must have been begun after this call; it may be shared with others who want the same
     * @param left how much of its time the request has left: who makes the answer that is waited for may have come later, and
     *     may take longer
     * @throws ClusterException {@code TIMED_OUT} where another caller did not make it in that time
     */
    public Snapshot<V> get(K key, boolean fresh, Duration left, Supplier<V> maker) {
        CompletableFuture<Snapshot<V>> mine = new CompletableFuture<>();
        if (fresh) {
            return begunFromNow(key, mine, left, maker);
        }
        CompletableFuture<Snapshot<V>> theirs = cache.asMap().putIfAbsent(key, mine);
        return theirs != null ? await(theirs, left) : make(mine, maker);
    }

    /**
     * With fewer than two fresh answers to a question on the way another is begun at once. Who comes then waits for one of them to
     * be made, or for a few milliseconds; whoever else comes meanwhile gets the answer that is begun then.
     */
    private Snapshot<V> begunFromNow(K key, CompletableFuture<Snapshot<V>> mine, Duration left, Supplier<V> maker) {
        FreshAnswers<V> answers;
        synchronized (fresh) {
            answers = fresh.computeIfAbsent(key, question -> new FreshAnswers<>());
            answers.callers++;
        }
        try {
            Optional<CompletableFuture<Snapshot<V>>> theirs = answers.enter(mine);
            if (theirs.isPresent()) {
                return await(theirs.get(), left);
            }
            try {
                cache.put(key, mine);
                return make(mine, maker);
            } finally {
                answers.leave();
            }
        } finally {
            synchronized (fresh) {
                answers.callers--;
                if (answers.callers == 0) {
                    fresh.remove(key);
                }
            }
        }
    }

    /** Those to one question. */
    private static final class FreshAnswers<V> {
        private int callers;
        private int begun;
        private @Nullable CompletableFuture<Snapshot<V>> next;

        /** @return the answer to wait for; empty for whoever is to make one now */
        synchronized Optional<CompletableFuture<Snapshot<V>>> enter(CompletableFuture<Snapshot<V>> mine) {
            if (next != null) {
                return Optional.of(next);
            }
            if (begun >= FRESH_AT_ONCE) {
                next = mine;
                awaitTurn();
                next = null;
            }
            begun++;
            return Optional.empty();
        }

        private void awaitTurn() {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COMPANY_MILLIS);
            try {
                for (long left = COMPANY_MILLIS;
                        begun >= FRESH_AT_ONCE && left > 0;
                        left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())) {
                    wait(left);
                }
            } catch (InterruptedException e) {
                // Whoever makes the answer will find that the thread was interrupted, and tell those who wait for it.
                Thread.currentThread().interrupt();
            }
        }

        synchronized void leave() {
            begun--;
            notifyAll();
        }
    }

    /** An answer that is shared now, without asking or waiting. */
    public Optional<Snapshot<V>> known(K key) {
        return Optional.ofNullable(cache.synchronous().getIfPresent(key));
    }

    private Snapshot<V> make(CompletableFuture<Snapshot<V>> mine, Supplier<V> maker) {
        Instant asked = clock.instant();
        try {
            Snapshot<V> made = new Snapshot<>(maker.get(), asked);
            mine.complete(made);
            return made;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private Snapshot<V> await(CompletableFuture<Snapshot<V>> theirs, Duration left) {
        try {
            return theirs.get(left.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new ClusterException(
                    ClusterException.Reason.TIMED_OUT, "Gave up waiting for an answer that another call is making.", e);
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        }
    }

    public void forget(Predicate<K> questions) {
        cache.asMap().keySet().removeIf(questions);
    }

    public void clear() {
        cache.synchronous().invalidateAll();
    }
}
