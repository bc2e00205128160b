package dev.fathom.pool.worker;

import dev.fathom.pool.worker.MemberReport.PartitionReport;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The partitions a member owns, with its work on each; and what it, or its predecessor, owned lately. */
final class OwnedPartitions {

    /** By then the next owner of a partition has reported. */
    private static final long LEFT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Maker maker;
    private final Dispatch dispatch;
    private final Clock clock;
    private final Map<TopicPartition, PartitionWork> owned = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Left> left = new ConcurrentHashMap<>();

    interface Maker {
        PartitionWork work(TopicPartition partition, @Nullable String topicId, long position);
    }

    /** @param until when it is to be forgotten, as {@link System#nanoTime} */
    private record Left(PartitionReport report, long until) {}

    OwnedPartitions(Maker maker, Dispatch dispatch, Optional<MemberReport> before, Clock clock) {
        this.maker = maker;
        this.dispatch = dispatch;
        this.clock = clock;
        before.ifPresent(report -> {
            report.left().forEach(this::leave);
            report.partitions().forEach(this::leave);
        });
    }

    private void leave(PartitionReport report) {
        if (report.committed() != null && report.at() != null) {
            left.put(
                    new TopicPartition(report.topic(), report.partition()),
                    new Left(report, System.nanoTime() + LEFT_NANOS));
        }
    }

    void own(TopicPartition partition, @Nullable String topicId, long position) {
        PartitionWork work = maker.work(partition, topicId, position);
        owned.put(partition, work);
        left.remove(partition);
        dispatch.add(work);
    }

    /** Starts on a partition, or starts again, at another place. */
    void move(TopicPartition partition, String topicId, long position) {
        forget(partition);
        own(partition, topicId, position);
    }

    void forget(TopicPartition partition) {
        PartitionWork work = owned.remove(partition);
        if (work != null) {
            leave(PartitionReport.committed(
                    partition.topic(), partition.partition(), work.topicId(), work.committedOffset(), clock.instant()));
            dispatch.remove(work);
            work.purge();
        }
    }

    Optional<PartitionWork> of(TopicPartition partition) {
        return Optional.ofNullable(owned.get(partition));
    }

    List<PartitionWork> of(Collection<TopicPartition> partitions) {
        return partitions.stream().flatMap(partition -> of(partition).stream()).toList();
    }

    Collection<PartitionWork> all() {
        return owned.values();
    }

    Set<TopicPartition> partitions() {
        return Set.copyOf(owned.keySet());
    }

    /** What was given up lately. */
    List<PartitionReport> leftLately() {
        return left.values().stream()
                .filter(known -> System.nanoTime() - known.until() < 0)
                .map(Left::report)
                .toList();
    }

    int inFlight() {
        return owned.values().stream().mapToInt(PartitionWork::inFlight).sum();
    }

    boolean anythingUndone() {
        return owned.values().stream().anyMatch(work -> !work.empty());
    }
}
