package dev.fathom.pool.worker;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.pool.definition.Definition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was last known to be committed for a consumer, and whether that went away on purpose. */
@FunctionalInterface
public interface Checkpoints {

    /**
     * The last that is known of a partition's commit.
     *
     * @param committed never a position; empty where the commit was taken away on purpose, by a reset to nothing or a deletion
     * @param at since when that is known
     */
    record Checkpoint(Optional<Long> committed, Instant at) {

        /** Whichever is known later. */
        public static Optional<Checkpoint> later(Optional<Checkpoint> one, Optional<Checkpoint> other) {
            boolean otherIsLater = one.isEmpty()
                    || other.filter(known -> !known.at().isBefore(one.get().at()))
                            .isPresent();
            return otherIsLater ? other.or(() -> one) : one;
        }
    }

    /**
     * By partition, where anything is known.
     *
     * @param topicIds by topic: what is known of another id is of another log
     */
    Map<TopicPartition, Checkpoint> of(
            Definition definition, Map<String, String> topicIds, Set<TopicPartition> partitions);
}
