package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Many groups, and little room. */
class ClusterProgressTest {

    private static final long DEFAULT_MEMORY = 64L << 20;
    private static final long START = Duration.ofDays(20_000).toMillis();

    /** One without members. */
    static GroupDescription group(String id) {
        return new GroupDescription(
                id,
                GroupType.CONSUMER,
                GroupState.EMPTY,
                "consumer",
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(1),
                OptionalInt.of(1),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                List.of());
    }

    private static long[] filled(int partitions, long value) {
        long[] all = new long[partitions];
        Arrays.fill(all, value);
        return all;
    }

    /** A look at groups that each read a topic, of so many topics, and move with every look. */
    private static Look look(int round, int groups, int topics, int partitions) {
        long at = START + round * 10_000L;
        Map<String, Look.OfTopic> seen = new HashMap<>();
        for (int topic = 0; topic < topics; topic++) {
            seen.put(
                    "t" + topic,
                    new Look.OfTopic(
                            "id",
                            at,
                            at,
                            filled(partitions, 0),
                            filled(partitions, 100 + 10L * round),
                            filled(partitions, 100 + 10L * round)));
        }
        List<Look.OfGroup> all = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            Commits commits = new Commits();
            for (int partition = 0; partition < partitions; partition++) {
                commits.put(
                        "t" + group % topics, partition, new Commits.Commit(50 + 10L * round, OptionalInt.empty(), ""));
            }
            all.add(new Look.OfGroup(group("g" + group), commits));
        }
        Set<String> ids = all.stream().map(of -> of.description().id()).collect(Collectors.toSet());
        return new Look(at, all, Optional.of(ids), seen);
    }

    private static ClusterProgress after(int rounds, int groups, int topics, int partitions, long memory) {
        ClusterProgress progress = new ClusterProgress(World.RULES, Duration.ofHours(1), memory, START);
        for (int round = 0; round < rounds; round++) {
            progress.saw(look(round, groups, topics, partitions));
        }
        return progress;
    }

    @Test
    void tenThousandGroupsOfTenPartitionsFitTheDefault() {
        ClusterProgress progress = after(7, 10_000, 10_000, 10, DEFAULT_MEMORY);
        assertThat(progress.droppedGroups()).isZero();
        assertThat(progress.groups()).hasSize(10_000);
        assertThat(progress.bytes()).isLessThanOrEqualTo(DEFAULT_MEMORY);
    }

    @Test
    void aThousandGroupsOfAThousandPartitionsFitTheDefault() {
        ClusterProgress progress = after(3, 1000, 1, 1000, DEFAULT_MEMORY);
        assertThat(progress.droppedGroups()).isZero();
        assertThat(progress.bytes()).isLessThanOrEqualTo(DEFAULT_MEMORY);
    }

    @Test
    void groupsNobodyAskedAboutGoFirstAndComeBackWhenAsked() {
        ClusterProgress progress = new ClusterProgress(World.RULES, Duration.ofHours(1), 40_000, START);
        progress.saw(look(0, 5, 5, 4));
        progress.group("g3", START);
        List<String> gone = new ArrayList<>();
        for (int round = 1; round < 60; round++) {
            gone.addAll(progress.saw(look(round, 60, 5, 4)));
        }
        assertThat(gone).isNotEmpty().doesNotHaveDuplicates().doesNotContain("g3");
        assertThat(progress.droppedGroups()).isEqualTo(gone.size());
        assertThat(progress.bytes()).isLessThanOrEqualTo(40_000);
        String one = gone.get(0);
        assertThat(progress.group(one, START + 600_000)).isEmpty();
        progress.saw(look(60, 60, 5, 4));
        assertThat(progress.group(one, START + 600_000)).isPresent();
    }

    @Test
    void groupsThatAreNoMoreAreForgotten() {
        ClusterProgress progress = after(3, 5, 5, 4, DEFAULT_MEMORY);
        progress.saw(look(3, 2, 2, 4));
        assertThat(progress.groups()).hasSize(2);
        assertThat(progress.topic("t4")).isEmpty();
    }

    @Test
    void aGroupThatCouldNotBeAskedAboutStays() {
        ClusterProgress progress = after(3, 5, 5, 4, DEFAULT_MEMORY);
        Look partial = look(3, 2, 2, 4);
        progress.saw(new Look(partial.at(), partial.groups(), Optional.empty(), partial.topics()));
        assertThat(progress.groups()).hasSize(5);
    }

    @Test
    void historyTellsWhatItWasLike() {
        World world = new World(1).withMembers(1);
        world.commits[0] = 0;
        world.pass(Duration.ofMinutes(10), () -> {
            world.produce(0, 10);
            world.commits[0] = world.end(0);
        });
        world.pass(Duration.ofMinutes(10), () -> world.produce(0, 10));
        Instant now = Instant.ofEpochMilli(world.now);
        GroupHistory history = world.group().history(now.minus(Duration.ofHours(1)), now, Duration.ofMinutes(1));

        assertThat(history.points()).hasSizeBetween(19, 21);
        assertThat(history.points()).isSortedAccordingTo(java.util.Comparator.comparing(GroupHistory.Point::at));
        GroupHistory.Point good = history.points().get(5);
        assertThat(good.lag()).isZero();
        assertThat(good.consumed().orElseThrow()).isBetween(9.0, 11.0);
        assertThat(good.produced().orElseThrow()).isBetween(9.0, 11.0);
        GroupHistory.Point bad = history.points().get(history.points().size() - 1);
        assertThat(bad.lag()).isBetween(4500L, 6000L);
        assertThat(bad.consumed().orElseThrow()).isZero();
        assertThat(bad.timeLag()).isGreaterThan(Duration.ofMinutes(8));
        assertThat(bad.verdict()).isEqualTo(Verdict.STALLED);
        assertThat(history.events())
                .anyMatch(event ->
                        event.kind() == GroupEvent.Kind.VERDICT && event.what().endsWith("to stalled"));
        assertThat(world.group()
                        .history(now.minus(Duration.ofMinutes(5)), now, Duration.ofMinutes(2))
                        .points())
                .hasSizeBetween(2, 4);
    }
}
