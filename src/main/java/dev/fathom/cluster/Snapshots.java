package dev.fathom.cluster;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

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

    private final AsyncCache<K, Snapshot<V>> cache;
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
     * @param left how much of its time the request has left: who makes the answer that is waited for may have come later, and
     *     may take longer
     * @throws ClusterException {@code TIMED_OUT} where another caller did not make it in that time
     */
    public Snapshot<V> get(K key, boolean fresh, Duration left, Supplier<V> maker) {
        CompletableFuture<Snapshot<V>> mine = new CompletableFuture<>();
        if (fresh) {
            cache.put(key, mine);
        } else {
            CompletableFuture<Snapshot<V>> theirs = cache.asMap().putIfAbsent(key, mine);
            if (theirs != null) {
                return await(theirs, left);
            }
        }
        return make(mine, maker);
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
