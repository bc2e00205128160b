package dev.fathom.pool.worker;

import dev.fathom.cluster.Required;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.worker.Starts.Start;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Positions a member on its partitions: at the commit; without one, or where it lies outside the log, where {@link Starts}
 * says, which is committed at once. On the member's thread.
 */
final class Positions {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Spec spec;
    private final Starts starts;
    private final OwnedPartitions owned;
    private final MemberStats stats;

    Positions(
            KafkaConsumer<byte[], byte[]> consumer,
            Spec spec,
            Starts starts,
            OwnedPartitions owned,
            MemberStats stats) {
        this.consumer = consumer;
        this.spec = spec;
        this.starts = starts;
        this.owned = owned;
        this.stats = stats;
    }

    /** Partitions were gained: they are owned from here on. */
    void assigned(Collection<TopicPartition> assigned) {
        Map<String, String> topicIds =
                starts.topicIds(assigned.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(assigned), Committer.LONGEST);
        Set<dev.fathom.cluster.TopicPartition> without = new HashSet<>();
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata commit = committed.get(partition);
            if (commit == null) {
                // Owned once its start is known: until then there is no commit to report.
                without.add(ours(partition));
            } else {
                owned.own(partition, topicIds.get(partition.topic()), commit.offset());
                consumer.seek(partition, commit);
            }
        }
        begin(starts.withoutCommit(without, topicIds), topicIds);
    }

    /** Commits were deleted while the member was reading. */
    void withoutCommit(Set<TopicPartition> partitions) {
        Map<String, String> topicIds = starts.topicIds(Set.copyOf(spec.topics()));
        begin(
                starts.withoutCommit(partitions.stream().map(Positions::ours).collect(Collectors.toSet()), topicIds),
                topicIds);
    }

    /**
     * The next offset lies outside the log. Records read before it that are not done are kept if reading goes on after them;
     * otherwise they are of a log that is gone.
     *
     * @param offsets where it was to read
     */
    void outOfRange(Map<TopicPartition, Long> offsets) {
        Map<dev.fathom.cluster.TopicPartition, Start> places = starts.outOfRange(offsets.entrySet().stream()
                .collect(Collectors.toMap(entry -> ours(entry.getKey()), Map.Entry::getValue)));
        Map<dev.fathom.cluster.TopicPartition, Start> moved = new HashMap<>();
        places.forEach((place, start) -> {
            TopicPartition partition = new TopicPartition(place.topic(), place.partition());
            PartitionWork held = owned.of(partition)
                    .filter(work -> work.firstUndone() < Required.in(offsets, partition))
                    .orElse(null);
            if (held == null) {
                moved.put(place, start);
            } else if (start.offset() < Required.in(offsets, partition)) {
                moved.put(place, Start.insteadOf(held.firstUndone(), start.offset(), start.why()));
            } else {
                held.goesOnAt(start.offset());
                consumer.seek(partition, start.offset());
                chosen(place, start);
                skipped(place, start);
            }
        });
        begin(moved, Map.of());
    }

    /** @param topicIds of topics whose partitions may not be owned yet */
    private void begin(Map<dev.fathom.cluster.TopicPartition, Start> places, Map<String, String> topicIds) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        places.forEach((place, start) -> {
            TopicPartition partition = new TopicPartition(place.topic(), place.partition());
            String topicId = owned.of(partition)
                    .map(PartitionWork::topicId)
                    .orElseGet(() -> topicIds.getOrDefault(partition.topic(), ""));
            owned.move(partition, topicId, start.offset());
            consumer.seek(partition, start.offset());
            commits.put(partition, new OffsetAndMetadata(start.offset()));
            chosen(place, start);
        });
        if (!commits.isEmpty()) {
            consumer.commitSync(commits, Committer.LONGEST);
            // Only now: without the commit the start is chosen again, and would be counted twice.
            places.forEach(this::skipped);
        }
    }

    private void chosen(dev.fathom.cluster.TopicPartition place, Start start) {
        stats.event(EventType.POSITION_CHOSEN, place + " at " + start.offset() + ": " + start.why());
    }

    /** Counts offsets that are not read. */
    private void skipped(dev.fathom.cluster.TopicPartition place, Start start) {
        if (start.passed() > 0) {
            stats.skipped.add(start.passed());
            stats.event(
                    EventType.SKIPPED,
                    place + ": " + start.passed() + " offsets from " + (start.offset() - start.passed())
                            + " on are not read: " + start.why());
        }
    }

    private static dev.fathom.cluster.TopicPartition ours(TopicPartition partition) {
        return new dev.fathom.cluster.TopicPartition(partition.topic(), partition.partition());
    }
}
