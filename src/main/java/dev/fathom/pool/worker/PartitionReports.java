package dev.fathom.pool.worker;

import dev.fathom.pool.worker.MemberReport.PartitionReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Where a member is on each of its partitions, from what its consumer knows without asking anybody. On its thread. */
final class PartitionReports {

    private PartitionReports() {}

    /** By topic and partition. A position that has come further without a record is told to the work, too. */
    static List<PartitionReport> of(
            KafkaConsumer<byte[], byte[]> consumer, Collection<PartitionWork> works, Clock clock) {
        return works.stream()
                .map(work -> of(consumer, work, clock.instant()))
                .sorted(Comparator.comparing(PartitionReport::topic).thenComparingInt(PartitionReport::partition))
                .toList();
    }

    private static PartitionReport of(KafkaConsumer<byte[], byte[]> consumer, PartitionWork work, Instant now) {
        Long position = position(consumer, work.partition());
        if (position != null) {
            work.advanced(position);
        }
        Long lag = lag(consumer, work.partition());
        return new PartitionReport(
                work.partition().topic(),
                work.partition().partition(),
                work.topicId(),
                position,
                work.committedOffset(),
                position == null || lag == null ? null : position + lag,
                lag,
                work.oldestUndone().map(Instant::ofEpochMilli).orElse(null),
                now);
    }

    private static @Nullable Long position(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (TimeoutException
                | IllegalStateException
                | OffsetOutOfRangeException
                | NoOffsetForPartitionException e) {
            return null;
        }
    }

    /** As of the last fetch; null while unknown. */
    static @Nullable Long lag(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        try {
            OptionalLong known = consumer.currentLag(partition);
            return known.isPresent() ? known.getAsLong() : null;
        } catch (IllegalStateException e) {
            // Not assigned any more.
            return null;
        }
    }
}
