package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.worker.Entry.State;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What a lane offers when, whatever the sink does; times are made up. */
class LaneTest {

    private final List<Entry> entries = new ArrayList<>();

    private Lane lane(int limit, int records) {
        Lane lane = new Lane(limit);
        for (int offset = 0; offset < records; offset++) {
            Entry entry = new Entry(new ConsumerRecord<>("t", 0, offset, new byte[0], new byte[0]));
            entries.add(entry);
            lane.add(entry);
        }
        return lane;
    }

    /** The offset offered, or -1. */
    private long offer(Lane lane, long now) {
        Entry next = lane.offer(now, entries);
        if (next == null) {
            return -1;
        }
        next.state = State.IN_FLIGHT;
        lane.offered();
        return next.record.offset();
    }

    @Property
    void noMoreAreInFlightThanItsLimit(@ForAll @IntRange(min = 1, max = 20) int limit) {
        entries.clear();
        Lane lane = lane(limit, 30);

        for (int offset = 0; offset < limit; offset++) {
            assertThat(offer(lane, 0)).isEqualTo(offset);
        }

        assertThat(offer(lane, 0)).isEqualTo(-1);
        lane.landed();
        assertThat(offer(lane, 0)).isEqualTo(limit);
    }

    @Test
    void oneThatFailedAloneLeavesTheOthersTheirTurn() {
        Lane lane = lane(8, 2);
        offer(lane, 0);
        lane.landed();

        lane.retryAlone(entries.get(0), 100);

        assertThat(offer(lane, 10)).isEqualTo(1);
        assertThat(offer(lane, 99)).isEqualTo(-1);
        assertThat(offer(lane, 100)).isZero();
    }

    @Test
    void oneThatIsToComeFirstHoldsUpAllBehindIt() {
        Lane lane = lane(1, 2);
        offer(lane, 0);
        lane.landed();

        lane.retryFirst(entries.get(0), 100);

        assertThat(lane.hasUntried()).isFalse();
        assertThat(offer(lane, 99)).isEqualTo(-1);
        assertThat(offer(lane, 100)).isZero();
        lane.landed();
        assertThat(offer(lane, 100)).isEqualTo(1);
    }

    @Test
    void onlyTheOneBehindCanTellWhoseFaultItIs() {
        Lane lane = lane(1, 2);
        offer(lane, 0);
        lane.landed();
        Entry failed = entries.get(0);
        lane.retryFirst(failed, 100);
        failed.wantsEvidence = true;

        assertThat(offer(lane, 100)).isEqualTo(1);
        lane.landed();
        assertThat(offer(lane, 100)).isZero();
    }

    @Property
    void aRewindSendsAllThatIsNotDoneAgainInOrder(@ForAll @IntRange(min = 0, max = 9) int failed) {
        entries.clear();
        Lane lane = lane(10, 10);
        for (int i = 0; i < 10; i++) {
            offer(lane, 0);
        }
        entries.subList(0, failed).forEach(Entry::done);
        lane.rewindAt(50);
        assertThat(offer(lane, 60)).as("while others are in flight").isEqualTo(-1);
        for (int i = 0; i < 10; i++) {
            lane.landed();
        }

        assertThat(offer(lane, 49)).isEqualTo(-1);
        for (int offset = failed; offset < 10; offset++) {
            assertThat(offer(lane, 50)).isEqualTo(offset);
        }
        assertThat(offer(lane, 50)).isEqualTo(-1);
    }

    @Test
    void whatWasGivenUpIsNotSentAgain() {
        Lane lane = lane(10, 3);
        entries.get(1).givenUp = true;

        lane.rewindAt(0);

        assertThat(offer(lane, 0)).isZero();
        assertThat(offer(lane, 0)).isEqualTo(2);
    }
}
