package dev.fathom.pool.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What was received of one partition while it was assigned once. It knows which records may be offered to the sink next, and
 * what may be committed: the first offset that is not done, or, when all is done, where fetching goes on. The latter is not
 * the last record's offset plus one: markers of transactions and holes left by compaction lie behind it.
 *
 * <p>An assignment that is over stays over: its work is purged, and whatever still comes back from the sink is late.
 */
final class PartitionWork {

    /** How records follow each other. */
    enum Order {
        /** Each waits for the one before it. */
        ONE_BY_ONE,
        /** All may be on their way, since the sink keeps their order; after a failure all that follow are sent again. */
        IN_ORDER,
        /** Those of a lane wait for each other; a key is always in the same lane. */
        BY_KEY,
        /** None waits for another. */
        FREE
    }

    private final TopicPartition partition;
    private final String topicId;
    private final Order order;
    private final Load load;
    /** Whether records weigh on the load until they are committed, and not only until they are done. */
    private final boolean heldUntilCommitted;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    private int turn;
    /** Which probe was the last that was of it; on the dispatch thread only. */
    int lastProbe;

    private OffsetAndMetadata next;
    private long committed;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean stopped;
    private volatile boolean purged;
    /** Done and passed by what may be committed, and not committed yet. */
    private int passedRecords;

    private long passedBytes;
    /** Those of them that the commit now under way covers. */
    private int coveredRecords;

    private long coveredBytes;

    /** @param position where the assignment begins, which is also what is committed */
    PartitionWork(
            TopicPartition partition,
            String topicId,
            long position,
            Order order,
            int lanes,
            boolean heldUntilCommitted,
            Load load) {
        this.partition = partition;
        this.topicId = topicId;
        this.order = order;
        this.heldUntilCommitted = heldUntilCommitted;
        this.load = load;
        this.next = new OffsetAndMetadata(position);
        this.committed = position;
        int count = order == Order.BY_KEY ? lanes : 1;
        int limit =
                switch (order) {
                    case ONE_BY_ONE, BY_KEY -> 1;
                    case IN_ORDER -> Integer.MAX_VALUE;
                    case FREE -> lanes;
                };
        for (int i = 0; i < count; i++) {
            this.lanes.add(new Lane(limit));
        }
    }

    TopicPartition partition() {
        return partition;
    }

    String topicId() {
        return topicId;
    }

    private Lane laneOf(Entry entry) {
        if (lanes.size() == 1) {
            return lanes.get(0);
        }
        byte[] key = entry.record.key();
        // Records without a key have no order among them.
        long spread = key == null ? entry.record.offset() : Integer.toUnsignedLong(Arrays.hashCode(key));
        return lanes.get((int) (spread % lanes.size()));
    }

    /** Takes what a poll returned. @param goesOn where fetching goes on after it. @return its size in bytes */
    synchronized long received(List<ConsumerRecord<byte[], byte[]>> records, Optional<OffsetAndMetadata> goesOn) {
        if (purged) {
            return 0;
        }
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Entry entry = new Entry(record);
            bytes += entry.size;
            entries.add(entry);
            laneOf(entry).add(entry);
        }
        load.add(records.size(), bytes);
        if (goesOn.isPresent()) {
            next = goesOn.get();
        } else if (!records.isEmpty()) {
            next = new OffsetAndMetadata(records.get(records.size() - 1).offset() + 1);
        }
        return bytes;
    }

    /** Everything before a position was handed out, though there may have been no record in it. */
    synchronized void advanced(long position) {
        if (entries.isEmpty() && position > next.offset()) {
            next = new OffsetAndMetadata(position);
        }
    }

    /** What lies before a position will not be handed out any more; what was handed out is still to be done. */
    synchronized void goesOnAt(long position) {
        if (position > next.offset()) {
            next = new OffsetAndMetadata(position);
        }
    }

    /** The first offset that is not done; where fetching goes on, when all is. */
    synchronized long firstUndone() {
        return entries.stream()
                .filter(entry -> entry.state != Entry.State.DONE)
                .findFirst()
                .map(entry -> entry.record.offset())
                .orElse(next.offset());
    }

    /**
     * The record to be offered now, which is in flight from then on; null when there is none.
     *
     * @param now as {@link System#nanoTime}
     */
    Entry offer(long now) {
        return next(lane -> lane.offer(now, entries), now);
    }

    /** As {@link #offer}, to find out whether the sink is there again: not always the same. */
    Entry probe(long now) {
        return next(lane -> lane.probe(now, entries), now);
    }

    private synchronized Entry next(Function<Lane, Entry> offering, long now) {
        if (stopped) {
            return null;
        }
        for (int i = 0; i < lanes.size(); i++) {
            Lane lane = lanes.get((turn + i) % lanes.size());
            Entry entry = offering.apply(lane);
            if (entry != null) {
                turn = (turn + i + 1) % lanes.size();
                return offered(lane, entry, now);
            }
        }
        return null;
    }

    private Entry offered(Lane lane, Entry entry, long now) {
        entry.state = Entry.State.IN_FLIGHT;
        entry.offeredAt = now;
        entry.probe = false;
        lane.offered();
        inFlight.incrementAndGet();
        return entry;
    }

    /** As {@link #offer}, one that waits for an entry that failed; null where the sink keeps the order. */
    synchronized Entry offerBehind(Entry failed, long now) {
        if (stopped || order == Order.IN_ORDER) {
            return null;
        }
        Lane lane = laneOf(failed);
        Entry behind = lane.behind(failed);
        return behind == null ? null : offered(lane, behind, now);
    }

    /** Whether there is one that waits for none that failed. */
    synchronized boolean hasUntried() {
        return lanes.stream().anyMatch(Lane::hasUntried);
    }

    /**
     * Whether more is to be fetched although something failed: nothing is in hand but what did, and only another record can
     * tell whether the record or the sink is at fault. Where order binds, not before it has failed as often as it may.
     */
    synchronized boolean wantsAnother() {
        boolean bound = order == Order.ONE_BY_ONE || order == Order.IN_ORDER;
        return entries.stream()
                .filter(entry -> entry.state != Entry.State.DONE)
                .allMatch(entry -> entry.hasFailed() && (!bound || entry.wantsEvidence));
    }

    /** As many as may be offered now, one after the other. */
    synchronized List<Entry> offerAll(long now, int most) {
        List<Entry> all = new ArrayList<>();
        for (Entry entry = offer(now); entry != null; entry = all.size() < most ? offer(now) : null) {
            all.add(entry);
        }
        return all;
    }

    /** Whether something can be offered once what is in flight has landed. */
    boolean waitsForLanding() {
        return order != Order.IN_ORDER || lanes.get(0).waitsForLanding();
    }

    /** What was offered is dead-lettered or skipped. @return false when that comes too late */
    boolean givenUp(Entry entry) {
        entry.givenUp = true;
        return done(entry);
    }

    /** What was offered is done: taken, or {@link #givenUp}. @return false when that comes too late */
    boolean done(Entry entry) {
        // Without the lock, which the threads that poll and offer hold in turns: this comes once for every record.
        boolean inTime = !purged;
        if (inTime) {
            entry.state = Entry.State.DONE;
        }
        land(entry);
        return inTime;
    }

    /**
     * What was offered failed and is to be offered again. @return false when that comes too late
     *
     * @param at as {@link System#nanoTime}
     */
    boolean again(Entry entry, long at) {
        return again(entry, at, order);
    }

    /** What was offered was not sent, and holds what waits for it. @return false when that comes too late */
    boolean hold(Entry entry, long at) {
        return again(entry, at, order == Order.IN_ORDER ? Order.ONE_BY_ONE : order);
    }

    private synchronized boolean again(Entry entry, long at, Order how) {
        if (purged) {
            land(entry);
            return false;
        }
        entry.state = Entry.State.PENDING;
        Lane lane = laneOf(entry);
        switch (how) {
            case FREE -> lane.retryAlone(entry, at);
            case IN_ORDER -> lane.rewindAt(at);
            default -> lane.retryFirst(entry, at);
        }
        land(entry);
        return true;
    }

    private void land(Entry entry) {
        laneOf(entry).landed();
        inFlight.decrementAndGet();
        if (stopped) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Whether something failed and waits to be offered again. */
    synchronized boolean retrying() {
        return lanes.stream().anyMatch(Lane::retrying);
    }

    /**
     * What may be committed and is not: empty when nothing has come further. Never lower than what this assignment has
     * committed or begun with.
     */
    synchronized Optional<OffsetAndMetadata> committable() {
        if (purged) {
            return Optional.empty();
        }
        pass();
        OffsetAndMetadata reached = entries.isEmpty()
                ? next
                : new OffsetAndMetadata(
                        entries.peek().record.offset(), entries.peek().record.leaderEpoch(), "");
        return reached.offset() > committed ? Optional.of(reached) : Optional.empty();
    }

    /** Lets go of what is done and has nothing undone before it. */
    synchronized void pass() {
        int count = 0;
        long bytes = 0;
        for (Entry first = entries.peek(); first != null && first.state == Entry.State.DONE; first = entries.peek()) {
            count++;
            bytes += entries.poll().size;
        }
        if (heldUntilCommitted) {
            passedRecords += count;
            passedBytes += bytes;
        } else if (count > 0) {
            load.release(count, bytes);
        }
    }

    /** A commit of what may be committed is under way. */
    synchronized void committing() {
        coveredRecords = passedRecords;
        coveredBytes = passedBytes;
    }

    synchronized void committed(long offset) {
        committed = Math.max(committed, offset);
        if (!purged) {
            load.release(coveredRecords, coveredBytes);
            passedRecords -= coveredRecords;
            passedBytes -= coveredBytes;
        }
        coveredRecords = 0;
        coveredBytes = 0;
    }

    synchronized long committedOffset() {
        return committed;
    }

    /** When the oldest record that is not done was written, as its timestamp says; empty when all is done, or it has none. */
    synchronized Optional<Long> oldestUndone() {
        return entries.stream()
                .filter(entry -> entry.state != Entry.State.DONE)
                .findFirst()
                .map(entry -> entry.record.timestamp())
                .filter(timestamp -> timestamp >= 0);
    }

    /** The record that has failed for longest and is not done; empty when none has failed. */
    synchronized Optional<Entry> failingForLongest() {
        return entries.stream()
                .filter(entry -> entry.hasFailed() && entry.state != Entry.State.DONE)
                .min(Comparator.comparingLong(entry -> entry.failingSince));
    }

    /** Since when the sink has had its oldest record in hand; empty when it has none. */
    synchronized Optional<Long> oldestInFlight() {
        return inFlight.get() == 0
                ? Optional.empty()
                : entries.stream()
                        .filter(entry -> entry.state == Entry.State.IN_FLIGHT)
                        .map(entry -> entry.offeredAt)
                        .min(Comparator.naturalOrder());
    }

    int inFlight() {
        return inFlight.get();
    }

    synchronized boolean empty() {
        return entries.isEmpty();
    }

    /** Offers nothing any more. */
    synchronized void stop() {
        stopped = true;
    }

    /** Waits until the sink has nothing in hand. @return whether that came in time */
    synchronized boolean awaitLanded(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (inFlight.get() > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** The assignment is over. */
    synchronized void purge() {
        stopped = true;
        if (!purged) {
            purged = true;
            long bytes = passedBytes;
            for (Entry entry : entries) {
                bytes += entry.size;
            }
            load.release(entries.size() + passedRecords, bytes);
            entries.clear();
            lanes.forEach(Lane::clear);
        }
        notifyAll();
    }
}
