package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * The topic in which the brokers of one cluster keep groups. Each group lies in one of its partitions, and the leader of that
 * partition is the group's coordinator. A broker lists the groups it coordinates: those of a partition without a leader are
 * listed by none, and no broker says that they are missing.
 */
final class OffsetsTopic {

    private static final String NAME = "__consumer_offsets";

    private final Topology topology;
    private volatile Set<String> listed = Set.of();

    OffsetsTopic(Topology topology) {
        this.topology = topology;
    }

    /** Whether it was never made. What is remembered of that is asked again: the first group makes it. */
    boolean isMissing(Asking asking) {
        return seen(asking).failed(Reason.TOPIC_NOT_FOUND) && ask(true, asking).failed(Reason.TOPIC_NOT_FOUND);
    }

    /** From memory, or asked for; the caller bounds how long that takes. */
    Outcome<Topic> seen(Asking asking) {
        return ask(false, asking);
    }

    /** The partition that the commits of a group are kept in. */
    Outcome<Topic.Partition> of(String group, Asking asking) {
        return seen(asking).map(topic -> partition(topic, group));
    }

    static TopicPartition log(Topic.Partition partition) {
        return new TopicPartition(NAME, partition.number());
    }

    private static Topic.Partition partition(Topic topic, String group) {
        return topic.partitions()
                .get(Utils.abs(group.hashCode()) % topic.partitions().size());
    }

    private Outcome<Topic> ask(boolean fresh, Asking asking) {
        return Required.in(
                topology.of(List.of(NAME), fresh, asking.admin(), asking.deadline(), asking.answers()), NAME);
    }

    /**
     * What a listing without problems lacks all the same. Where it lacks a group that was there before, what is remembered of
     * the topic is not relied on.
     *
     * @param everyGroup the ids listed where all groups were asked for; empty for a part of them
     */
    Optional<ClusterException> lostTo(Optional<Collection<String>> everyGroup, boolean fresh, Asking asking) {
        Set<String> before = listed;
        everyGroup.ifPresent(ids -> listed = Set.copyOf(ids));
        boolean shrunk = everyGroup.filter(ids -> !ids.containsAll(before)).isPresent();
        return ask(fresh || shrunk, asking).value().flatMap(OffsetsTopic::lost);
    }

    private static Optional<ClusterException> lost(Topic topic) {
        List<Topic.Partition> leaderless = topic.partitions().stream()
                .filter(partition -> partition.leader().isEmpty())
                .toList();
        if (leaderless.isEmpty()) {
            return Optional.empty();
        }
        String numbers = leaderless.stream()
                .map(partition -> Integer.toString(partition.number()))
                .collect(Collectors.joining(", "));
        return Optional.of(new ClusterException(
                Reason.UNAVAILABLE,
                "Groups kept in " + (leaderless.size() == 1 ? "partition " : "partitions ") + numbers + " (of "
                        + topic.partitions().size() + ") of topic \"" + NAME
                        + "\" are not listed: without a leader it has no coordinator now."));
    }

    /** Why no broker can answer for a group now; empty where its coordinator may be asked, or is not known. */
    Optional<String> silentAbout(String group, Asking asking) {
        return silent(seen(asking), group)
                .flatMap(partition -> silent(ask(true, asking), group))
                .map(partition -> "partition " + partition + " of topic \"" + NAME
                        + "\", where it would be kept, has no leader now.");
    }

    /** The partition a group lies in, where that has no leader. */
    private static Optional<Integer> silent(Outcome<Topic> topic, String group) {
        return topic.value()
                .map(known -> partition(known, group))
                .filter(partition -> partition.leader().isEmpty())
                .map(Topic.Partition::number);
    }
}
