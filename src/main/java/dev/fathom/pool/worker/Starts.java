package dev.fathom.pool.worker;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Definition.KnownTopic;
import dev.fathom.pool.definition.Spec.OnOutOfRange;
import dev.fathom.pool.worker.Checkpoints.Checkpoint;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.Shifted;
import dev.fathom.position.PositionResolver;
import dev.fathom.position.PositionResolver.Question;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Where a member begins on partitions it was given. A commit is where; without one there are four cases with a policy each,
 * told apart by what the definition and the journal know: a partition beyond those its topic had is new and begins at the
 * earliest, one whose commit was taken away on purpose begins as if it had never been read, any other that was there has lost
 * its commit, and a topic with another id is another topic.
 */
final class Starts {

    private final Supplier<Cluster> cluster;
    private final Definition definition;
    private final Checkpoints checkpoints;
    private final Clock clock;

    /** @param cluster gives a handle whose deadline starts then */
    Starts(Supplier<Cluster> cluster, Definition definition, Checkpoints checkpoints, Clock clock) {
        this.cluster = cluster;
        this.definition = definition;
        this.checkpoints = checkpoints;
        this.clock = clock;
    }

    /**
     * A place to begin at, and why there.
     *
     * @param passed the offsets before it that nobody has read and nobody will
     */
    record Start(long offset, String why, long passed) {

        static Start passingNothing(long offset, String why) {
            return new Start(offset, why, 0);
        }

        /** @param from where reading would have gone on */
        static Start insteadOf(long from, long offset, String why) {
            return new Start(offset, why, Math.max(0, offset - from));
        }
    }

    /**
     * The ids of topics as they are now.
     *
     * @throws MemberFailure when one is gone, or another than the one that was begun
     */
    Map<String, String> topicIds(Set<String> topics) {
        Map<String, String> ids = new HashMap<>();
        cluster.get().topics(topics).forEach((name, outcome) -> ids.put(name, topicId(name, outcome)));
        return ids;
    }

    private String topicId(String name, Outcome<Topic> outcome) {
        if (outcome.failed(ClusterException.Reason.TOPIC_NOT_FOUND)) {
            throw MemberFailure.topicDeleted(name);
        }
        String id = outcome.orThrow().topicId();
        KnownTopic known = definition.known().get(name);
        if (known != null && !known.topicId().equals(id)) {
            throw MemberFailure.topicRecreated(name);
        }
        return id;
    }

    /** Where to begin on partitions that have no commit. */
    Map<TopicPartition, Start> withoutCommit(Set<TopicPartition> partitions, Map<String, String> topicIds) {
        Map<TopicPartition, Start> starts = new HashMap<>();
        Set<TopicPartition> fresh = partitions.stream().filter(this::isNew).collect(Collectors.toSet());
        resolve(new Shifted(Anchor.EARLIEST, 0), fresh)
                .forEach((partition, offset) ->
                        starts.put(partition, Start.passingNothing(offset, "a new partition, from its first offset")));
        Set<TopicPartition> lost =
                partitions.stream().filter(partition -> !isNew(partition)).collect(Collectors.toSet());
        if (lost.isEmpty()) {
            return starts;
        }
        Map<TopicPartition, Checkpoint> known = checkpoints.of(definition, topicIds, lost);
        Set<TopicPartition> emptied = lost.stream()
                .filter(partition -> known.containsKey(partition)
                        && known.get(partition).committed().isEmpty())
                .collect(Collectors.toSet());
        resolve(definition.spec().start().startFrom(), emptied)
                .forEach((partition, offset) -> starts.put(
                        partition,
                        Start.passingNothing(
                                offset,
                                "the commit was deleted on purpose, from "
                                        + definition.spec().start().startFrom())));
        lost.removeAll(emptied);
        if (!lost.isEmpty()) {
            starts.putAll(lost(lost, known));
        }
        return starts;
    }

    private boolean isNew(TopicPartition partition) {
        KnownTopic known = definition.known().get(partition.topic());
        return known != null && partition.partition() >= known.partitions();
    }

    private Map<TopicPartition, Start> lost(Set<TopicPartition> partitions, Map<TopicPartition, Checkpoint> known) {
        Map<TopicPartition, Start> starts = new HashMap<>();
        switch (definition.spec().start().onOffsetsLost()) {
            case FAIL -> throw lostFor(partitions, "onOffsetsLost is fail");
            case START_FROM ->
                resolve(definition.spec().start().startFrom(), partitions)
                        .forEach((partition, offset) -> starts.put(partition, afterLoss(partition, offset, known)));
            case CHECKPOINT -> {
                for (TopicPartition partition : partitions) {
                    long offset = Optional.ofNullable(known.get(partition))
                            .flatMap(Checkpoint::committed)
                            .orElseThrow(() -> lostFor(Set.of(partition), "there is no checkpoint of it"));
                    starts.put(partition, Start.passingNothing(offset, "the commit was lost, from the checkpoint"));
                }
            }
        }
        return starts;
    }

    /** What was committed last is known by the checkpoint, if there is one. */
    private Start afterLoss(TopicPartition partition, long offset, Map<TopicPartition, Checkpoint> known) {
        String why = "the commit was lost, from " + definition.spec().start().startFrom();
        return Optional.ofNullable(known.get(partition))
                .flatMap(Checkpoint::committed)
                .map(from -> Start.insteadOf(from, offset, why))
                .orElse(Start.passingNothing(offset, why));
    }

    private static MemberFailure lostFor(Set<TopicPartition> partitions, String why) {
        return MemberFailure.lasting(
                MemberFailure.OFFSETS_LOST,
                "The group has no commit any more for " + partitions + ", and " + why
                        + ". Set where to go on with a reset and start the consumer.");
    }

    /** Where a position lies in logs; what has no answer there is the end, and nothing lies outside. */
    Map<TopicPartition, Long> resolve(Position position, Set<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        PositionResolver logs = new Question(Isolation.READ_UNCOMMITTED, clock.instant())
                .add(position, partitions)
                .ask(cluster.get());
        Map<TopicPartition, Long> resolved = new HashMap<>();
        for (TopicPartition partition : partitions) {
            logs.problem(partition).ifPresent(problem -> {
                throw problem;
            });
            long begin = logs.first(partition).orElseThrow();
            long end = logs.last(partition).orElseThrow();
            long offset = logs.resolve(position, partition).found().orElse(end);
            resolved.put(partition, Math.max(begin, Math.min(end, offset)));
        }
        return resolved;
    }

    /** Where to go on for partitions whose commit lies outside the log. @throws MemberFailure when the policy is to fail */
    Map<TopicPartition, Start> outOfRange(Map<TopicPartition, Long> positions) {
        // In another log no place means what it meant: that is for a human, whatever the policy.
        topicIds(positions.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet()));
        OnOutOfRange policy = definition.spec().start().onOutOfRange();
        if (policy == OnOutOfRange.FAIL) {
            throw MemberFailure.lasting(
                    MemberFailure.OFFSET_OUT_OF_RANGE,
                    "What is committed lies outside the log: " + positions
                            + ". Move the group with a reset and start the consumer.");
        }
        Map<TopicPartition, Long> first = resolve(new Shifted(Anchor.EARLIEST, 0), positions.keySet());
        Map<TopicPartition, Long> last = resolve(new Shifted(Anchor.LATEST, 0), positions.keySet());
        Map<TopicPartition, Start> starts = new HashMap<>();
        positions.forEach((partition, from) -> {
            long begin = Required.in(first, partition);
            long end = Required.in(last, partition);
            starts.put(
                    partition,
                    Start.insteadOf(
                            from,
                            policy == OnOutOfRange.EARLIEST ? begin : end,
                            from + " lies outside the log, which holds " + begin + " to " + end + "; from the "
                                    + policy.wireName()));
        });
        return starts;
    }
}
