package dev.fathom.pool.worker;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.pool.definition.Definition;
import java.time.Instant;
import java.util.HashMap;
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

    /** @param topicId of the topic as it is now: what is known of another is of another log */
    Optional<Checkpoint> of(Definition definition, String topicId, TopicPartition partition);

    /** The same of several partitions. @param topicIds by topic */
    default Map<TopicPartition, Checkpoint> of(
            Definition definition, Map<String, String> topicIds, Set<TopicPartition> partitions) {
        Map<TopicPartition, Checkpoint> known = new HashMap<>();
        partitions.forEach(partition -> of(definition, topicIds.get(partition.topic()), partition)
                .ifPresent(checkpoint -> known.put(partition, checkpoint)));
        return known;
    }
}
