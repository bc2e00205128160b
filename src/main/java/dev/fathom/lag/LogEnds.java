package dev.fathom.lag;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first and last offsets of logs, shared for a moment by all groups that read them.
 *
 * <p>An end that was read before a commit may be older than it, and their difference negative. So an end is taken from
 * memory only where it is not below the commit it will be compared with; else it is read again. A last stable offset is
 * remembered with the end that was read at the same time: beside a younger one it would show an open transaction where there
 * is none.
 *
 * <p>Callers who want logs that are being read wait for that reading; those who want others are read together with whoever
 * waits, see {@link EndReadings}.
 */
final class LogEnds {

    private static final int MOST_TOPICS = 20_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

    private record Key(String cluster, String topic) {}

    /** One topic, and when each of its logs was read. */
    private static final class Remembered {
        private final KnownEnds.OfTopic ends = new KnownEnds.OfTopic();
        private long[] readAt = new long[0];

        synchronized void put(int partition, KnownEnds.OfTopic from, long now) {
            ends.put(partition, from.first(partition), from.last(partition), from.stable(partition));
            if (partition >= readAt.length) {
                readAt = Arrays.copyOf(readAt, Math.max(partition + 1, readAt.length + readAt.length / 2));
            }
            readAt[partition] = now;
        }
    }

    private final long timeToLive;
    private final EndReadings readings = new EndReadings();
    private final Cache<Key, Remembered> remembered = Caffeine.newBuilder()
            .expireAfterAccess(FORGOTTEN_AFTER)
            .maximumSize(MOST_TOPICS)
            .build();

    LogEnds(Duration timeToLive) {
        this.timeToLive = timeToLive.toNanos();
    }

    KnownEnds of(Cluster cluster, WantedEnds wanted) {
        KnownEnds known = new KnownEnds();
        // Before memory is looked at: what is over by then is remembered.
        List<EndReadings.Reading> begun = cluster.fresh() ? List.of() : readings.begun(cluster, wanted);
        List<TopicPartition> missing = wanted.takeFrom(memory(cluster), known);
        missing = EndReadings.join(begun, cluster, missing, wanted, known);
        if (!missing.isEmpty()) {
            readings.read(cluster, missing, wanted, known, partitions -> read(cluster, partitions, wanted.stable()));
        }
        return known;
    }

    private WantedEnds.Source memory(Cluster cluster) {
        long now = System.nanoTime();
        return (topic, taker) -> {
            Remembered known = cluster.fresh() ? null : remembered.getIfPresent(new Key(cluster.name(), topic));
            if (known == null) {
                taker.take(new KnownEnds.OfTopic(), partition -> false);
                return;
            }
            synchronized (known) {
                taker.take(
                        known.ends,
                        partition -> known.ends.has(partition) && now - known.readAt[partition] < timeToLive);
            }
        };
    }

    private KnownEnds read(Cluster cluster, Collection<TopicPartition> partitions, boolean stable) {
        // Sent before the high watermarks are asked for, so that no last stable offset lies beyond one.
        Optional<Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> stables =
                stable ? Optional.of(cluster.offsets(LogPoint.Named.LAST_STABLE, partitions)) : Optional.empty();
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> firsts =
                cluster.offsets(LogPoint.Named.FIRST, partitions);
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> lasts =
                cluster.offsets(LogPoint.Named.LAST, partitions);
        Map<TopicPartition, Outcome<Optional<LogOffset>>> first = firsts.await();
        Map<TopicPartition, Outcome<Optional<LogOffset>>> last = lasts.await();
        Map<TopicPartition, Outcome<Optional<LogOffset>>> stableEnds =
                stables.map(Pending::await).orElse(Map.of());
        KnownEnds ends = new KnownEnds();
        long now = System.nanoTime();
        for (TopicPartition partition : partitions) {
            add(
                    partition,
                    Required.in(first, partition),
                    Required.in(last, partition),
                    stableEnds.get(partition),
                    ends);
            KnownEnds.OfTopic ofTopic = ends.on(partition.topic());
            if (ofTopic.has(partition.partition())) {
                remembered
                        .get(new Key(cluster.name(), partition.topic()), key -> new Remembered())
                        .put(partition.partition(), ofTopic, now);
            }
        }
        return ends;
    }

    private static void add(
            TopicPartition partition,
            Outcome<Optional<LogOffset>> first,
            Outcome<Optional<LogOffset>> last,
            @Nullable Outcome<Optional<LogOffset>> stable,
            KnownEnds ends) {
        Optional<ClusterException> problem = first.problem().or(last::problem);
        if (problem.isPresent()) {
            ends.put(partition, problem.get());
        } else if (first.orThrow().isEmpty() || last.orThrow().isEmpty()) {
            ends.put(
                    partition,
                    new ClusterException(
                            ClusterException.Reason.LEADER_UNAVAILABLE, "The leader did not say where the log ends."));
        } else {
            long stableEnd = Optional.ofNullable(stable)
                    .flatMap(Outcome::value)
                    .flatMap(offset -> offset)
                    .map(LogOffset::offset)
                    .orElse(KnownEnds.UNKNOWN);
            ends.put(
                    partition,
                    first.orThrow().get().offset(),
                    last.orThrow().get().offset(),
                    stableEnd);
        }
    }
}
