package dev.fathom.operation;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.TopicPartition;
import java.util.Optional;

/**
 * What an operation does to one commit.
 *
 * @param topicId of the topic when the change was planned: a topic made again under the name has another; empty where
 *     the topic was gone
 * @param before what was committed; empty for nothing
 * @param after what is to be committed; empty for nothing
 */
public record Change(TopicPartition partition, String topicId, Optional<Commit> before, Optional<Commit> after) {}
