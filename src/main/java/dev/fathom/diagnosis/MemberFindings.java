package dev.fathom.diagnosis;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.diagnosis.Finding.Next;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.PartitionLag;
import dev.fathom.lag.PartitionStatus;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.PartitionReport;
import dev.fathom.progress.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is found in how a group is now: who owns what, and what is wrong with what it has committed. */
public final class MemberFindings {

    private static final Set<Verdict> SLOW = EnumSet.of(Verdict.BEHIND, Verdict.STALLED);

    private final GroupOffsets measured;
    private final List<Finding> findings = new ArrayList<>();

    private MemberFindings(GroupOffsets measured) {
        this.measured = measured;
    }

    /**
     * @param usedByAssign whether commits move although nobody is in it
     * @return in no order
     */
    public static List<Finding> of(GroupOffsets measured, Optional<GroupReport> seen, boolean usedByAssign) {
        MemberFindings of = new MemberFindings(measured);
        of.ofRows();
        of.ofAssignment();
        seen.ifPresent(of::slowMembers);
        if (usedByAssign) {
            of.findings.add(Finding.of(
                    FindingKind.IN_USE_BY_ASSIGN,
                    Map.of("members", 0),
                    "The group has no members and its commits move: somebody uses it by assign().",
                    List.of(new Next.History())));
        }
        return of.findings;
    }

    private void ofRows() {
        Set<String> stale = new TreeSet<>();
        Set<String> deleted = new TreeSet<>();
        for (PartitionLag row : measured.rows()) {
            if (row.status() == PartitionStatus.TOPIC_DELETED) {
                deleted.add(row.partition().topic());
            } else if (row.stale()) {
                stale.add(row.partition().topic());
            }
            if (row.status() == PartitionStatus.BELOW_FIRST && row.lostRecords() != null) {
                findings.add(belowFirst(row));
            }
            boolean occupied = measured.group().state() != GroupState.EMPTY;
            if (row.status() == PartitionStatus.NO_COMMIT && occupied && row.lastOffset() != null) {
                findings.add(uncommitted(row));
            }
        }
        deleted.forEach(topic -> findings.add(onTopic(
                FindingKind.TOPIC_DELETED, topic, "Topic " + topic + " is no more, and the group still names it.")));
        stale.forEach(topic -> findings.add(onTopic(
                FindingKind.STALE_TOPIC,
                topic,
                "The group has commits on topic " + topic
                        + ", and none of its members is assigned a partition of it.")));
    }

    private Finding onTopic(FindingKind kind, String topic, String message) {
        long partitions = measured.rows().stream()
                .filter(row -> row.partition().topic().equals(topic))
                .count();
        return new Finding(
                kind,
                Optional.empty(),
                Optional.of(topic),
                Optional.empty(),
                Optional.empty(),
                Map.of("partitions", partitions),
                message,
                List.of(new Next.ListOffsets(topic)));
    }

    private static Finding belowFirst(PartitionLag row) {
        Map<String, Number> evidence = new LinkedHashMap<>();
        evidence.put("committedOffset", row.committed().map(Commit::offset).orElse(0L));
        evidence.put("firstOffset", row.firstOffset());
        evidence.put("lostRecords", row.lostRecords());
        return Finding.on(
                FindingKind.BELOW_FIRST,
                row.partition(),
                evidence,
                row.partition() + ": " + row.lostRecords() + " offsets after the commit are no longer in the log.",
                List.of(new Next.PlanMove(row.partition(), "earliest")));
    }

    private static Finding uncommitted(PartitionLag row) {
        return Finding.on(
                FindingKind.PARTITION_UNCOMMITTED,
                row.partition(),
                Map.of("firstOffset", row.firstOffset(), "lastOffset", row.lastOffset()),
                row.partition() + " has no commit: a member that takes it over begins where auto.offset.reset says.",
                List.of(new Next.TopicOffsets(row.partition())));
    }

    private void ofAssignment() {
        List<Member> members = measured.group().members();
        boolean settled = measured.group().state() == GroupState.STABLE
                && members.stream()
                        .allMatch(member -> member.assignmentProblem().isEmpty());
        if (members.size() < 2 || !settled) {
            return;
        }
        long partitions =
                measured.rows().stream().filter(row -> !row.owners().isEmpty()).count();
        List<Member> idle =
                members.stream().filter(member -> owned(member) == 0).toList();
        if (!idle.isEmpty()) {
            findings.add(Finding.of(
                            FindingKind.IDLE_MEMBERS,
                            Map.of("members", members.size(), "idle", idle.size(), "partitions", partitions),
                            idle.size() + " of " + members.size() + " members own nothing; the group reads "
                                    + partitions + " partitions.",
                            List.of(new Next.ListMembers()))
                    .about(idle.get(0)));
        }
        List<Member> busy = members.stream().filter(member -> owned(member) > 0).toList();
        int most = busy.stream().mapToInt(MemberFindings::owned).max().orElse(0);
        int least = busy.stream().mapToInt(MemberFindings::owned).min().orElse(0);
        if (most - least > 1) {
            findings.add(Finding.of(
                    FindingKind.UNBALANCED,
                    Map.of("members", members.size(), "most", most, "least", least),
                    "One member owns " + most + " partitions and another " + least + ".",
                    List.of(new Next.ListMembers())));
        }
    }

    private static int owned(Member member) {
        return member.assignment().values().stream().mapToInt(List::size).sum();
    }

    /** All partitions of one member fall behind, and none of the others'. */
    private void slowMembers(GroupReport seen) {
        Map<TopicPartition, PartitionReport> reports =
                seen.partitions().stream().collect(Collectors.toMap(PartitionReport::partition, Function.identity()));
        List<PartitionLag> owned = measured.rows().stream()
                .filter(row -> row.owner().isPresent() && reports.containsKey(row.partition()))
                .toList();
        for (Member member : measured.group().members()) {
            List<PartitionReport> own = owned.stream()
                    .filter(row -> row.owner().get().memberId().equals(member.memberId()))
                    .map(row -> Required.in(reports, row.partition()))
                    .toList();
            boolean othersAreFine = owned.stream()
                    .filter(row -> !row.owner().get().memberId().equals(member.memberId()))
                    .allMatch(row -> Required.in(reports, row.partition()).verdict() == Verdict.OK);
            boolean others = own.size() < owned.size();
            boolean slow = !own.isEmpty() && own.stream().allMatch(of -> SLOW.contains(of.verdict()));
            if (slow && others && othersAreFine) {
                long lag = own.stream().mapToLong(PartitionReport::lag).sum();
                findings.add(Finding.of(
                                FindingKind.SLOW_MEMBER,
                                Map.of("partitions", own.size(), "lag", lag),
                                "All " + own.size() + " partitions of member " + member.clientId() + " on "
                                        + member.host() + " fall behind, " + lag
                                        + " offsets in all, and those of the other members do not.",
                                List.of(new Next.ListMembers()))
                        .about(member));
            }
        }
    }
}
