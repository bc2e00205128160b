package dev.fathom.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The laws of rows, over logs and commits of any size. */
class MeasurementTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    /** A log, where its last open transaction begins, and what is committed. */
    record Case(long first, long stable, long last, long commit) {}

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Long> offsets = Arbitraries.longs().greaterOrEqual(0);
        return Combinators.combine(offsets, offsets, offsets, offsets).as((a, b, c, commit) -> {
            long[] sorted = LongStream.of(a, b, c).sorted().toArray();
            return new Case(sorted[0], sorted[1], sorted[2], commit);
        });
    }

    private static Topic topic(String name, int partitions) {
        return new Topic(
                name,
                "id",
                false,
                IntStream.range(0, partitions)
                        .mapToObj(number -> new Topic.Partition(number, OptionalInt.of(1), List.of(1), List.of(1)))
                        .toList());
    }

    private static GroupDescription group(GroupType type, List<Member> members) {
        return new GroupDescription(
                "group",
                type,
                members.isEmpty() ? GroupState.EMPTY : GroupState.STABLE,
                "consumer",
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                members,
                List.of(),
                List.of());
    }

    private static Member member(String topic, List<Integer> numbers) {
        return new Member(
                "member",
                Optional.empty(),
                "client",
                "host",
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                new TreeMap<>(Map.of(topic, numbers)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static PartitionLag measured(GroupType type, Case given, Isolation isolation) {
        Commits commits = new Commits();
        commits.put("orders", 0, new Commit(given.commit(), OptionalInt.empty(), ""));
        return new Measurement(
                        group(type, List.of()), commits, Set.of(), Map.of("orders", Outcome.known(topic("orders", 1))))
                .rows(
                        List.of(PARTITION),
                        new KnownEnds().put(PARTITION, given.first(), given.last(), given.stable()),
                        isolation)
                .get(0);
    }

    @Property
    void aLagIsWhatLiesBetweenTheCommitAndTheEnd(@ForAll("cases") Case given, @ForAll Isolation isolation) {
        PartitionLag row = measured(GroupType.CLASSIC, given, isolation);
        long end = isolation == Isolation.READ_COMMITTED ? given.stable() : given.last();

        assertThat(row.lag()).isEqualTo(given.commit() > end ? null : Long.valueOf(end - given.commit()));
    }

    @Property
    void whatCanBeReadAndWhatIsLostMakeUpTheLag(@ForAll("cases") Case given) {
        PartitionLag row = measured(GroupType.CLASSIC, given, Isolation.READ_UNCOMMITTED);

        assertThat(row.lostRecords()).isGreaterThanOrEqualTo(0);
        if (row.lag() != null) {
            assertThat(row.effectiveLag()).isBetween(0L, given.last() - given.first());
            assertThat(row.effectiveLag() + row.lostRecords()).isEqualTo(row.lag());
        }
    }

    @Property
    void theStatusSaysWhereTheCommitLies(@ForAll("cases") Case given) {
        PartitionLag row = measured(GroupType.CLASSIC, given, Isolation.READ_UNCOMMITTED);

        assertThat(row.status())
                .isEqualTo(
                        given.commit() < given.first()
                                ? PartitionStatus.BELOW_FIRST
                                : given.commit() > given.last() ? PartitionStatus.BEYOND_LAST : PartitionStatus.OK);
    }

    @Property
    void openTransactionsHoldBackWhatLiesBeyondTheLastStableOffset(@ForAll("cases") Case given) {
        assertThat(measured(GroupType.CLASSIC, given, Isolation.READ_UNCOMMITTED)
                        .uncommittedTail())
                .isEqualTo(given.last() - given.stable());
    }

    @Property
    void ofAShareGroupOnlyAnUpperBoundFollowsFromItsStart(@ForAll("cases") Case given) {
        PartitionLag ordinary = measured(GroupType.CLASSIC, given, Isolation.READ_UNCOMMITTED);
        PartitionLag share = measured(GroupType.SHARE, given, Isolation.READ_UNCOMMITTED);

        assertThat(share.lag()).isNull();
        assertThat(share.lagUpperBound()).isEqualTo(ordinary.lag());
        assertThat(ordinary.lagUpperBound()).isNull();
    }

    @Property
    void everyPartitionWithACommitOrAnOwnerHasOneRowInOrder(
            @ForAll @IntRange(min = 1, max = 20) int partitions,
            @ForAll Set<@IntRange(max = 30) Integer> committed,
            @ForAll Set<@IntRange(min = -3, max = 30) Integer> assigned) {
        Commits commits = new Commits();
        committed.forEach(number -> commits.put("orders", number, new Commit(0, OptionalInt.empty(), "")));
        List<Integer> owned = assigned.stream().sorted().toList();
        Measurement measurement = new Measurement(
                group(GroupType.CLASSIC, List.of(member("orders", owned))),
                commits,
                Set.of(),
                Map.of("orders", Outcome.known(topic("orders", partitions))));
        List<TopicPartition> expected = new ArrayList<>();
        IntStream.rangeClosed(-3, 30)
                .filter(number -> committed.contains(number)
                        || assigned.contains(number)
                        || !committed.isEmpty() && number >= 0 && number < partitions)
                .forEach(number -> expected.add(new TopicPartition("orders", number)));

        List<TopicPartition> found = measurement.partitionsOf(Set.of("orders"));

        assertThat(found).isEqualTo(expected);
        assertThat(measurement.readable(found))
                .isEqualTo(expected.stream()
                        .filter(each -> each.partition() >= 0 && each.partition() < partitions)
                        .toList());
    }
}
