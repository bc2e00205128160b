package dev.fathom.lag;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The readings of log ends that are going on. With fewer than two of them a reading begins at once; who comes then has its
 * logs read together with all who come before the next one begins: when one of them is over, or after a few milliseconds. Who
 * sees a cluster in the same way shares; a reading is made with the handle of whoever began it.
 */
final class EndReadings {

    private static final int AT_ONCE = 2;
    private static final long COMPANY_MILLIS = 5;
    /** As an answer of one's own has after the deadline: the other call may just be failing. */
    private static final long GRACE_MILLIS = 250;

    private record View(String cluster, Object view, boolean stable) {}

    /** Logs that are read together. */
    static final class Reading {
        private final Set<TopicPartition> partitions = new LinkedHashSet<>();
        private final CompletableFuture<KnownEnds> ends = new CompletableFuture<>();
    }

    private static final class Going {
        private final List<Reading> begun = new ArrayList<>();
        private @Nullable Reading next;
    }

    private final Cache<View, Going> views = Caffeine.newBuilder()
            .expireAfterAccess(Duration.ofHours(1))
            .maximumSize(10_000)
            .build();

    private Going going(Cluster cluster, WantedEnds wanted) {
        return views.get(new View(cluster.name(), cluster.view(), wanted.stable()), view -> new Going());
    }

    /** Those that have begun and are not over. */
    List<Reading> begun(Cluster cluster, WantedEnds wanted) {
        Going going = going(cluster, wanted);
        synchronized (going) {
            return List.copyOf(going.begun);
        }
    }

    /**
     * Waits for readings that have begun and takes what fits of them; where one fails, that is nothing.
     *
     * @return what is still wanted
     */
    static List<TopicPartition> join(
            List<Reading> begun, Cluster cluster, List<TopicPartition> missing, WantedEnds wanted, KnownEnds known) {
        List<TopicPartition> left = missing;
        for (Reading reading : begun) {
            if (left.stream().anyMatch(reading.partitions::contains)) {
                Optional<KnownEnds> read = ifRead(reading, cluster);
                left = left.stream()
                        .filter(partition -> read.isEmpty() || !take(read.get(), partition, wanted, known))
                        .toList();
            }
        }
        return left;
    }

    private static boolean take(KnownEnds read, TopicPartition partition, WantedEnds wanted, KnownEnds into) {
        Optional<ClusterException> problem = read.problem(partition);
        if (problem.isPresent()) {
            into.put(partition, problem.get());
            return true;
        }
        if (wanted.fits(read, partition)) {
            into.put(partition.topic(), partition.partition(), read.on(partition.topic()));
            return true;
        }
        return false;
    }

    private static Optional<KnownEnds> ifRead(Reading reading, Cluster cluster) {
        try {
            return Optional.of(await(reading, cluster));
        } catch (ClusterException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads logs, together with others; the reading begins after this call.
     *
     * @param known what was read is added here, whatever it is
     */
    void read(
            Cluster cluster,
            Collection<TopicPartition> partitions,
            WantedEnds wanted,
            KnownEnds known,
            Function<Collection<TopicPartition>, KnownEnds> read) {
        Going going = going(cluster, wanted);
        Reading mine = new Reading();
        Optional<Reading> theirs = enter(going, mine, partitions);
        KnownEnds ends = theirs.isPresent() ? await(theirs.get(), cluster) : make(going, mine, read);
        for (TopicPartition partition : partitions) {
            ends.problem(partition).ifPresentOrElse(problem -> known.put(partition, problem), () -> {
                if (ends.on(partition.topic()).has(partition.partition())) {
                    known.put(partition.topic(), partition.partition(), ends.on(partition.topic()));
                }
            });
        }
    }

    /** Waits for its turn, if there is nobody to join. */
    private static Optional<Reading> enter(Going going, Reading mine, Collection<TopicPartition> partitions) {
        synchronized (going) {
            if (going.next != null) {
                going.next.partitions.addAll(partitions);
                return Optional.of(going.next);
            }
            mine.partitions.addAll(partitions);
            if (going.begun.size() >= AT_ONCE) {
                going.next = mine;
                awaitTurn(going);
                going.next = null;
            }
            going.begun.add(mine);
            return Optional.empty();
        }
    }

    private static void awaitTurn(Going going) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COMPANY_MILLIS);
        try {
            for (long left = COMPANY_MILLIS;
                    going.begun.size() >= AT_ONCE && left > 0;
                    left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())) {
                going.wait(left);
            }
        } catch (InterruptedException e) {
            // The reading itself will find that the thread was interrupted, and tell those who joined it.
            Thread.currentThread().interrupt();
        }
    }

    private static KnownEnds make(Going going, Reading mine, Function<Collection<TopicPartition>, KnownEnds> read) {
        try {
            KnownEnds ends = read.apply(mine.partitions);
            mine.ends.complete(ends);
            return ends;
        } catch (RuntimeException | Error e) {
            mine.ends.completeExceptionally(e);
            throw e;
        } finally {
            synchronized (going) {
                going.begun.remove(mine);
                going.notifyAll();
            }
        }
    }

    private static KnownEnds await(Reading reading, Cluster cluster) {
        try {
            return reading.ends.get(cluster.left().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
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
}
