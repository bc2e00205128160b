package dev.fathom.http;

import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.model.Listing;
import dev.fathom.http.model.OffsetRow;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.PartitionLag;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import java.util.List;

/** Pages of what a group has committed. */
final class OffsetPages {

    static final String BY_PARTITION = "partition";

    private OffsetPages() {}

    /** @param rows those of the measured group that are wanted */
    static Listing<OffsetRow> of(Snapshot<GroupOffsets> measured, List<PartitionLag> rows, PageRequest request) {
        GroupType type = measured.value().group().type();
        Page<PartitionLag> page = Page.of(rows, row -> key(row.partition()), request);
        List<OffsetRow> items =
                page.items().stream().map(row -> OffsetRow.of(type, row)).toList();
        return Lists.of(BY_PARTITION, request, page.withItems(items), List.of(), measured.observedAt());
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
