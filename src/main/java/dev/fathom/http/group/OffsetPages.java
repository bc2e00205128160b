package dev.fathom.http.group;

import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.Csv.KafkaOffset;
import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.PartitionLag;
import dev.fathom.lag.PartitionStatus;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Set;

/** Pages of what a group has committed. */
public final class OffsetPages {

    public static final String BY_PARTITION = "partition";

    private OffsetPages() {}

    /**
     * Which of the rows are wanted.
     *
     * @param oneTopic whether one topic alone was measured
     * @param statuses none means all
     */
    public record Wanted(boolean oneTopic, Set<PartitionStatus> statuses) {

        public static final Wanted ALL = new Wanted(false, Set.of());

        private List<PartitionLag> of(GroupOffsets measured) {
            return measured.rows().stream()
                    .filter(row -> statuses.isEmpty() || statuses.contains(row.status()))
                    .toList();
        }
    }

    /** @param seen what is known of the group from before */
    public static Listing<OffsetRow> of(
            Snapshot<GroupOffsets> measured, SeenGroup seen, Wanted wanted, PageRequest request) {
        GroupType type = measured.value().group().type();
        Page<PartitionLag> page = Page.of(wanted.of(measured.value()), row -> key(row.partition()), request);
        List<OffsetRow> items =
                page.items().stream().map(row -> OffsetRow.of(type, row, seen)).toList();
        return Lists.of(BY_PARTITION, request, page.withItems(items), List.of(), measured.observedAt())
                .complete(measured.value().complete(wanted.oneTopic()));
    }

    /** All rows as a file: CSV, or Kafka's own plan file. */
    static Response file(GroupOffsets measured, SeenGroup seen, Wanted wanted, boolean kafkaFormat, boolean partial) {
        List<ItemProblem> missing = measured.complete(wanted.oneTopic())
                ? List.of()
                : List.of(CsvFile.hiddenTopics(measured.group().id()));
        CsvFile.refuse(missing, partial);
        GroupType type = measured.group().type();
        if (!kafkaFormat) {
            return CsvFile.answer(
                    Csv.write(
                            OffsetCsvRow.class,
                            () -> wanted.of(measured).stream()
                                    .map(row -> OffsetCsvRow.of(OffsetRow.of(type, row, seen)))
                                    .iterator(),
                            missing),
                    missing);
        }
        Iterable<KafkaOffset> plan = () -> wanted.of(measured).stream()
                .flatMap(row -> row
                        .committed()
                        .map(commit -> new KafkaOffset(
                                row.partition().topic(), row.partition().partition(), commit.offset()))
                        .stream())
                .iterator();
        return CsvFile.answer(Csv.plan(plan), missing);
    }

    /** Sorts by topic, then by number; numbers that only a member has may be negative. */
    static String key(TopicPartition partition) {
        int number = partition.partition();
        return partition.topic()
                + '\0'
                + (number < 0
                        ? String.format("-%010d", number - (long) Integer.MIN_VALUE)
                        : String.format("%010d", number));
    }
}
