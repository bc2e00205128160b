package dev.fathom.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a topic keeps its records.
 *
 * @param time {@code retention.ms}; empty when for ever, and where records are only compacted
 * @param bytes {@code retention.bytes}, for each partition; empty when any number, and where records are only compacted
 * @param segment {@code segment.ms}: how long a segment takes records, which are deleted together
 * @param byAppendTime whether the age of a record counts from when it was written ({@code message.timestamp.type}), not from the
 *     time it came with
 */
public record Retention(Optional<Duration> time, OptionalLong bytes, Duration segment, boolean byAppendTime) {}
