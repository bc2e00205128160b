package dev.fathom.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.None;
import dev.fathom.position.Position.Shifted;
import dev.fathom.position.PositionResolver;
import dev.fathom.reset.GroupReader.Committed;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of plans, over logs and commits of any size, also ones no broker here could hold. */
class PlannerTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    /** A log, what is committed in it, and where it is to go. */
    record Case(long first, long last, Optional<Commit> commit, Position to) {}

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Long> offsets = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Optional<Commit>> commits = Combinators.combine(
                        offsets,
                        Arbitraries.integers().between(-1, 50),
                        Arbitraries.strings().alpha().ofMaxLength(5))
                .as((offset, epoch, metadata) ->
                        new Commit(offset, epoch < 0 ? OptionalInt.empty() : OptionalInt.of(epoch), metadata))
                .optional();
        Arbitrary<Long> any = Arbitraries.longs();
        Arbitrary<Position> positions = Arbitraries.oneOf(
                offsets.map(Absolute::new),
                offsets.map(by -> new Shifted(Anchor.EARLIEST, by)),
                offsets.map(by -> new Shifted(Anchor.LATEST, -by)),
                any.map(by -> new Shifted(Anchor.CURRENT, by)),
                Arbitraries.of(new None(), new Shifted(Anchor.CURRENT, 0), new Shifted(Anchor.LATEST, 0)));
        return Combinators.combine(offsets, offsets, commits, positions)
                .as((a, b, commit, to) -> new Case(Math.min(a, b), Math.max(a, b), commit, to));
    }

    private static ResetSnapshot snapshot(Case given, Optional<Commit> commit, Position to) {
        Commits commits = new Commits();
        commit.ifPresent(c -> commits.put(PARTITION.topic(), 0, c));
        GroupListing group = new GroupListing("group", GroupType.CLASSIC, GroupState.EMPTY, "", true);
        Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points = new HashMap<>();
        points.put(LogPoint.Named.FIRST, at(given.first()));
        points.put(LogPoint.Named.LAST, at(given.last()));
        GroupDescription described = new GroupDescription(
                "group",
                GroupType.CLASSIC,
                GroupState.EMPTY,
                "",
                true,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                List.of());
        return new ResetSnapshot(
                "cluster",
                group,
                Optional.of(new Committed(group, described, commits, Set.of())),
                List.of(new PartitionTarget(PARTITION, to, "/to")),
                Map.of("orders", Outcome.known(new Topic("orders", "id", false, List.of()))),
                Map.of(),
                new PositionResolver(points, Isolation.READ_UNCOMMITTED, Instant.EPOCH),
                Map.of(),
                Map.of(),
                List.of(),
                false,
                false,
                false,
                List.of(),
                Instant.EPOCH);
    }

    private static Map<TopicPartition, Outcome<Optional<LogOffset>>> at(long offset) {
        return Map.of(
                PARTITION, Outcome.known(Optional.of(new LogOffset(offset, Optional.empty(), OptionalInt.of(7)))));
    }

    private static ResetRequest request(Position to, OutOfRange outOfRange) {
        return ResetRequest.of(Optional.of(to), List.of(), Policy.of(outOfRange, NoRecord.REJECT));
    }

    private static Optional<PlanRow> planned(Case given, Optional<Commit> commit, Position to, OutOfRange outOfRange) {
        try {
            return Optional.of(Planner.plan(snapshot(given, commit, to), request(to, outOfRange), Set.of())
                    .rows()
                    .get(0));
        } catch (UnplannableException e) {
            return Optional.empty();
        }
    }

    @Property
    void aPlanStaysInsideTheLog(@ForAll("cases") Case given, @ForAll OutOfRange outOfRange) {
        planned(given, given.commit(), given.to(), outOfRange)
                .flatMap(PlanRow::to)
                .ifPresent(to -> assertThat(to.offset()).isBetween(given.first(), given.last()));
    }

    @Property
    void clampingTakesEveryPositionThatHasAnAnchor(@ForAll("cases") Case given) {
        boolean anchored = given.commit().isPresent()
                || !(given.to() instanceof Shifted shifted && shifted.anchor() == Anchor.CURRENT);

        assertThat(planned(given, given.commit(), given.to(), OutOfRange.CLAMP).isPresent())
                .isEqualTo(anchored);
    }

    @Property
    void withoutClampingAPlanIsExactlyWhatWasAskedFor(@ForAll("cases") Case given) {
        planned(given, given.commit(), given.to(), OutOfRange.REJECT)
                .flatMap(PlanRow::to)
                .ifPresent(to -> assertThat(to.offset()).isEqualTo(exact(given)));
    }

    private static long exact(Case given) {
        if (given.to() instanceof Absolute absolute) {
            return absolute.offset();
        }
        Shifted shifted = (Shifted) given.to();
        long anchor =
                switch (shifted.anchor()) {
                    case EARLIEST -> given.first();
                    case LATEST -> given.last();
                    case CURRENT -> given.commit().orElseThrow().offset();
                };
        return Math.addExact(anchor, shifted.by());
    }

    @Property
    void planningTwiceIsTheSame(@ForAll("cases") Case given, @ForAll OutOfRange outOfRange) {
        assertThat(planned(given, given.commit(), given.to(), outOfRange))
                .isEqualTo(planned(given, given.commit(), given.to(), outOfRange));
    }

    @Property
    void onceAppliedAPlanToAFixedPlaceIsUnchanged(@ForAll("cases") Case given, @ForAll OutOfRange outOfRange) {
        if (given.to() instanceof Shifted shifted && shifted.anchor() == Anchor.CURRENT) {
            return;
        }
        planned(given, given.commit(), given.to(), outOfRange).ifPresent(row -> {
            PlanRow again = planned(given, row.to(), given.to(), outOfRange).orElseThrow();
            assertThat(again.intention()).isEqualTo(Intention.UNCHANGED);
            assertThat(again.to()).isEqualTo(row.to());
        });
    }

    @Property
    void whatIsReadAgainAndWhatIsNeverReadIsNeverNegativeAndInsideTheLog(
            @ForAll("cases") Case given, @ForAll OutOfRange outOfRange) {
        planned(given, given.commit(), given.to(), outOfRange).ifPresent(row -> {
            row.replayed().ifPresent(count -> assertThat(count).isBetween(0L, given.last() - given.first()));
            row.skipped().ifPresent(count -> assertThat(count).isBetween(0L, given.last() - given.first()));
            assertThat(row.delta().isPresent())
                    .isEqualTo(row.from().isPresent() && row.to().isPresent());
        });
    }

    @Property
    void metadataIsKeptAndAnEpochIsOnlyOfExactlyThatOffset(@ForAll("cases") Case given, @ForAll OutOfRange outOfRange) {
        planned(given, given.commit(), given.to(), outOfRange)
                .filter(row -> row.intention() == Intention.PLANNED)
                .flatMap(PlanRow::to)
                .ifPresent(to -> {
                    assertThat(to.metadata())
                            .isEqualTo(given.commit().map(Commit::metadata).orElse(""));
                    if (to.leaderEpoch().isPresent()) {
                        assertThat(to.offset()).isIn(given.first(), given.last());
                    }
                });
    }
}
