package dev.fathom.diagnosis;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.diagnosis.Finding.Next;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.PartitionReport;
import dev.fathom.progress.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is found in what was seen of a group over time. */
public final class Findings {

    /** The order of findings: what is worse first, of the same kind what has more lag. */
    public static final Comparator<Finding> WORST_FIRST = Comparator.comparing(Finding::kind)
            .thenComparing(Finding::weight, Comparator.reverseOrder())
            .thenComparing(finding -> finding.topic().orElse(""))
            .thenComparing(finding -> finding.partition().orElse(-1));

    /** Longer than any broker lets a transaction be open by default ({@code transaction.max.timeout.ms}). */
    private static final Duration HANGING = Duration.ofMinutes(15);

    private static final int FEW_PARTITIONS = 3;
    private static final int HOT = 5;

    private Findings() {}

    /** Worst first. */
    public static List<Finding> of(GroupReport group) {
        List<Finding> findings = new ArrayList<>();
        for (PartitionReport partition : group.partitions()) {
            FindingKind.of(partition.verdict()).ifPresent(kind -> findings.add(ofVerdict(kind, partition, group)));
            if (partition.verdict() == Verdict.BLOCKED && partition.standing().compareTo(HANGING) > 0) {
                findings.add(hanging(partition));
            }
            if (partition.place().committed() > partition.place().end()) {
                findings.add(beyond(partition));
            }
            if (partition.verdict() == Verdict.OK && late(partition)) {
                findings.add(lateCommit(partition));
            }
        }
        hot(group.partitions(), findings);
        findings.sort(WORST_FIRST);
        return findings;
    }

    private static Finding ofVerdict(FindingKind kind, PartitionReport of, GroupReport group) {
        Map<String, Number> evidence = numbers(of);
        if (kind == FindingKind.STOPPED || kind == FindingKind.UNSTABLE) {
            evidence.put("members", group.members());
        }
        return Finding.on(kind, of.partition(), evidence, of.partition() + ": " + of.reason(), next(kind, of))
                .since(of.since());
    }

    private static Map<String, Number> numbers(PartitionReport of) {
        Map<String, Number> evidence = new LinkedHashMap<>();
        evidence.put("committedOffset", of.place().committed());
        evidence.put("firstOffset", of.place().first());
        evidence.put("lastOffset", of.place().end());
        evidence.put("lag", of.lag());
        if (of.uncommittedTail() > 0) {
            evidence.put("uncommittedTail", of.uncommittedTail());
        }
        if (of.timeLag().known()) {
            evidence.put("timeLagSeconds", seconds(of.timeLag().duration()));
        }
        if (!of.standing().isZero()) {
            evidence.put("standingSeconds", seconds(of.standing()));
        }
        of.usualGap().ifPresent(gap -> evidence.put("usualCommitGapSeconds", seconds(gap)));
        of.consumed().ifPresent(rate -> evidence.put("consumeRate", rounded(rate)));
        of.produced().ifPresent(rate -> evidence.put("produceRate", rounded(rate)));
        of.rewoundFrom().ifPresent(offset -> evidence.put("rewoundFrom", offset));
        long lost = of.place().first() - of.place().committed();
        if (lost > 0) {
            evidence.put("lostRecords", lost);
        }
        return evidence;
    }

    private static double seconds(Duration duration) {
        return rounded(duration.toMillis() / 1000.0);
    }

    private static double rounded(double number) {
        return Math.round(number * 1000) / 1000.0;
    }

    private static List<Next> next(FindingKind kind, PartitionReport of) {
        TopicPartition partition = of.partition();
        Next record = new Next.ReadRecord(
                partition, Math.max(of.place().committed(), of.place().first()));
        return switch (kind) {
            case LOSING -> List.of(new Next.PlanMove(partition, "earliest"), new Next.TopicOffsets(partition));
            case BLOCKED, HANGING_TRANSACTION -> List.of(new Next.TopicOffsets(partition), record);
            case STALLED -> List.of(record, new Next.ListMembers(), new Next.History());
            case STOPPED, PERIODIC -> List.of(new Next.History(), new Next.ListOffsets(partition.topic()));
            case UNSTABLE -> List.of(new Next.ListMembers(), new Next.History());
            case REWOUND -> List.of(new Next.ListOperations(), new Next.History());
            case BEYOND_LAST -> List.of(new Next.PlanMove(partition, "latest"), new Next.TopicOffsets(partition));
            default -> List.of(new Next.History(), new Next.ListMembers());
        };
    }

    private static Finding hanging(PartitionReport of) {
        return Finding.on(
                        FindingKind.HANGING_TRANSACTION,
                        of.partition(),
                        numbers(of),
                        of.partition() + ": an open transaction has held " + of.uncommittedTail() + " offsets back for "
                                + of.standing().toMinutes()
                                + " minutes, longer than brokers let one be open by default: it hangs. kafka-transactions.sh"
                                + " find-hanging and abort deal with it.",
                        next(FindingKind.HANGING_TRANSACTION, of))
                .since(of.since());
    }

    private static Finding beyond(PartitionReport of) {
        return Finding.on(
                FindingKind.BEYOND_LAST,
                of.partition(),
                numbers(of),
                of.partition() + ": " + of.reason()
                        + " A consumer that comes back begins where auto.offset.reset says.",
                next(FindingKind.BEYOND_LAST, of));
    }

    /** Later than 95 of 100, and three times so. */
    private static boolean late(PartitionReport of) {
        return of.lag() > 0
                && of.usualGap()
                        .filter(gap -> of.standing().compareTo(gap.multipliedBy(3)) > 0)
                        .isPresent();
    }

    private static Finding lateCommit(PartitionReport of) {
        return Finding.on(
                FindingKind.COMMIT_AGE,
                of.partition(),
                numbers(of),
                of.partition() + ": the last commit is " + of.standing().toSeconds() + " s old, and there is one every "
                        + of.usualGap().orElseThrow().toSeconds() + " s as a rule.",
                next(FindingKind.STALLED, of));
    }

    private static void hot(List<PartitionReport> partitions, List<Finding> findings) {
        long total = partitions.stream().mapToLong(PartitionReport::lag).sum();
        if (partitions.size() < FEW_PARTITIONS || total == 0) {
            return;
        }
        long[] sorted =
                partitions.stream().mapToLong(PartitionReport::lag).sorted().toArray();
        long median = sorted[sorted.length / 2];
        for (PartitionReport of : partitions) {
            if (2 * of.lag() > total && of.lag() >= HOT * median) {
                Map<String, Number> evidence = numbers(of);
                evidence.put("totalLag", total);
                evidence.put("medianLag", median);
                findings.add(Finding.on(
                        FindingKind.HOT_PARTITION,
                        of.partition(),
                        evidence,
                        of.partition() + " has " + of.lag() + " of the " + total
                                + " offsets the group is behind; the median partition has " + median + ".",
                        List.of(
                                new Next.ListOffsets(of.partition().topic()),
                                new Next.ReadRecord(
                                        of.partition(),
                                        Math.max(
                                                of.place().committed(),
                                                of.place().first())))));
            }
        }
    }
}
