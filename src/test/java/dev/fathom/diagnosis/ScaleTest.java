package dev.fathom.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.PartitionLag;
import dev.fathom.lag.PartitionStatus;
import dev.fathom.progress.GroupEvent;
import dev.fathom.progress.GroupHistory;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.PartitionReport;
import dev.fathom.progress.TimeLag;
import dev.fathom.progress.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** How many members it takes, by the numbers alone. */
class ScaleTest {

    private static final Duration TARGET = Duration.ofSeconds(30);
    private static final Duration YOUNG = Duration.ofSeconds(2);
    private static final Duration OLD = Duration.ofMinutes(5);
    private static final OptionalDouble TEN_EACH = OptionalDouble.of(10);
    private static final Instant NOW = Instant.parse("2026-11-21T05:40:00Z");

    private final List<PartitionLag> rows = new ArrayList<>();
    private final List<PartitionReport> reports = new ArrayList<>();

    private ScaleTest partition(long readable, double produced, Duration timeLag, Verdict verdict) {
        return partition(readable, 0, 0, produced, timeLag, verdict);
    }

    private ScaleTest partition(
            long readable, long lost, long tail, double produced, Duration timeLag, Verdict verdict) {
        TopicPartition at = new TopicPartition("orders", rows.size());
        long end = lost + readable + tail;
        rows.add(new PartitionLag(
                at,
                Optional.of(new Commit(0, OptionalInt.empty(), "")),
                lost,
                end,
                end,
                readable + tail,
                lost,
                tail,
                null,
                lost > 0 ? PartitionStatus.BELOW_FIRST : PartitionStatus.OK,
                false,
                List.of()));
        TimeLag lag = new TimeLag(
                timeLag,
                Duration.ofSeconds(1),
                TimeLag.Method.SAMPLED,
                List.of(),
                null,
                OptionalLong.empty(),
                OptionalLong.empty());
        reports.add(new PartitionReport(
                at,
                new TimeLag.Place(0, lost, end),
                tail,
                lag,
                Optional.empty(),
                verdict,
                false,
                NOW,
                "",
                true,
                Duration.ZERO,
                OptionalDouble.empty(),
                OptionalDouble.of(produced),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty()));
        return this;
    }

    private ScaleTest unknown(PartitionStatus status) {
        rows.add(new PartitionLag(
                new TopicPartition("orders", rows.size()),
                Optional.empty(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                status,
                false,
                List.of()));
        return this;
    }

    private GroupOffsets measured(int members, GroupType type) {
        List<Member> all = IntStream.range(0, members)
                .mapToObj(number -> new Member(
                        "member-" + number,
                        Optional.empty(),
                        "client",
                        "10.0.0.1",
                        Optional.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        new TreeMap<>(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .toList();
        return new GroupOffsets(
                new GroupDescription(
                        "billing",
                        type,
                        members == 0 ? GroupState.EMPTY : GroupState.STABLE,
                        "consumer",
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        all,
                        List.of(),
                        List.of()),
                rows,
                true);
    }

    private Scale scale(int members, OptionalDouble perMember) {
        GroupReport report = new GroupReport(
                "billing",
                Verdict.OK,
                Optional.empty(),
                "",
                Map.of(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                reports,
                members,
                GroupState.STABLE,
                Optional.empty(),
                Optional.of(NOW));
        return Scale.of(measured(members, GroupType.CONSUMER), Optional.of(report), perMember, TARGET);
    }

    @Test
    void asManyAsReadTheBacklogAndWhatComesInTheTarget() {
        // 300 in 30 s, and 15 a second beside: 25 a second, of which a member reads 10.
        Scale scale = partition(100, 5, OLD, Verdict.BEHIND)
                .partition(100, 5, OLD, Verdict.BEHIND)
                .partition(100, 5, OLD, Verdict.BEHIND)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .scale(1, TEN_EACH);
        assertThat(scale.wanted()).isEqualTo(3);
        assertThat(scale.max()).isEqualTo(4);
        assertThat(scale.members()).isEqualTo(1);
        assertThat(scale.reason()).contains("300 offsets", "15/s", "25/s", "10/s");
    }

    @Test
    void neverMoreThanPartitions() {
        Scale scale = partition(1_000_000, 50, OLD, Verdict.BEHIND)
                .partition(10, 1, OLD, Verdict.OK)
                .scale(1, TEN_EACH);
        assertThat(scale.wanted()).isEqualTo(2);
        assertThat(scale.reason()).contains("reads 2 partitions");
    }

    @Test
    void noMoreWhileNothingIsOlderThanTheTarget() {
        // A group that keeps up reads what is written: by that rate alone it would always want one more.
        Scale scale = partition(50, 20, YOUNG, Verdict.OK)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .scale(2, TEN_EACH);
        assertThat(scale.wanted()).isEqualTo(2);
    }

    @Test
    void fewerWhenTheyCouldReadMoreThanIsWritten() {
        Scale scale = partition(0, 8, Duration.ZERO, Verdict.OK)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .scale(3, TEN_EACH);
        assertThat(scale.wanted()).isEqualTo(1);
    }

    @Test
    void noFewerWhileSomethingIsOlderThanTheTarget() {
        Scale scale = partition(10, 1, OLD, Verdict.BEHIND)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .scale(2, TEN_EACH);
        assertThat(scale.wanted()).isEqualTo(2);
    }

    @Test
    void noneWhenNothingIsUnreadAndNothingIsWritten() {
        assertThat(partition(0, 0, Duration.ZERO, Verdict.OK).scale(1, TEN_EACH).wanted())
                .isZero();
    }

    @Test
    void oneToBeginWith() {
        Scale scale = partition(500, 0, OLD, Verdict.STOPPED)
                .partition(500, 0, OLD, Verdict.STOPPED)
                .scale(0, OptionalDouble.empty());
        assertThat(scale.wanted()).isEqualTo(1);
        assertThat(scale.reason()).contains("not known yet");
    }

    @Test
    void lostLagCallsForNobody() {
        Scale scale = partition(0, 1_000_000, 0, 0, Duration.ZERO, Verdict.LOSING)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .scale(0, TEN_EACH);
        assertThat(scale.wanted()).isZero();
        assertThat(scale.reason()).contains("1000000 offsets are lost");
    }

    @Test
    void whatAnOpenTransactionHoldsCallsForNobody() {
        Scale scale = partition(0, 0, 1_000_000, 0, OLD, Verdict.BLOCKED).scale(0, TEN_EACH);
        assertThat(scale.wanted()).isZero();
    }

    @Test
    void stalledPartitionsCallForNobodyAndSendNobodyAway() {
        partition(1_000_000, 100, OLD, Verdict.STALLED)
                .partition(0, 0, Duration.ZERO, Verdict.OK)
                .partition(0, 0, Duration.ZERO, Verdict.OK);
        Scale scale = scale(2, TEN_EACH);
        assertThat(scale.wanted()).isEqualTo(2);
        assertThat(scale.reason()).contains("stalled");
    }

    @Test
    void unknownLagCallsForNobodyAndSendsNobodyAway() {
        partition(0, 0, Duration.ZERO, Verdict.OK).unknown(PartitionStatus.LEADER_UNAVAILABLE);
        assertThat(scale(0, TEN_EACH).wanted()).isZero();
        assertThat(scale(2, TEN_EACH).wanted()).isEqualTo(2);
        assertThat(scale(2, TEN_EACH).reason()).contains("The lag of 1 partitions is not known");
    }

    @Test
    void nothingFollowsFromNothing() {
        unknown(PartitionStatus.NO_COMMIT).unknown(PartitionStatus.LEADER_UNAVAILABLE);
        assertThat(scale(1, TEN_EACH).wanted()).isNull();
        assertThat(Scale.of(measured(1, GroupType.CONSUMER), Optional.empty(), TEN_EACH, TARGET)
                        .wanted())
                .isNull();
        assertThat(Scale.of(measured(1, GroupType.SHARE), Optional.empty(), TEN_EACH, TARGET)
                        .wanted())
                .isNull();
    }

    @Test
    void whatIsGoneIsReadByNobody() {
        Scale scale = partition(500, 100, OLD, Verdict.BEHIND)
                .unknown(PartitionStatus.TOPIC_DELETED)
                .unknown(PartitionStatus.PARTITION_GONE)
                .scale(1, TEN_EACH);
        assertThat(scale.max()).isEqualTo(1);
        assertThat(scale.wanted()).isEqualTo(1);
        assertThat(scale.reason()).doesNotContain("not known");
    }

    @Test
    void noneWhileAResetWaits() {
        partition(500, 100, OLD, Verdict.BEHIND);
        Scale scale = Scale.whileAResetWaits(measured(1, GroupType.CONSUMER), "op-1");
        assertThat(scale.wanted()).isZero();
        assertThat(scale.reason()).contains("op-1");
    }

    @Property
    void isAlwaysBetweenNoneAndThePartitions(
            @ForAll @IntRange(max = 20) int members,
            @ForAll @IntRange(min = 1, max = 9) int partitions,
            @ForAll @LongRange(min = 0) long readable,
            @ForAll @DoubleRange(max = 1e12) double produced,
            @ForAll @DoubleRange(min = 0.01, max = 1e9) double perMember,
            @ForAll boolean late) {
        ScaleTest world = new ScaleTest();
        for (int i = 0; i < partitions; i++) {
            world.partition(readable / partitions, produced, late ? OLD : YOUNG, Verdict.BEHIND);
        }
        Scale scale = world.scale(members, OptionalDouble.of(perMember));
        assertThat(scale.wanted()).isBetween(0, partitions);
        if (!late && members > 0) {
            assertThat(scale.wanted()).isLessThanOrEqualTo(members);
        }
    }

    private static GroupHistory.Point point(int minute, int members, double consumed) {
        return new GroupHistory.Point(
                NOW.plusSeconds(60L * minute),
                0L,
                Duration.ZERO,
                OptionalDouble.of(consumed),
                OptionalDouble.empty(),
                members,
                Verdict.OK);
    }

    @Test
    void aMembersRateIsTheMostItWasSeenToRead() {
        GroupHistory history = new GroupHistory(
                Duration.ofMinutes(1), List.of(point(0, 2, 0), point(1, 2, 40), point(2, 2, 10)), List.of());
        assertThat(Scale.perMember(history)).hasValue(20);
    }

    @Test
    void aMoveOfAnEmptyGroupIsNotReading() {
        GroupEvent left = new GroupEvent(NOW.plusSeconds(80), GroupEvent.Kind.MEMBERS, "0 members, empty");
        GroupHistory quick = new GroupHistory(
                Duration.ofMinutes(1), List.of(point(0, 2, 0), point(1, 2, 40), point(2, 2, 1e6)), List.of(left));
        assertThat(Scale.perMember(quick)).hasValue(20);
        GroupHistory slow = new GroupHistory(
                Duration.ofMinutes(1), List.of(point(0, 2, 0), point(1, 0, 1e6), point(2, 2, 1e6)), List.of());
        assertThat(Scale.perMember(slow)).isEmpty();
    }
}
