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
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * The first and last offsets of logs, shared for a moment by all groups that read them.
 *
 * <p>An end that was read before a commit may be older than it, and their difference negative. So an end is taken from
 * memory only where it is not below the commit it will be compared with; else it is read again.
 */
final class LogEnds {

    /** First offset and high watermark of one log. */
    record Ends(long first, long last) {}

    private record Key(String cluster, TopicPartition partition) {}

    private final Cache<Key, Ends> remembered;

    LogEnds(Duration timeToLive) {
        this.remembered = Caffeine.newBuilder()
                .expireAfterWrite(timeToLive)
                .maximumSize(500_000)
                .build();
    }

    /** @param atLeast the commit each end will be compared with; negative where there is none */
    Map<TopicPartition, Outcome<Ends>> of(
            Cluster cluster, Collection<TopicPartition> partitions, ToLongFunction<TopicPartition> atLeast) {
        Map<TopicPartition, Outcome<Ends>> ends = new HashMap<>();
        List<TopicPartition> unknown = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Ends known = cluster.fresh() ? null : remembered.getIfPresent(new Key(cluster.name(), partition));
            if (known != null && known.last() >= atLeast.applyAsLong(partition)) {
                ends.put(partition, Outcome.known(known));
            } else {
                unknown.add(partition);
            }
        }
        if (!unknown.isEmpty()) {
            ends.putAll(read(cluster, unknown));
        }
        return ends;
    }

    private Map<TopicPartition, Outcome<Ends>> read(Cluster cluster, List<TopicPartition> partitions) {
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> firsts =
                cluster.offsets(LogPoint.Named.FIRST, partitions);
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> lasts =
                cluster.offsets(LogPoint.Named.LAST, partitions);
        Map<TopicPartition, Outcome<Optional<LogOffset>>> first = firsts.await();
        Map<TopicPartition, Outcome<Optional<LogOffset>>> last = lasts.await();
        Map<TopicPartition, Outcome<Ends>> ends = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Outcome<Ends> both = both(Required.in(first, partition), Required.in(last, partition));
            both.value().ifPresent(known -> remembered.put(new Key(cluster.name(), partition), known));
            ends.put(partition, both);
        }
        return ends;
    }

    private static Outcome<Ends> both(Outcome<Optional<LogOffset>> first, Outcome<Optional<LogOffset>> last) {
        Optional<ClusterException> problem = first.problem().or(last::problem);
        if (problem.isPresent()) {
            return Outcome.failed(problem.get());
        }
        Optional<LogOffset> from = first.orThrow();
        Optional<LogOffset> to = last.orThrow();
        return from.isPresent() && to.isPresent()
                ? Outcome.known(new Ends(from.get().offset(), to.get().offset()))
                : Outcome.failed(new ClusterException(
                        ClusterException.Reason.LEADER_UNAVAILABLE, "The leader did not say where the log ends."));
    }
}
