package dev.fathom.lag;

import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One group, fully measured at one moment.
 *
 * @param rows by topic and partition
 * @param allTopicsVisible false where the cluster's ACLs may hide topics from the service
 */
public record GroupOffsets(GroupDescription group, List<PartitionLag> rows, boolean allTopicsVisible) {

    public LagTotals totals() {
        return LagTotals.of(rows, allTopicsVisible);
    }

    GroupOffsets on(String topic) {
        List<PartitionLag> rowsOfTopic = rows.stream()
                .filter(row -> row.partition().topic().equals(topic))
                .toList();
        return new GroupOffsets(group, rowsOfTopic, allTopicsVisible);
    }

    /**
     * Whether no row is missing. Where topics may be hidden, only a row that is there is known.
     *
     * @param oneTopic whether the rows of one topic alone were asked for
     */
    public boolean complete(boolean oneTopic) {
        boolean hidden = rows.stream().anyMatch(row -> row.status() == PartitionStatus.KAFKA_NOT_AUTHORIZED);
        return !hidden && (allTopicsVisible || (oneTopic && !rows.isEmpty()));
    }

    public Map<String, LagTotals> byTopic() {
        Map<String, LagTotals.Sum> sums = new LinkedHashMap<>();
        rows.forEach(row -> sums.computeIfAbsent(row.partition().topic(), topic -> new LagTotals.Sum())
                .add(row));
        Map<String, LagTotals> totals = new LinkedHashMap<>();
        sums.forEach((topic, sum) -> totals.put(topic, sum.totals(true)));
        return totals;
    }

    /** Totals over the partitions a member owns. */
    public LagTotals of(Member member) {
        return LagTotals.of(
                rows.stream().filter(row -> member.owns(row.partition())).toList(), true);
    }
}
