package dev.fathom.pool.worker;

import dev.fathom.cluster.Required;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * Commits what is done, one commit at a time, no more often than configured. One that fails loses nothing: it is repeated a
 * little later, with what is done by then, if the partition is still the member's. On the member's thread.
 */
final class Committer {

    static final Duration LONGEST = Duration.ofSeconds(5);

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final int MOST_DOUBLINGS = 6;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Duration interval;
    private final MemberStats stats;
    private final Consumer<AuthorizationException> refused;
    private boolean underWay;
    private long next = System.nanoTime();
    private int failures;

    /** @param refused told when the cluster does not let the service commit */
    Committer(
            KafkaConsumer<byte[], byte[]> consumer,
            Duration interval,
            MemberStats stats,
            Consumer<AuthorizationException> refused) {
        this.consumer = consumer;
        this.interval = interval;
        this.stats = stats;
        this.refused = refused;
    }

    boolean underWay() {
        return underWay;
    }

    /** Commits what is due, without waiting. @return whether there was anything */
    boolean commitWhatIsDue(Collection<PartitionWork> works, long now) {
        if (underWay || now - next < 0) {
            return false;
        }
        Map<TopicPartition, OffsetAndMetadata> due = due(works);
        if (due.isEmpty()) {
            return false;
        }
        Map<TopicPartition, PartitionWork> covered = works.stream()
                .filter(work -> due.containsKey(work.partition()))
                .collect(Collectors.toMap(PartitionWork::partition, Function.identity()));
        covered.values().forEach(PartitionWork::committing);
        underWay = true;
        consumer.commitAsync(due, (offsets, failed) -> {
            underWay = false;
            if (failed == null) {
                failures = 0;
                offsets.forEach(
                        (partition, offset) -> Required.in(covered, partition).committed(offset.offset()));
                next = System.nanoTime() + interval.toNanos();
            } else {
                failed(failed);
            }
        });
        return true;
    }

    private static Map<TopicPartition, OffsetAndMetadata> due(Collection<PartitionWork> works) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        works.forEach(work -> work.committable().ifPresent(offset -> due.put(work.partition(), offset)));
        return due;
    }

    private void failed(Exception failed) {
        stats.commitErrors.increment();
        if (failed instanceof AuthorizationException refusal) {
            refused.accept(refusal);
            return;
        }
        // Expected in a rebalance: the partition is committed before it is revoked.
        if (!(failed instanceof RebalanceInProgressException)) {
            stats.error("A commit failed: " + failed.getClass().getSimpleName() + ".");
        }
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures++, MOST_DOUBLINGS));
        next = System.nanoTime() + (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).toNanos();
    }

    /** Commits all that is done of partitions before they are given up, and waits for it. */
    void commitBeforeLeaving(Collection<PartitionWork> works) {
        Map<TopicPartition, OffsetAndMetadata> due = due(works);
        if (due.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(due, LONGEST);
            works.stream()
                    .filter(work -> due.containsKey(work.partition()))
                    .forEach(work ->
                            work.committed(Required.in(due, work.partition()).offset()));
        } catch (KafkaException e) {
            // The next owner starts at the previous commit: records come again, none is lost.
            stats.commitErrors.increment();
            stats.error("The last commit before partitions were given up failed: "
                    + e.getClass().getSimpleName() + ".");
        }
    }
}
