package dev.fathom.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position;
import dev.fathom.reset.PlanRow.Intention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of tags: what they hold a caller to, and what they do not. */
class PlanTagTest {

    /** What decides one row's part of the tag. */
    record Given(Optional<Long> from, Optional<Long> to, String position) {}

    @Provide
    Arbitrary<List<Given>> rows() {
        Arbitrary<Optional<Long>> offsets =
                Arbitraries.longs().greaterOrEqual(0).optional();
        Arbitrary<String> positions =
                Arbitraries.of("earliest", "latest", "42", "-PT1H", "2026-11-20T10:15:00Z", "max-timestamp", "none");
        return Combinators.combine(offsets, offsets, positions)
                .as(Given::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    private static Optional<Commit> commit(Optional<Long> offset) {
        return offset.map(known -> new Commit(known, OptionalInt.empty(), ""));
    }

    private static Plan plan(List<Given> rows) {
        List<PlanRow> planned = new ArrayList<>();
        for (Given row : rows) {
            planned.add(new PlanRow(
                    new TopicPartition("orders", planned.size()),
                    "topic-id",
                    commit(row.from()),
                    commit(row.to()),
                    Optional.of(Position.parse(row.position())),
                    Optional.of(0L),
                    Optional.of(Long.MAX_VALUE),
                    Optional.empty(),
                    Optional.empty(),
                    Intention.PLANNED,
                    Optional.empty(),
                    Optional.empty()));
        }
        GroupListing group = new GroupListing("group", GroupType.CLASSIC, GroupState.EMPTY, "", true);
        return new Plan(Kind.RESET, group, Optional.empty(), planned, List.of(), List.of(), Plan.Unseen.NONE);
    }

    private static List<Given> with(List<Given> rows, int at, Given changed) {
        List<Given> others = new ArrayList<>(rows);
        others.set(at, changed);
        return others;
    }

    private static boolean matches(PlanTag tag, PlanTag sent) {
        return tag.matches(sent.toString());
    }

    @Property
    void theSamePlanHasTheSameTag(@ForAll("rows") List<Given> rows, @ForAll boolean waits) {
        assertThat(matches(
                        PlanTag.of("request", plan(rows), waits),
                        PlanTag.of("request", plan(List.copyOf(rows)), waits)))
                .isTrue();
    }

    @Property
    void anotherRequestHasAnotherTag(@ForAll("rows") List<Given> rows) {
        PlanTag tag = PlanTag.of("request", plan(rows), false);
        PlanTag other = PlanTag.of("other", plan(rows), false);

        assertThat(matches(tag, other)).isFalse();
        assertThat(tag.differences(other.toString(), plan(rows)))
                .extracting(PlanTag.Difference::what)
                .containsExactly(PlanTag.Difference.What.REQUEST);
    }

    @Property
    void aCommitThatMovedOutdatesAPlanUnlessItWaits(@ForAll("rows") List<Given> rows) {
        Given last = rows.get(rows.size() - 1);
        Optional<Long> moved = Optional.of(last.from().map(offset -> offset ^ 1).orElse(7L));
        List<Given> now = with(rows, rows.size() - 1, new Given(moved, last.to(), last.position()));
        PlanTag then = PlanTag.of("request", plan(rows), false);
        PlanTag tag = PlanTag.of("request", plan(now), false);

        assertThat(matches(tag, then)).isFalse();
        assertThat(tag.differences(then.toString(), plan(now))).isNotEmpty();
        assertThat(matches(PlanTag.of("request", plan(now), true), PlanTag.of("request", plan(rows), true)))
                .isTrue();
    }

    @Property
    void aPlaceThatMovesByItselfDoesNotOutdateAPlan(@ForAll("rows") List<Given> rows) {
        Given first = rows.get(0);
        Optional<Long> moved = Optional.of(first.to().map(offset -> offset ^ 1).orElse(7L));
        List<Given> now = with(rows, 0, new Given(first.from(), moved, first.position()));
        boolean moves = Position.parse(first.position()).moves();

        assertThat(matches(PlanTag.of("request", plan(now), false), PlanTag.of("request", plan(rows), false)))
                .isEqualTo(moves);
    }

    @Property
    void whatIsNoTagMatchesNothingAndIsAnotherRequest(@ForAll("rows") List<Given> rows, @ForAll String sent) {
        PlanTag tag = PlanTag.of("request", plan(rows), false);

        assertThat(tag.matches(sent)).isFalse();
        assertThat(tag.differences(sent, plan(rows)))
                .extracting(PlanTag.Difference::what)
                .containsExactly(PlanTag.Difference.What.REQUEST);
    }
}
