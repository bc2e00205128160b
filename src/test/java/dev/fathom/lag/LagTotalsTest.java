package dev.fathom.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of sums over rows, some of whose numbers are unknown. */
class LagTotalsTest {

    @Provide
    Arbitrary<List<PartitionLag>> rows() {
        Arbitrary<Long> lags = Arbitraries.longs().between(0, 1L << 40).injectNull(0.3);
        Arbitrary<Long> upperBounds = Arbitraries.longs().between(0, 1L << 40).injectNull(0.8);
        Arbitrary<PartitionStatus> statuses = Arbitraries.of(PartitionStatus.class);
        return Combinators.combine(lags, upperBounds, statuses)
                .as((lag, upperBound, status) -> row(0, lag, upperBound, status))
                .list()
                .ofMaxSize(30)
                .map(LagTotalsTest::numbered);
    }

    private static PartitionLag row(int number, Long lag, Long upperBound, PartitionStatus status) {
        return new PartitionLag(
                new TopicPartition("orders", number),
                Optional.empty(),
                0L,
                0L,
                lag,
                lag == null ? null : Long.valueOf(lag / 2),
                0L,
                null,
                upperBound,
                status,
                false,
                List.of());
    }

    private static List<PartitionLag> numbered(List<PartitionLag> rows) {
        List<PartitionLag> numbered = new ArrayList<>();
        rows.forEach(row -> numbered.add(row(numbered.size(), row.lag(), row.lagUpperBound(), row.status())));
        return numbered;
    }

    @Property
    void aTotalIsTheSumOfWhatIsKnownAndNullOverNothing(@ForAll("rows") List<PartitionLag> rows) {
        LagTotals totals = LagTotals.of(rows, true);
        List<Long> known =
                rows.stream().map(PartitionLag::lag).filter(Objects::nonNull).toList();
        boolean untold = rows.stream().anyMatch(row -> row.lag() == null && row.lagUpperBound() != null);

        assertThat(totals.total())
                .isEqualTo(
                        untold || known.isEmpty()
                                ? null
                                : Long.valueOf(
                                        known.stream().mapToLong(lag -> lag).sum()));
    }

    @Property
    void everyRowHasANumberOrIsUnknown(@ForAll("rows") List<PartitionLag> rows) {
        LagTotals totals = LagTotals.of(rows, true);

        assertThat(totals.unknown())
                .extracting(LagTotals.Unknown::partition)
                .containsExactlyElementsOf(rows.stream()
                        .filter(row -> row.behind() == null)
                        .map(PartitionLag::partition)
                        .toList());
        assertThat(totals.partitionsBehind()).isEqualTo((int) rows.stream()
                .filter(row -> row.behind() != null && row.behind() > 0)
                .count());
    }

    @Property
    void noRowIsFurtherBehindThanTheMost(@ForAll("rows") List<PartitionLag> rows) {
        Optional<LagTotals.Max> max = LagTotals.of(rows, true).max();

        assertThat(max.map(LagTotals.Max::lag))
                .isEqualTo(rows.stream()
                        .map(PartitionLag::behind)
                        .filter(Objects::nonNull)
                        .max(Long::compare));
    }

    @Property
    void whatCanBeReadIsNeverMoreThanTheLag(@ForAll("rows") List<PartitionLag> rows) {
        LagTotals totals = LagTotals.of(rows, true);

        if (totals.total() != null && totals.effectiveTotal() != null) {
            assertThat(totals.effectiveTotal()).isBetween(0L, totals.total());
        }
    }

    @Property
    void theOrderOfRowsDoesNotMatter(@ForAll("rows") List<PartitionLag> rows, @ForAll Random random) {
        List<PartitionLag> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        LagTotals one = LagTotals.of(rows, true);
        LagTotals other = LagTotals.of(shuffled, true);

        assertThat(other.total()).isEqualTo(one.total());
        assertThat(other.readable()).isEqualTo(one.readable());
        assertThat(other.upperBound()).isEqualTo(one.upperBound());
        assertThat(other.partitionsBehind()).isEqualTo(one.partitionsBehind());
    }

    @Property
    void onlyAWholeViewIsComplete(@ForAll("rows") List<PartitionLag> rows, @ForAll boolean allTopicsVisible) {
        boolean hidden = rows.stream().anyMatch(row -> row.status() == PartitionStatus.KAFKA_NOT_AUTHORIZED);

        assertThat(LagTotals.of(rows, allTopicsVisible).complete()).isEqualTo(allTopicsVisible && !hidden);
    }
}
