package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.worker.Shares.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.TopicPartition;

/** Which partitions may be fetched, whatever the others hold. */
class SharesTest {

    private static final long BYTES = 1000;

    private static TopicPartition partition(int number) {
        return new TopicPartition("t", number);
    }

    private static Held goingOn(int number, int records) {
        return new Held(partition(number), records, records, false, false);
    }

    private static Held standing(int number, int records, long bytes) {
        return new Held(partition(number), records, bytes, true, true);
    }

    private static Set<Integer> fetched(Shares shares, List<Held> all, Integer... haveMore) {
        return shares.toFetch(all, each -> List.of(haveMore).contains(each.partition())).stream()
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
    }

    @Example
    void oneAloneTakesTheWholeQueue() {
        Shares shares = new Shares(100, BYTES, 50);

        assertThat(fetched(shares, List.of(goingOn(0, 50)), 0)).containsExactly(0);
        assertThat(fetched(shares, List.of(goingOn(0, 51)), 0)).isEmpty();
    }

    @Example
    void noneTakesMoreThanItsShareWhileAnotherWaits() {
        Shares shares = new Shares(100, BYTES, 12);
        List<Held> all = List.of(goingOn(0, 14), goingOn(1, 0), goingOn(2, 13), goingOn(3, 0));

        assertThat(fetched(shares, all, 0, 1, 2, 3)).containsExactlyInAnyOrder(1, 2, 3);
        // The others have nothing in their logs.
        assertThat(fetched(shares, all, 0)).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Example
    void oneThatIsDownWithManyBytesLeavesTheOthersTheirs() {
        Shares shares = new Shares(100, BYTES, 25);

        assertThat(fetched(shares, List.of(standing(0, 2, 5000), goingOn(1, 0)), 1))
                .containsExactly(1);
    }

    /** Fetched in any order, standing still at any moment: the queue holds no more than it may, and whoever goes on is fed. */
    @Property(tries = 300)
    void whoeverHoldsNothingIsFetched(
            @ForAll @IntRange(min = 1, max = 40) int partitions,
            @ForAll @IntRange(min = 2, max = 500) int capacity,
            @ForAll Random random) {
        int polled = Math.max(1, capacity / 2 / partitions);
        Shares shares = new Shares(capacity, BYTES * 1000, polled);
        int[] records = new int[partitions];
        boolean[] down = new boolean[partitions];
        for (int step = 0; step < 200; step++) {
            int one = random.nextInt(partitions);
            if (random.nextInt(4) == 0) {
                down[one] |= records[one] > 0 && random.nextBoolean();
                records[one] = down[one] ? records[one] : 0;
            }
            List<Held> all = new ArrayList<>();
            IntStream.range(0, partitions)
                    .forEach(i -> all.add(down[i] ? standing(i, records[i], records[i]) : goingOn(i, records[i])));
            Set<TopicPartition> fetched = shares.toFetch(all, any -> true);
            if (fetched.contains(partition(one))) {
                records[one] += 1 + random.nextInt(polled);
            }
            boolean othersDone = IntStream.range(0, partitions).allMatch(i -> down[i] || records[i] == 0);
            if (othersDone && polled * 2 * partitions <= capacity) {
                IntStream.range(0, partitions).filter(i -> !down[i]).forEach(i -> assertThat(
                                shares.toFetch(all, any -> true))
                        .contains(partition(i)));
            }
            assertThat(IntStream.of(records).sum()).isLessThanOrEqualTo(capacity);
        }
    }
}
