package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.sink.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What may be offered, and what may be committed, whatever the sink does in whatever order. */
class PartitionWorkTest {

    private final HeldRecords load = new HeldRecords();

    private PartitionWork work(Order order, int lanes, long position) {
        return new PartitionWork(new TopicPartition("t", 0), "id", position, order, lanes, true, load);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String key) {
        return new ConsumerRecord<>("t", 0, offset, key == null ? null : key.getBytes(), new byte[] {1});
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(long... offsets) {
        return Arrays.stream(offsets).mapToObj(offset -> record(offset, null)).toList();
    }

    private static Optional<OffsetAndMetadata> goesOn(long offset) {
        return Optional.of(new OffsetAndMetadata(offset));
    }

    private static Optional<Long> committable(PartitionWork work) {
        return work.committable().map(OffsetAndMetadata::offset);
    }

    @Example
    void whatMayBeCommittedIsTheFirstThatIsNotDone() {
        PartitionWork work = work(Order.FREE, 10, 5);
        work.received(records(5, 6, 9), goesOn(10));
        Entry five = work.offer(0);
        Entry six = work.offer(0);
        Entry nine = work.offer(0);

        work.done(six);
        assertThat(committable(work)).isEmpty();
        work.done(five);
        assertThat(committable(work)).contains(9L);
        work.done(nine);
        assertThat(committable(work)).contains(10L);
    }

    /** After the last record may come markers and holes. */
    @Example
    void whenAllIsDoneItIsWhereFetchingGoesOn() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0), goesOn(7));
        work.done(work.offer(0));
        assertThat(committable(work)).contains(7L);

        work.advanced(9);

        assertThat(committable(work)).contains(9L);
    }

    @Example
    void aPositionIsNoProgressWhileSomethingIsUndone() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1), goesOn(2));
        work.advanced(5);
        work.done(work.offer(0));

        assertThat(committable(work)).contains(1L);
    }

    @Example
    void neverFallsBelowWhatWasCommitted() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 10);
        work.received(records(3, 4), goesOn(5));
        work.done(work.offer(0));
        work.done(work.offer(0));

        assertThat(committable(work)).isEmpty();
    }

    /** The partition is somebody else's by now. */
    @Example
    void whatComesBackAfterThePartitionWasLostChangesNothing() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1), goesOn(2));
        Entry late = work.offer(0);
        work.purge();

        assertThat(work.done(late)).isFalse();
        assertThat(committable(work)).isEmpty();
        assertThat(work.offer(0)).isNull();
        assertThat(load.records()).isZero();
        assertThat(load.bytes()).isZero();
    }

    @Example
    void holdsTheLoadUntilWhatIsDoneIsCommitted() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1, 2), goesOn(3));
        work.done(work.offer(0));
        work.done(work.offer(0));
        assertThat(committable(work)).contains(2L);
        work.committing();
        work.done(work.offer(0));
        assertThat(load.records()).isEqualTo(3);

        work.committed(2);

        assertThat(load.records()).isEqualTo(1);
        assertThat(committable(work)).contains(3L);
        work.committing();
        work.committed(3);
        assertThat(load.records()).isZero();
    }

    @Example
    void oneByOneMeansThatTheNextWaitsForTheOneThatFailed() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1), goesOn(2));
        Entry first = work.offer(0);
        assertThat(work.offer(0)).isNull();
        work.again(first, 100);

        assertThat(work.retrying()).isTrue();
        assertThat(work.offer(99)).isNull();
        assertThat(work.offer(100)).isSameAs(first);
        work.done(first);
        assertThat(work.retrying()).isFalse();
        assertThat(work.offer(100).record.offset()).isEqualTo(1);
    }

    /** It is no healthier for being tried again. */
    @Example
    void whatHasFailedIsRetryingUntilItIsDone() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1), goesOn(2));
        Entry first = work.offer(0);
        work.again(first, 100);
        work.offer(100);

        assertThat(work.retrying()).isTrue();
        work.done(first);
        assertThat(work.retrying()).isFalse();
    }

    @Example
    void whatStandsStillGivesBackWhatIsBeyondItsShare() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1, 2, 3, 7), goesOn(9));
        work.again(work.offer(0), 100);

        assertThat(work.standsStill()).isTrue();
        assertThat(work.giveBack(3, 1000).orElseThrow().offset()).isEqualTo(3);
        assertThat(load.records()).isEqualTo(3);
        assertThat(work.giveBack(3, 1000)).isEmpty();
        // Whatever it weighs, what failed stays, and one more.
        assertThat(work.giveBack(1, 0).orElseThrow().offset()).isEqualTo(2);
        assertThat(work.giveBack(1, 0)).isEmpty();

        // It goes on where it gave back.
        work.received(records(2, 3), goesOn(4));
        work.done(work.offer(100));
        work.done(work.offer(100));
        work.done(work.offer(100));
        assertThat(committable(work)).contains(3L);
    }

    @Example
    void theOneBehindMayProveThatTheSinkWorks() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0, 1, 2), goesOn(3));
        Entry failing = work.offer(0);
        failing.wantsEvidence = true;
        work.again(failing, 10);

        Entry behind = work.offer(10);
        assertThat(behind.record.offset()).isEqualTo(1);
        assertThat(work.offer(10)).isNull();
        work.done(behind);

        assertThat(work.offer(10)).isSameAs(failing);
        assertThat(committable(work)).isEmpty();
    }

    @Example
    void inOrderEverythingAfterTheFailureIsSentAgain() {
        PartitionWork work = work(Order.IN_ORDER, 1, 0);
        work.received(records(0, 1, 2, 3), goesOn(4));
        List<Entry> sent = new ArrayList<>();
        for (Entry entry = work.offer(0); entry != null; entry = work.offer(0)) {
            sent.add(entry);
        }
        assertThat(sent).hasSize(4);
        work.done(sent.get(0));
        work.again(sent.get(1), 50);
        work.done(sent.get(2));
        assertThat(work.offer(60)).as("one is still on its way").isNull();
        work.done(sent.get(3));

        List<Long> again = new ArrayList<>();
        for (Entry entry = work.offer(60); entry != null; entry = work.offer(60)) {
            again.add(entry.record.offset());
        }
        assertThat(again).containsExactly(1L, 2L, 3L);
        assertThat(committable(work)).contains(1L);
    }

    @Example
    void whatWasGivenUpIsNeverSentAgain() {
        PartitionWork work = work(Order.IN_ORDER, 1, 0);
        work.received(records(0, 1, 2), goesOn(3));
        List<Entry> sent = work.offerAll(0, 9);
        work.givenUp(sent.get(1));
        work.done(sent.get(2));
        work.again(sent.get(0), 5);

        assertThat(offsets(work.offerAll(5, 9))).containsExactly(0L, 2L);
    }

    @Example
    void whatFailedWithOthersGoesAloneAndIsNotOvertaken() {
        PartitionWork work = work(Order.IN_ORDER, 1, 0);
        work.received(records(0, 1, 2, 3), goesOn(4));
        List<Entry> sent = work.offerAll(0, 9);
        work.done(sent.get(0));
        sent.get(2).alone = true;
        work.again(sent.get(1), 0);
        work.again(sent.get(2), 0);
        work.done(sent.get(3));
        assertThat(work.waitsForLanding()).isTrue();

        List<Entry> alone = work.offerAll(0, 9);
        assertThat(offsets(alone)).containsExactly(1L, 2L);
        assertThat(alone).allMatch(entry -> entry.alone);
        work.done(alone.get(0));
        assertThat(work.offerAll(0, 9)).isEmpty();
        work.done(alone.get(1));

        List<Entry> together = work.offerAll(0, 9);
        assertThat(offsets(together)).containsExactly(3L);
        assertThat(together).noneMatch(entry -> entry.alone);
    }

    @Example
    void whatIsHeldLetsNothingBy() {
        PartitionWork work = work(Order.IN_ORDER, 1, 0);
        work.received(records(0, 1), goesOn(2));
        List<Entry> sent = work.offerAll(0, 9);
        work.hold(sent.get(0), 10);
        work.done(sent.get(1));
        work.received(records(2), goesOn(3));

        assertThat(work.offer(9)).isNull();
        assertThat(offsets(work.offerAll(10, 9))).containsExactly(0L);
        assertThat(work.retrying()).isTrue();
        work.done(sent.get(0));
        assertThat(work.retrying()).isFalse();
        assertThat(offsets(work.offerAll(10, 9))).containsExactly(2L);
    }

    @Example
    void probesWithWhatFailedAndWithOthersInTurns() {
        PartitionWork work = work(Order.FREE, 8, 0);
        work.received(records(0, 1, 2, 3), goesOn(4));
        work.again(work.offer(0), 0);

        List<Long> probes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Entry probe = work.probe(1);
            probes.add(probe.record.offset());
            work.again(probe, 0);
        }

        assertThat(probes).startsWith(1L).contains(0L, 2L);
    }

    @Example
    void wantsAnotherOnlyOnceNothingElseIsInHand() {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        assertThat(work.wantsAnother()).isTrue();
        work.received(records(0), goesOn(1));
        Entry only = work.offer(0);
        assertThat(work.wantsAnother()).isFalse();
        only.failed(Verdict.EndpointFault.outage("down"), 0, 0);
        work.again(only, 0);
        assertThat(work.wantsAnother()).as("the order binds").isFalse();
        only.wantsEvidence = true;
        assertThat(work.wantsAnother()).isTrue();
        work.received(records(1), goesOn(2));
        assertThat(work.wantsAnother()).isFalse();
        assertThat(work.offerBehind(only, 0).record.offset()).isEqualTo(1);
    }

    private static List<Long> offsets(List<Entry> entries) {
        return entries.stream().map(entry -> entry.record.offset()).toList();
    }

    @Example
    void waitsForWhatIsInTheSinksHands() throws InterruptedException {
        PartitionWork work = work(Order.ONE_BY_ONE, 1, 0);
        work.received(records(0), goesOn(1));
        Entry entry = work.offer(0);
        work.stop();

        assertThat(work.awaitLanded(Duration.ofMillis(20))).isFalse();
        new Thread(() -> work.done(entry)).start();
        assertThat(work.awaitLanded(Duration.ofSeconds(10))).isTrue();
        assertThat(work.offer(0)).isNull();
    }

    /** A sink that fails and answers at random: nothing is skipped, and the order that was promised is kept. */
    @Property(tries = 300)
    void nothingIsPassedThatIsNotDone(
            @ForAll Order order, @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
        Random random = new Random(seed);
        PartitionWork work = work(order, 3, 0);
        int lanes = order == Order.FREE || order == Order.BY_KEY ? 3 : 1;
        Map<Long, Integer> taken = new HashMap<>();
        Map<String, Long> lastOfKey = new HashMap<>();
        List<Entry> hands = new ArrayList<>();
        long received = 0;
        long committed = 0;
        long now = 0;
        while (committed < count) {
            now++;
            if (received < count && random.nextInt(3) == 0) {
                int more = (int) Math.min(count - received, 1 + random.nextInt(7));
                List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
                for (int i = 0; i < more; i++) {
                    batch.add(record(received + i, "k" + (received + i) % 4));
                }
                received += more;
                work.received(batch, goesOn(received));
            }
            for (Entry entry = work.offer(now); entry != null; entry = work.offer(now)) {
                hands.add(entry);
            }
            assertThat(hands.size()).isLessThanOrEqualTo(order == Order.IN_ORDER ? count : lanes);
            if (!hands.isEmpty()) {
                // A sink that keeps the order answers in it too.
                Entry entry = hands.remove(order == Order.IN_ORDER ? 0 : random.nextInt(hands.size()));
                if (random.nextInt(4) == 0) {
                    work.again(entry, now + random.nextInt(4));
                } else {
                    boolean firstTime = taken.merge(entry.record.offset(), 1, Integer::sum) == 1;
                    String key = order == Order.ONE_BY_ONE ? "all" : new String(entry.record.key());
                    if (firstTime && (order == Order.ONE_BY_ONE || order == Order.BY_KEY)) {
                        assertThat(entry.record.offset()).isGreaterThan(lastOfKey.getOrDefault(key, -1L));
                        lastOfKey.put(key, entry.record.offset());
                    }
                    work.done(entry);
                }
            }
            Optional<Long> reached = committable(work);
            if (reached.isPresent()) {
                for (long offset = committed; offset < reached.get(); offset++) {
                    assertThat(taken).containsKey(offset);
                }
                work.committing();
                work.committed(reached.get());
                committed = reached.get();
            }
        }
        assertThat(load.records()).isZero();
        assertThat(load.bytes()).isZero();
    }
}
