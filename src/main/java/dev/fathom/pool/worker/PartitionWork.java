package dev.fathom.pool.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What was received of one partition while it was assigned once. It knows which records may be offered to the sink next, and
 * what may be committed: the first offset that is not done, or, when all is done, where fetching goes on. The latter is not the
 * last record's offset plus one: markers of transactions and holes left by compaction lie behind it.
 *
 * <p>Once the assignment ends its work is purged, and answers of the sink that come later are dropped.
 */
final class PartitionWork {

    /** What failed, and the one behind it, which may show that the sink takes others. */
    private static final int FEWEST = 2;

    private final TopicPartition partition;
    private final @Nullable String topicId;
    private final Order order;
    private final Weight weight;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    private int turn;
    /** The number of its last probe; on the dispatch thread only. */
    int lastProbe;

    private OffsetAndMetadata next;
    private long committed;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean stopped;
    private volatile boolean purged;
    /** Records that have failed and are not done, wherever they are now. */
    private final AtomicInteger failing = new AtomicInteger();

    /**
     * @param position where the assignment begins, which is also what is committed
     * @param heldUntilCommitted whether records weigh on the load until they are committed, and not only until they are done
     */
    PartitionWork(
            TopicPartition partition,
            @Nullable String topicId,
            long position,
            Order order,
            int lanes,
            boolean heldUntilCommitted,
            HeldRecords load) {
        this.partition = partition;
        this.topicId = topicId;
        this.order = order;
        this.weight = new Weight(load, heldUntilCommitted);
        this.next = new OffsetAndMetadata(position);
        this.committed = position;
        for (int i = 0; i < order.lanes(lanes); i++) {
            this.lanes.add(new Lane(order.inFlight(lanes)));
        }
    }

    TopicPartition partition() {
        return partition;
    }

    @Nullable
    String topicId() {
        return topicId;
    }

    private Lane laneOf(Entry entry) {
        return lanes.size() == 1 ? lanes.get(0) : lanes.get((int) (entry.spread() % lanes.size()));
    }

    /** Takes what a poll returned, after which fetching goes on at {@code goesOn}, and returns its size in bytes. */
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
        weight.received(records.size(), bytes);
        if (goesOn.isPresent()) {
            next = goesOn.get();
        } else if (!records.isEmpty()) {
            next = new OffsetAndMetadata(records.get(records.size() - 1).offset() + 1);
        }
        return bytes;
    }

    /** Fetching has passed a position, perhaps without a record. */
    synchronized void advanced(long position) {
        if (entries.isEmpty()) {
            goesOnAt(position);
        }
    }

    /** Nothing before a position will be fetched any more; what was fetched is still to be done. */
    synchronized void goesOnAt(long position) {
        if (position > next.offset()) {
            next = new OffsetAndMetadata(position);
        }
    }

    private Stream<Entry> undone() {
        return entries.stream().filter(entry -> entry.state != Entry.State.DONE);
    }

    /** The first offset that is not done; where fetching goes on, when all is. */
    synchronized long firstUndone() {
        return undone().findFirst().map(entry -> entry.record.offset()).orElse(next.offset());
    }

    /**
     * The record to be offered now, which is in flight from then on; null when there is none.
     *
     * @param now as {@link System#nanoTime}
     */
    @Nullable
    Entry offer(long now) {
        return next(lane -> lane.offer(now, entries), now);
    }

    /** As {@link #offer}, to find out whether the sink is there again: not always the same. */
    @Nullable
    Entry probe(long now) {
        return next(lane -> lane.probe(now, entries), now);
    }

    private synchronized @Nullable Entry next(Function<Lane, Entry> offering, long now) {
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
    synchronized @Nullable Entry offerBehind(Entry failed, long now) {
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
        return undone().allMatch(entry -> entry.hasFailed() && (!order.binds() || entry.wantsEvidence));
    }

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
        // Without the lock, which the polling and the offering thread compete for: this happens for every record.
        boolean inTime = !purged;
        if (inTime && entry.done()) {
            failing.decrementAndGet();
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

    /** What was offered was not sent, and what waits for it keeps waiting. @return false when that comes too late */
    boolean hold(Entry entry, long at) {
        return again(entry, at, order == Order.IN_ORDER ? Order.ONE_BY_ONE : order);
    }

    private synchronized boolean again(Entry entry, long at, Order how) {
        if (purged) {
            land(entry);
            return false;
        }
        entry.state = Entry.State.PENDING;
        if (!entry.failing) {
            entry.failing = true;
            failing.incrementAndGet();
        }
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

    /** Whether something has failed and is not done: also while it is being offered again. */
    boolean retrying() {
        return failing.get() > 0;
    }

    /** Whether everything waits for what failed. */
    boolean standsStill() {
        return order.binds() && retrying();
    }

    /** How much it holds now; nothing but probes is offered where {@code sinkDown}. */
    synchronized Shares.Held held(boolean sinkDown) {
        int records = weight.records();
        boolean waits = sinkDown && records > 0;
        boolean stands = (waits || standsStill()) && !wantsAnother();
        return new Shares.Held(partition, records, weight.bytes(), stands, waits || retrying());
    }

    /**
     * Gives back what it holds beyond its share and has not offered yet, the last received first.
     *
     * @return where fetching goes on instead; empty where nothing was given back
     */
    synchronized Optional<OffsetAndMetadata> giveBack(int share, long shareOfBytes) {
        Optional<OffsetAndMetadata> goesOn = Optional.empty();
        while (entries.size() > FEWEST && (entries.size() > share || weight.bytes() > shareOfBytes)) {
            Entry last = entries.peekLast();
            boolean untouched = last.state == Entry.State.PENDING && last.offeredAt == 0 && !last.failing;
            if (!untouched || !laneOf(last).letGo(last)) {
                break;
            }
            entries.pollLast();
            weight.gaveBack(1, last.size);
            next = new OffsetAndMetadata(last.record.offset(), last.record.leaderEpoch(), "");
            goesOn = Optional.of(next);
        }
        return goesOn;
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

    /** Releases what is done and has nothing undone before it. */
    synchronized void pass() {
        int count = 0;
        long bytes = 0;
        for (Entry first = entries.peek(); first != null && first.state == Entry.State.DONE; first = entries.peek()) {
            count++;
            bytes += entries.poll().size;
        }
        weight.passed(count, bytes);
    }

    synchronized void committing() {
        weight.committing();
    }

    synchronized void committed(long offset) {
        committed = Math.max(committed, offset);
        weight.committed();
    }

    synchronized long committedOffset() {
        return committed;
    }

    /** When the oldest record that is not done was written, as its timestamp says; empty when all is done, or it has none. */
    synchronized Optional<Long> oldestUndone() {
        return undone().findFirst().map(entry -> entry.record.timestamp()).filter(timestamp -> timestamp >= 0);
    }

    /** The record that has failed for longest and is not done; empty when none has failed. */
    synchronized Optional<Entry> failingForLongest() {
        return undone().filter(Entry::hasFailed).min(Comparator.comparingLong(entry -> entry.failingSince));
    }

    /** Since when the sink has had its oldest record in hand; empty when it has none. */
    synchronized Optional<Long> oldestInFlight() {
        return undone().filter(entry -> entry.state == Entry.State.IN_FLIGHT)
                .map(entry -> entry.offeredAt)
                .min(Comparator.naturalOrder());
    }

    int inFlight() {
        return inFlight.get();
    }

    synchronized boolean empty() {
        return entries.isEmpty();
    }

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

    synchronized void purge() {
        stopped = true;
        if (!purged) {
            purged = true;
            weight.purged();
            entries.clear();
            failing.set(0);
            lanes.forEach(Lane::clear);
        }
        notifyAll();
    }
}
