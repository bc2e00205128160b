package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Operations;
import dev.fathom.operation.Operations.Left;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.store.StatusBoard;
import dev.fathom.pool.worker.Checkpoints;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What was last committed for a consumer, as its members said and as the journal tells: whichever is later. Members do not see
 * what is done to their group while they are stopped, and what was taken away through the service must stay away.
 */
final class LastCommits implements Checkpoints {

    private final Supplier<Cluster> cluster;
    private final StatusBoard board;
    private final Operations operations;

    /** @param cluster gives a handle whose deadline starts then */
    LastCommits(Supplier<Cluster> cluster, StatusBoard board, Operations operations) {
        this.cluster = cluster;
        this.board = board;
        this.operations = operations;
    }

    @Override
    public Optional<Checkpoint> of(Definition definition, String topicId, TopicPartition partition) {
        return Optional.ofNullable(of(definition, Map.of(partition.topic(), topicId), Set.of(partition))
                .get(partition));
    }

    @Override
    public Map<TopicPartition, Checkpoint> of(
            Definition definition, Map<String, String> topicIds, Set<TopicPartition> partitions) {
        Map<TopicPartition, Left> journaled =
                operations.lastChanges(cluster.get(), definition.spec().groupId(), topicIds);
        Map<TopicPartition, Checkpoint> known = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Optional<Checkpoint> left = Optional.ofNullable(journaled.get(partition))
                    .map(change -> new Checkpoint(change.left().map(Commit::offset), change.at()));
            Optional<Checkpoint> said = board.checkpoint(definition.uid(), topicIds.get(partition.topic()), partition);
            Checkpoint.later(said, left).ifPresent(checkpoint -> known.put(partition, checkpoint));
        }
        return known;
    }
}
