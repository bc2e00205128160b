package dev.fathom.pool.worker;

import dev.fathom.cluster.TopicPartition;
import java.util.Optional;

/** What the members of a consumer have said they had committed. */
@FunctionalInterface
public interface Checkpoints {

    /** The last offset said to be committed for a partition of a topic of this id; never a position. */
    Optional<Long> committed(String uid, String topicId, TopicPartition partition);
}
