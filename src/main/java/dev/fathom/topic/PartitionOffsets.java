package dev.fathom.topic;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.TopicPartition;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The borders of one log, and where positions lie in it.
 *
 * @param firstOffset the log start; null when unknown
 * @param lastOffset the high watermark; null when unknown
 * @param lastStableOffset one past the last offset without an open transaction before it; null when unknown
 * @param positions each position asked for, as it was written; empty where it has no answer in this log
 * @param problem why something is unknown
 */
public record PartitionOffsets(
        TopicPartition partition,
        @Nullable Long firstOffset,
        @Nullable Long lastOffset,
        @Nullable Long lastStableOffset,
        Map<String, Optional<LogOffset>> positions,
        Optional<ClusterException> problem) {}
