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
 * @param aims what is to be moved where, by topic and partition
 * @param rights what the service may do to each topic, in Kafka's words; missing where that is not known
 * @param points where the points that the aims need lie; the ends of all logs among them
 * @param others what other groups have committed, by id
 * @param internalTopics changelogs and repartition topics of a Kafka Streams application that this group is
 * @param obstacles what is in the way whatever the plan: read-only, the service's own, the journal
 * @param now the moment that spans count back from
 */
record Situation(
        GroupListing group,
        Optional<GroupDescription> description,
        Commits commits,
        Set<TopicPartition> pending,
        List<Aim> aims,
        Map<String, Outcome<Topic>> topics,
        Map<String, Set<String>> rights,
        Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points,
        Map<String, Commits> others,
        List<String> internalTopics,
        boolean inUse,
        List<Blocker> obstacles,
        Instant now) {

    /**
     * One partition and where it is to go.
     *
     * @param pointer where that stands in the request
     */
    record Aim(TopicPartition partition, Position position, String pointer) {}

    /** The same logs, with the group as it is now. */
    Situation with(GroupDescription described, Commits committed, Set<TopicPartition> stillPending, boolean usedNow) {
        return new Situation(
                group,
                Optional.of(described),
                committed,
                stillPending,
                aims,
                topics,
                rights,
                points,
                others,
                internalTopics,
                usedNow,
                obstacles,
                now);
    }

    /** The same with one obstacle more. */
    Situation with(Blocker obstacle) {
        List<Blocker> all = new ArrayList<>(obstacles);
        all.add(obstacle);
        return withObstacles(all);
    }

    /** The same without obstacles of a kind. */
    Situation without(Blocker.Why kind) {
        return withObstacles(
                obstacles.stream().filter(obstacle -> obstacle.why() != kind).toList());
    }

    private Situation withObstacles(List<Blocker> all) {
        return new Situation(
                group,
                description,
                commits,
                pending,
                aims,
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
