package dev.fathom.reset;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.past.PastCommits.Known;
import dev.fathom.position.Position;
import dev.fathom.position.PositionResolver;
import dev.fathom.reset.GroupReader.Committed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything a plan is made of, as it was found: the group, what it committed, and where the places asked for lie.
 *
 * @param group as it is listed; a group that does not exist yet is listed as it would be
 * @param committed empty for a group that does not exist yet
 * @param targets what is to be moved where, by topic and partition
 * @param rights what the service may do to each topic, in Kafka's words; missing where that is not known
 * @param logs where the points that the targets need lie
 * @param others what other groups have committed, by id
 * @param past what the group had committed at the moments the targets name
 * @param internalTopics changelogs and repartition topics of a Kafka Streams application that this group is
 * @param inUse whether the group has no members and yet its commits move, unacknowledged
 * @param mayHideCommits whether commits that it is about may lie on topics that the service may not see
 * @param mayHaveMembers whether members do not block it, since it waits for them to go
 * @param blockers those that do not depend on the plan: read-only, the service's own, the journal
 * @param now the moment that spans count back from
 */
record ResetSnapshot(
        String cluster,
        GroupListing group,
        Optional<Committed> committed,
        List<PartitionTarget> targets,
        Map<String, Outcome<Topic>> topics,
        Map<String, Set<String>> rights,
        PositionResolver logs,
        Map<String, Commits> others,
        Map<PartitionTarget, Known> past,
        List<String> internalTopics,
        boolean inUse,
        boolean mayHideCommits,
        boolean mayHaveMembers,
        List<Blocker> blockers,
        Instant now) {

    ResetSnapshot {
        targets = List.copyOf(targets);
        topics = Map.copyOf(topics);
        rights = Map.copyOf(rights);
        others = Map.copyOf(others);
        past = Map.copyOf(past);
        blockers = List.copyOf(blockers);
    }

    /**
     * One partition and where it is to go.
     *
     * @param pointer where that stands in the request
     */
    record PartitionTarget(TopicPartition partition, Position position, String pointer) {}

    /** The same logs, with the group as it is once it is to be changed. */
    ResetSnapshot again(Committed current, boolean usedNow) {
        return new ResetSnapshot(
                cluster,
                group,
                Optional.of(current),
                targets,
                topics,
                rights,
                logs,
                others,
                past,
                internalTopics,
                usedNow,
                mayHideCommits,
                false,
                blockers,
                now);
    }

    Optional<GroupDescription> description() {
        return committed.map(Committed::description);
    }

    Commits commits() {
        return committed.map(Committed::commits).orElseGet(Commits::new);
    }

    /** Partitions whose commit an open transaction may still replace. */
    Set<TopicPartition> pending() {
        return committed.map(Committed::pending).orElse(Set.of());
    }

    /** The topics of the targets, in order. */
    Set<String> targetTopics() {
        Set<String> names = new TreeSet<>();
        targets.forEach(target -> names.add(target.partition().topic()));
        return names;
    }

    /** The topic's id; empty where the topic is gone or hidden. */
    String topicIdOf(TopicPartition partition) {
        return Optional.ofNullable(topics.get(partition.topic()))
                .flatMap(Outcome::value)
                .map(Topic::topicId)
                .orElse("");
    }
}
