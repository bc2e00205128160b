package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What looks tell of a commit between them, against where it was. */
class PastLooksTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final long START = Duration.ofDays(20_000).toMillis();
    private static final long END = 1_000_000;

    /** A commit that moves forward as it likes, and now and then is moved back, once between two looks. */
    private static final class World {
        private final Random random;
        private final ClusterProgress progress = new ClusterProgress(
                Rules.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(1)),
                Duration.ofHours(1),
                64 << 20,
                START);
        private final TreeMap<Long, Long> truth = new TreeMap<>();
        private long now = START;

        World(long seed, int looks) {
            random = new Random(seed);
            truth.put(START, 500L);
            for (int i = 0; i < looks; i++) {
                boolean back = i == looks / 2 || random.nextInt(20) == 0;
                look(back);
                move(back);
            }
        }

        private void move(boolean back) {
            long span = 10_000 + random.nextInt(500);
            int moves = back ? 1 : random.nextInt(3) * random.nextInt(2);
            for (int i = 0; i < moves; i++) {
                long at = now + 1 + random.nextLong(span);
                long before = truth.floorEntry(at).getValue();
                if (truth.lastKey() < at) {
                    truth.put(at, back ? before / 2 : before + random.nextInt(100));
                }
            }
            now += span;
        }

        /** The commit is read at some moment between its beginning and its end. */
        private void look(boolean still) {
            long began = now;
            long read = began + random.nextInt(700);
            if (!still && random.nextInt(3) == 0) {
                truth.put(read + 1, truth.floorEntry(read + 1).getValue() + 7);
            }
            long commit = truth.floorEntry(read).getValue();
            now = read + random.nextInt(700);
            Commits commits = new Commits();
            commits.put(PARTITION.topic(), 0, new Commits.Commit(commit, OptionalInt.empty(), ""));
            GroupDescription group = ClusterProgressTest.group("g");
            Look.OfTopic topic = new Look.OfTopic("id", now, now, new long[1], new long[] {END}, new long[] {END});
            progress.saw(new Look(
                    began,
                    now,
                    List.of(new Look.OfGroup(group, commits)),
                    Optional.of(Set.of("g")),
                    Map.of(PARTITION.topic(), topic),
                    Optional.empty()));
            now++;
        }

        GroupProgress group() {
            return progress.known("g").orElseThrow();
        }
    }

    @Test
    void theBoundsHoldWhatWasCommittedAtAnyMoment() {
        int known = 0;
        int exact = 0;
        for (int seed = 0; seed < 100; seed++) {
            World world = new World(seed, 40);
            for (int i = 0; i < 40; i++) {
                long at = START + world.random.nextLong(world.now - START);
                Optional<PastCommit.Between> told = world.group().committedAt(PARTITION, Instant.ofEpochMilli(at));
                long truth = world.truth.floorEntry(at).getValue();
                if (told.isPresent()) {
                    known++;
                    exact += told.get().atLeast() == told.get().atMost() ? 1 : 0;
                    assertThat(truth)
                            .as("seed " + seed + " at " + (at - START) + ": " + told.get())
                            .isBetween(told.get().atLeast(), told.get().atMost());
                    assertThat(Instant.ofEpochMilli(at))
                            .isBetween(told.get().from(), told.get().until());
                }
            }
        }
        assertThat(known).isGreaterThan(1000);
        assertThat(exact).isGreaterThan(500);
    }

    @Test
    void movesThatNoMemberMakesAreTold() {
        World world = new World(3, 40);

        List<GroupEvent> events = world.group()
                .history(Instant.ofEpochMilli(START), Instant.ofEpochMilli(world.now), Duration.ofMinutes(1))
                .events();

        assertThat(events)
                .filteredOn(event -> event.kind() == GroupEvent.Kind.MOVED_BY_OTHERS)
                .isNotEmpty()
                .allSatisfy(event -> {
                    GroupEvent.Moved moved = event.moved().orElseThrow();
                    assertThat(moved.after()).isBefore(event.at());
                    assertThat(moved.partitions()).singleElement().satisfies(each -> assertThat(each.partition())
                            .isEqualTo(PARTITION));
                })
                .anySatisfy(event -> {
                    GroupEvent.Moved.OfPartition fell =
                            event.moved().orElseThrow().partitions().get(0);
                    assertThat(fell.to()).isLessThan(fell.from());
                });
    }
}
