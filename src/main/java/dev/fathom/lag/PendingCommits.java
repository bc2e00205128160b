package dev.fathom.lag;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The commits of one group that open transactions hold: sent with them, and in force once they end as committed. Share
 * groups have none, and brokers older than 2.5 do not tell.
 */
public final class PendingCommits {

    private final Cluster cluster;
    private final GroupListing group;
    private Optional<Pending<Outcome<Set<TopicPartition>>>> asked = Optional.empty();

    public PendingCommits(Cluster cluster, GroupListing group) {
        this.cluster = cluster;
        this.group = group;
    }

    /** Every partition of the topics that are there and visible: only of these a broker can be asked. */
    public static Set<TopicPartition> partitionsOf(Map<String, Outcome<Topic>> topics) {
        Set<TopicPartition> partitions = new TreeSet<>();
        topics.values().forEach(outcome -> outcome.value().ifPresent(topic -> partitions.addAll(topic.logs())));
        return partitions;
    }

    public void ask(Set<TopicPartition> partitions) {
        if (group.type().hasCommits()) {
            asked = Optional.of(cluster.pendingCommits(group, partitions));
        }
    }

    public void ask() {
        if (group.type().hasCommits()) {
            asked = Optional.of(cluster.pendingCommits(group));
        }
    }

    /** What was found where it was asked for last. */
    public Set<TopicPartition> await() {
        if (asked.isEmpty()) {
            return Set.of();
        }
        return asked.get().await().unless(Reason.UNSUPPORTED).orElse(Set.of());
    }
}
