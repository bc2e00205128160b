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
 * The last commits of a consumer, by its members' reports or by the journal, whichever is later. Stopped members do not see
 * changes of their group, and commits deleted through the service must not come back.
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
