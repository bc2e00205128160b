package dev.fathom.reset;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.position.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a plan is made of, as it was found: the group, what it committed, and where the places asked for lie.
 *
 * @param description empty for a group that does not exist yet
 * @param pending partitions whose commit an open transaction may still replace
 * @param targets what is to be moved where, by topic and partition
 * @param rights what the service may do to each topic, in Kafka's words; missing where that is not known
 * @param points where the points that the targets need lie; the ends of all logs among them
 * @param others what other groups have committed, by id
 * @param internalTopics changelogs and repartition topics of a Kafka Streams application that this group is
 * @param blockers what is in the way whatever the plan: read-only, the service's own, the journal
 * @param now the moment that spans count back from
 */
record ResetSnapshot(
        GroupListing group,
        Optional<GroupDescription> description,
        Commits commits,
        Set<TopicPartition> pending,
        List<PartitionTarget> targets,
        Map<String, Outcome<Topic>> topics,
        Map<String, Set<String>> rights,
        Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points,
        Map<String, Commits> others,
        List<String> internalTopics,
        boolean inUse,
        List<Blocker> blockers,
        Instant now) {

    /**
     * One partition and where it is to go.
     *
     * @param pointer where that stands in the request
     */
    record PartitionTarget(TopicPartition partition, Position position, String pointer) {}

    /** The same logs, with the group as it is now. */
    ResetSnapshot with(
            GroupDescription described, Commits committed, Set<TopicPartition> stillPending, boolean usedNow) {
        return new ResetSnapshot(
                group,
                Optional.of(described),
                committed,
                stillPending,
                targets,
                topics,
                rights,
                points,
                others,
                internalTopics,
                usedNow,
                blockers,
                now);
    }

    /** The same with one blocker more. */
    ResetSnapshot with(Blocker blocker) {
        List<Blocker> all = new ArrayList<>(blockers);
        all.add(blocker);
        return withObstacles(all);
    }

    /** The same without blockers of a kind. */
    ResetSnapshot without(Blocker.Why kind) {
        return withObstacles(
                blockers.stream().filter(blocker -> blocker.why() != kind).toList());
    }

    private ResetSnapshot withObstacles(List<Blocker> all) {
        return new ResetSnapshot(
                group,
                description,
                commits,
                pending,
                targets,
                topics,
                rights,
                points,
                others,
                internalTopics,
                inUse,
                all,
                now);
    }

    /** The topic's id; empty where the topic is gone or hidden. */
    String topicIdOf(TopicPartition partition) {
        return Optional.ofNullable(topics.get(partition.topic()))
                .flatMap(Outcome::value)
                .map(Topic::topicId)
                .orElse("");
    }

    Optional<Outcome<Optional<LogOffset>>> found(LogPoint point, TopicPartition partition) {
        return Optional.ofNullable(points.get(point)).flatMap(answers -> Optional.ofNullable(answers.get(partition)));
    }

    Optional<Long> offset(LogPoint point, TopicPartition partition) {
        return found(point, partition)
                .flatMap(Outcome::value)
                .flatMap(offset -> offset)
                .map(LogOffset::offset);
    }
}
