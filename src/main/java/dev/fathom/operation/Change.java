package dev.fathom.operation;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.TopicPartition;
import java.util.Optional;

/**
 * What an operation does to one commit.
 *
 * @param topicId of the topic when the change was planned: a topic recreated under the name has another; empty where
 *     the topic was gone
 * @param before what was committed; empty for nothing
 * @param after what is to be committed; empty for nothing
 */
public record Change(TopicPartition partition, String topicId, Optional<Commit> before, Optional<Commit> after) {

    /** Whether two commits of a group are the same; those of share groups have nothing but the offset. */
    public static boolean same(Optional<Commit> one, Optional<Commit> other, GroupType type) {
        return type.keepsMetadata()
                ? one.equals(other)
                : one.map(Commit::offset).equals(other.map(Commit::offset));
    }
}
