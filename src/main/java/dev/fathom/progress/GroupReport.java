package dev.fathom.progress;

import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.TopicPartition;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What is known of one group, as of the last look, on the partitions it was asked for.
 *
 * @param verdict the worst of its partitions'; not ok while one with records to read is not judged yet
 * @param reason that partition's, with how many are like it
 * @param counts how many partitions have which verdict
 * @param consumed offsets a second, over the partitions where that is known; empty when it is for none
 * @param catchUp when the last of them reaches its end; empty when that is not known for one that is behind
 * @param abandonedSince since when nobody is in it and nothing is committed, as far as was watched; empty where that is not so
 * @param lookedAt empty before the first look
 */
public record GroupReport(
        String id,
        Verdict verdict,
        Optional<Instant> since,
        String reason,
        Map<Verdict, Integer> counts,
        OptionalDouble consumed,
        OptionalDouble produced,
        Optional<CatchUp> catchUp,
        List<PartitionReport> partitions,
        int members,
        GroupState state,
        Optional<Instant> abandonedSince,
        Optional<Instant> lookedAt) {

    static GroupReport of(
            String id,
            List<PartitionReport> partitions,
            int members,
            GroupState state,
            Optional<Instant> abandonedSince,
            Optional<Instant> lookedAt) {
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        partitions.forEach(each -> counts.merge(each.verdict(), 1, Integer::sum));
        List<PartitionReport> pending =
                partitions.stream().filter(PartitionReport::pending).toList();
        Verdict worstOfAll =
                counts.isEmpty() ? Verdict.UNKNOWN : counts.keySet().iterator().next();
        Verdict worst = worstOfAll.ofAll(!pending.isEmpty());
        List<PartitionReport> worstOnes = worst == worstOfAll
                ? partitions.stream().filter(each -> each.verdict() == worst).toList()
                : pending;
        return new GroupReport(
                id,
                worst,
                worstOnes.stream().map(PartitionReport::since).min(Comparator.naturalOrder()),
                reason(worstOnes),
                counts,
                sum(partitions, PartitionReport::consumed),
                sum(partitions, PartitionReport::produced),
                catchUp(partitions),
                List.copyOf(partitions),
                members,
                state,
                abandonedSince,
                lookedAt);
    }

    private static String reason(List<PartitionReport> worst) {
        Optional<PartitionReport> most = worst.stream().max(Comparator.comparingLong(PartitionReport::lag));
        return most.map(one -> worst.size() == 1
                        ? one.partition() + ": " + one.reason()
                        : worst.size() + " partitions, first " + one.partition() + ": " + one.reason())
                .orElse("The group has committed nothing that was looked at.");
    }

    private static OptionalDouble sum(
            List<PartitionReport> partitions, Function<PartitionReport, OptionalDouble> rate) {
        List<OptionalDouble> known =
                partitions.stream().map(rate).filter(OptionalDouble::isPresent).toList();
        return known.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        known.stream().mapToDouble(OptionalDouble::getAsDouble).sum());
    }

    private static Optional<CatchUp> catchUp(List<PartitionReport> partitions) {
        List<PartitionReport> behind =
                partitions.stream().filter(each -> each.lag() > 0).toList();
        if (behind.isEmpty() || behind.stream().anyMatch(each -> each.catchUp().isEmpty())) {
            return Optional.empty();
        }
        List<CatchUp> ranges =
                behind.stream().map(each -> each.catchUp().orElseThrow()).toList();
        return Optional.of(new CatchUp(
                ranges.stream()
                        .map(CatchUp::earliest)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                ranges.stream()
                        .map(CatchUp::latest)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()));
    }

    /** The partition furthest behind in time. */
    public LongestLag longestLag() {
        return LongestLag.of(this);
    }

    public Optional<PartitionReport> of(TopicPartition partition) {
        return partitions.stream()
                .filter(each -> each.partition().equals(partition))
                .findFirst();
    }
}
