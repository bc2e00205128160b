package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * What a member's thread does: joins the group, polls, hands records over, commits what is done, and leaves. It waits for the
 * sink only while partitions are revoked, so that records in hand are still committed by their owner.
 */
final class PollLoop {

    private static final long OBSERVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Spec spec;
    private final Clients clients;
    private final Starts starts;
    private final OwnedPartitions owned;
    private final Dispatch dispatch;
    private final Pauses pauses;
    private final MemberControl control;
    private final MemberStats stats;
    private final MemberStatus status;
    private final Runnable show;
    private final PollTiming timing = new PollTiming();

    private volatile long lastPoll = System.nanoTime();
    private volatile boolean joined;

    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private @Nullable Committer committer;
    private @Nullable Positions positions;
    private long observed;

    /** @param show tells the others what {@code status} has observed */
    PollLoop(
            Spec spec,
            Clients clients,
            Starts starts,
            OwnedPartitions owned,
            Dispatch dispatch,
            Pauses pauses,
            MemberControl control,
            MemberStats stats,
            MemberStatus status,
            Runnable show) {
        this.spec = spec;
        this.clients = clients;
        this.starts = starts;
        this.owned = owned;
        this.dispatch = dispatch;
        this.pauses = pauses;
        this.control = control;
        this.stats = stats;
        this.status = status;
        this.show = show;
    }

    boolean joined() {
        return joined;
    }

    /** Whether the last poll is so long ago that the group has given it up. */
    boolean isOverdue() {
        return System.nanoTime() - lastPoll > clients.maxPollInterval().toNanos();
    }

    void wakeup() {
        KafkaConsumer<byte[], byte[]> hanging = consumer;
        if (hanging != null) {
            hanging.wakeup();
        }
    }

    /**
     * Runs until it is to stop.
     *
     * @param commitRefused told when the cluster does not let the service commit
     * @throws RuntimeException a failure the client cannot recover from
     */
    void run(Consumer<AuthorizationException> commitRefused) {
        consumer = clients.consumer();
        committer = new Committer(consumer(), spec.limits().commitInterval(), stats, commitRefused);
        positions = new Positions(consumer(), spec, starts, owned, stats);
        consumer().subscribe(spec.topics(), new Rebalances());
        while (!control.stopping()) {
            turn();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return Objects.requireNonNull(consumer);
    }

    private Committer committer() {
        return Objects.requireNonNull(committer);
    }

    private Positions positions() {
        return Objects.requireNonNull(positions);
    }

    private void turn() {
        timing.makeRoom(owned, pauses::waitsForSink);
        pauses.apply(consumer(), owned.partitions());
        ConsumerRecords<byte[], byte[]> records;
        lastPoll = System.nanoTime();
        try {
            boolean busy = !control.paused() && (committer().underWay() || owned.anythingUndone());
            records = consumer().poll(timing.pollTime(busy));
        } catch (OffsetOutOfRangeException e) {
            stats.pollErrors.increment();
            positions().outOfRange(e.offsetOutOfRangePartitions());
            return;
        } catch (NoOffsetForPartitionException e) {
            // The commit was deleted while the position was looked up.
            stats.pollErrors.increment();
            positions().withoutCommit(e.partitions());
            return;
        }
        take(records);
        long now = System.nanoTime();
        if (now - observed > OBSERVE_NANOS) {
            status.observe(consumer());
            show.run();
            observed = now;
        }
        if (committer().commitWhatIsDue(owned.all(), now)) {
            timing.somethingHappened();
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        if (records.isEmpty()) {
            stats.emptyPolls.increment();
            timing.nothingCame();
        } else {
            timing.somethingHappened();
        }
        Map<TopicPartition, OffsetAndMetadata> goesOn = records.nextOffsets();
        for (TopicPartition partition : records.partitions()) {
            PartitionWork work = owned.of(partition).orElse(null);
            if (work == null || !consumer().assignment().contains(partition)) {
                // Buffered for a partition that was lost meanwhile: its new owner reads it.
                stats.staleCompletions.add(records.records(partition).size());
                continue;
            }
            var received = records.records(partition);
            stats.records.add(received.size());
            stats.bytes.add(work.received(received, Optional.ofNullable(goesOn.get(partition))));
        }
        goesOn.forEach((partition, next) -> owned.of(partition).ifPresent(work -> work.advanced(next.offset())));
        if (!records.isEmpty()) {
            dispatch.wake();
        }
    }

    /** Partitions come, go, and are lost. Called within poll. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            stats.rebalances.increment();
            joined = true;
            status.joinedAs(consumer().groupMetadata().memberId());
            if (!assigned.isEmpty()) {
                // They come unpaused; fetch only once the start is known and reasons to pause are checked.
                consumer().pause(assigned);
                positions().assigned(assigned);
                pauses.apply(consumer(), assigned);
                stats.event(EventType.ASSIGNED, assigned.toString());
            }
            status.observe(consumer());
            show.run();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            release(revoked);
            if (!revoked.isEmpty()) {
                stats.event(EventType.REVOKED, revoked.toString());
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            lost.forEach(owned::forget);
            if (!lost.isEmpty()) {
                stats.event(EventType.LOST, lost.toString());
            }
        }
    }

    /** Waits for the sink to finish records of partitions, commits, and gives the partitions up. */
    private void release(Collection<TopicPartition> partitions) {
        List<PartitionWork> works = owned.of(partitions);
        if (works.isEmpty()) {
            return;
        }
        works.forEach(PartitionWork::stop);
        Duration patience = control.drain();
        Duration half = clients.maxPollInterval().dividedBy(2);
        long end = System.nanoTime() + (patience.compareTo(half) < 0 ? patience : half).toNanos();
        try {
            for (PartitionWork work : works) {
                work.awaitLanded(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            committer().commitBeforeLeaving(works);
            status.observe(consumer());
        } finally {
            partitions.forEach(owned::forget);
        }
    }

    /**
     * Commits what is done and leaves the group, whatever fails: a consumer that is not closed stays in it by its heartbeats.
     */
    void leave() {
        if (consumer == null) {
            return;
        }
        try {
            release(owned.partitions());
        } finally {
            stats.closing(consumer().metrics());
            // An abandoned member is interrupted, which would keep close() from leaving the group.
            Thread.interrupted();
            consumer().close(CloseOptions.timeout(Committer.LONGEST));
        }
    }
}
