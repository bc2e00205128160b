package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.worker.Shares.Held;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which of a member's partitions are fetched. Every reason to pause is checked each time, so that none is forgotten, or
 * lifted by the end of another.
 *
 * <p>What the client has prefetched of a paused partition stays in the client, and does not keep others from being fetched: it
 * is bounded by the bytes of one partition in one fetch (see {@link Clients}).
 */
final class Pauses {

    /** How long lags are cached: with the new protocol each look-up goes to another thread. */
    private static final long LOGS_STAND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long LOGS_STAND_NANOS_EACH = TimeUnit.MILLISECONDS.toNanos(2);

    private final Spec spec;
    private final Shares shares;
    private final OwnedPartitions owned;
    private final HeldRecords load;
    private final Dispatch dispatch;
    private final MemberControl control;
    /** On the member's thread only. */
    private final Set<TopicPartition> haveMore = new HashSet<>();

    private long looked;

    /** @param polled the most records one poll returns */
    Pauses(Spec spec, int polled, OwnedPartitions owned, HeldRecords load, Dispatch dispatch, MemberControl control) {
        this.spec = spec;
        this.shares = new Shares(spec.limits().queueCapacity(), spec.limits().queueBytes(), polled);
        this.owned = owned;
        this.load = load;
        this.dispatch = dispatch;
        this.control = control;
        this.looked = System.nanoTime() - TimeUnit.HOURS.toNanos(1);
    }

    /** Whether only records in hand keep it from taking more. */
    boolean waitsForSink() {
        boolean heldUntilCommitted = spec.limits().commitInterval().isZero();
        return !heldUntilCommitted && !control.stopping() && !control.paused() && full();
    }

    /** Whether another poll may return more than may be held. */
    private boolean full() {
        return load.records() + shares.polled() > spec.limits().queueCapacity()
                || load.bytes() >= spec.limits().queueBytes();
    }

    /** Pauses and resumes what has to be. On the member's thread. */
    void apply(KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> among) {
        boolean none = control.paused() || control.stopping();
        Set<TopicPartition> assigned = consumer.assignment();
        Set<TopicPartition> fetched = none ? Set.of() : toFetch(consumer, assigned);
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>();
        Set<TopicPartition> toResume = new HashSet<>();
        for (TopicPartition partition : among) {
            if (owned.of(partition).isEmpty() || !assigned.contains(partition)) {
                continue;
            }
            boolean still = !fetched.contains(partition);
            if (still && !paused.contains(partition)) {
                toPause.add(partition);
            } else if (!still && paused.contains(partition)) {
                toResume.add(partition);
            }
        }
        if (!toPause.isEmpty()) {
            consumer.pause(toPause);
        }
        if (!toResume.isEmpty()) {
            consumer.resume(toResume);
        }
    }

    private Set<TopicPartition> toFetch(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> assigned) {
        boolean sinkDown = dispatch.breaker() != Breaker.State.CLOSED;
        Collection<PartitionWork> works = owned.all();
        List<Held> all = new ArrayList<>(works.size());
        int share = shares.share(works.size());
        long shareOfBytes = shares.shareOfBytes(works.size());
        for (PartitionWork work : works) {
            if (works.size() > 1 && work.standsStill() && assigned.contains(work.partition())) {
                // The others may need the room; it is fetched again when its turn comes.
                work.giveBack(share, shareOfBytes).ifPresent(from -> consumer.seek(work.partition(), from));
            }
            all.add(work.held(sinkDown));
        }
        return shares.toFetch(all, partition -> hasMore(consumer, works, partition));
    }

    private boolean hasMore(
            KafkaConsumer<byte[], byte[]> consumer, Collection<PartitionWork> works, TopicPartition partition) {
        long now = System.nanoTime();
        if (now - looked > LOGS_STAND_NANOS + works.size() * LOGS_STAND_NANOS_EACH) {
            looked = now;
            haveMore.clear();
            works.stream()
                    .map(PartitionWork::partition)
                    .filter(each -> !Long.valueOf(0).equals(PartitionReports.lag(consumer, each)))
                    .forEach(haveMore::add);
        }
        return haveMore.contains(partition);
    }
}
