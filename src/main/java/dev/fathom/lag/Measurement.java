package dev.fathom.lag;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one group, worked out from what was asked: who owns what, what is committed, which topics there are, where
 * their logs end. Asks nothing itself.
 */
final class Measurement {

    private final GroupDescription group;
    private final Commits commits;
    private final Set<TopicPartition> pending;
    private final Map<String, Outcome<Topic>> topics;
    private final Map<TopicPartition, List<Member>> owners = new HashMap<>();
    private final Set<String> assignedTopics = new TreeSet<>();
    private final boolean everyAssignmentKnown;

    /**
     * @param pending partitions with an open transaction's commit
     * @param topics at least those the group has committed to or is assigned
     */
    Measurement(
            GroupDescription group, Commits commits, Set<TopicPartition> pending, Map<String, Outcome<Topic>> topics) {
        this.group = group;
        this.commits = commits;
        this.pending = pending;
        this.topics = topics;
        this.everyAssignmentKnown = group.members().stream()
                .allMatch(member -> member.assignmentProblem().isEmpty());
        for (Member member : group.members()) {
            member.assignment().forEach((topic, numbers) -> {
                assignedTopics.add(topic);
                numbers.forEach(
                        number -> owners.computeIfAbsent(new TopicPartition(topic, number), p -> new ArrayList<>(1))
                                .add(member));
            });
        }
    }

    /** The topics a group has to do with: committed to, or assigned to a member. */
    static Set<String> topicsOf(GroupDescription group, Commits commits) {
        Set<String> names = new TreeSet<>(commits.topics());
        group.members().forEach(member -> names.addAll(member.assignment().keySet()));
        return names;
    }

    /**
     * Every partition of some topics with a commit, an open transaction's commit or an owner, and all partitions of topics
     * that have a commit; topics in their order.
     */
    List<TopicPartition> partitionsOf(Collection<String> names) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String name : names) {
            BitSet numbers = commits.partitionsOf(name);
            pending.stream()
                    .filter(partition -> partition.topic().equals(name))
                    .forEach(partition -> numbers.set(partition.partition()));
            int existing = Optional.ofNullable(topics.get(name))
                    .flatMap(Outcome::value)
                    .map(topic -> topic.partitions().size())
                    .orElse(0);
            if (!numbers.isEmpty()) {
                numbers.set(0, existing);
            }
            IntStream.concat(numbers.stream(), assigned(name))
                    .sorted()
                    .distinct()
                    .forEach(number -> partitions.add(new TopicPartition(name, number)));
        }
        return partitions;
    }

    /** As the members say, so any number: nothing may be sized by one. */
    private IntStream assigned(String topic) {
        return group.members().stream()
                .flatMapToInt(member -> member.assignment().getOrDefault(topic, List.of()).stream()
                        .mapToInt(Integer::intValue));
    }

    /** Which of them have a log to ask about. */
    List<TopicPartition> readable(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .filter(partition -> problem(partition).isEmpty())
                .toList();
    }

    private Optional<PartitionStatus> problem(TopicPartition partition) {
        Outcome<Topic> topic = Required.in(topics, partition.topic());
        if (topic.problem().isPresent()) {
            return Optional.of(statusOf(topic.problem().get()));
        }
        if (!topic.orThrow().has(partition.partition())) {
            return Optional.of(PartitionStatus.PARTITION_GONE);
        }
        return topic.orThrow().partitions().get(partition.partition()).leader().isEmpty()
                ? Optional.of(PartitionStatus.LEADER_UNAVAILABLE)
                : Optional.empty();
    }

    private static PartitionStatus statusOf(ClusterException problem) {
        return switch (problem.reason()) {
            case TOPIC_NOT_FOUND -> PartitionStatus.TOPIC_DELETED;
            case PARTITION_NOT_FOUND -> PartitionStatus.PARTITION_GONE;
            case NOT_AUTHORIZED -> PartitionStatus.KAFKA_NOT_AUTHORIZED;
            // Whatever it is: the ends of this log are unknown, and those of the others are not.
            default -> PartitionStatus.LEADER_UNAVAILABLE;
        };
    }

    /**
     * The rows, in the order of the partitions.
     *
     * @param ends of every readable partition
     */
    List<PartitionLag> rows(Collection<TopicPartition> partitions, KnownEnds ends, Isolation isolation) {
        List<PartitionLag> rows = new ArrayList<>(partitions.size());
        partitions.forEach(partition -> rows.add(row(partition, ends, isolation)));
        return rows;
    }

    /** What the rows add up to, without keeping them. */
    LagTotals totals(
            Collection<TopicPartition> partitions, KnownEnds ends, Isolation isolation, boolean allTopicsVisible) {
        LagTotals.Sum sum = new LagTotals.Sum();
        partitions.forEach(partition -> sum.add(row(partition, ends, isolation)));
        return sum.totals(allTopicsVisible);
    }

    private PartitionLag row(TopicPartition partition, KnownEnds ends, Isolation isolation) {
        Optional<PartitionStatus> problem =
                problem(partition).or(() -> ends.problem(partition).map(Measurement::statusOf));
        KnownEnds.OfTopic known = ends.on(partition.topic());
        if (problem.isEmpty() && known.has(partition.partition())) {
            return measured(partition, known, isolation);
        }
        // An end that nobody told is like one whose leader did not answer.
        return unmeasured(partition, problem.orElse(PartitionStatus.LEADER_UNAVAILABLE));
    }

    private PartitionLag unmeasured(TopicPartition partition, PartitionStatus status) {
        return new PartitionLag(
                partition,
                commits.of(partition),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                status,
                stale(partition),
                owners(partition));
    }

    private PartitionLag measured(TopicPartition partition, KnownEnds.OfTopic ends, Isolation isolation) {
        Optional<Commit> committed = commits.of(partition);
        int number = partition.partition();
        long first = ends.first(number);
        Long stableEnd = ends.stable(number) == KnownEnds.UNKNOWN ? null : Long.valueOf(ends.stable(number));
        // The leader may have answered one question after the other; the high watermark is never below the stable end.
        long last = stableEnd == null ? ends.last(number) : Math.max(ends.last(number), stableEnd);
        long end = isolation == Isolation.READ_COMMITTED && stableEnd != null ? stableEnd : last;
        boolean told = group.type().lagIsToldByBrokers();
        Long behind = null;
        Long effective = null;
        Long lost = null;
        if (committed.isPresent()) {
            long offset = committed.get().offset();
            behind = offset > end ? null : Long.valueOf(end - offset);
            effective = behind == null ? null : Long.valueOf(end - Math.min(end, Math.max(offset, first)));
            lost = Math.max(0, first - offset);
        }
        Long upperBound = told ? behind : null;
        if (told) {
            // What is done beyond the start offset only the brokers know; the start lies below what is left of the log
            // at times.
            behind = boxed(commits.lagOf(partition));
            effective = behind == null || effective == null ? null : Long.valueOf(Math.min(behind, effective));
        }
        return new PartitionLag(
                partition,
                committed,
                first,
                last,
                behind,
                effective,
                lost,
                stableEnd == null ? null : Long.valueOf(last - stableEnd),
                upperBound,
                status(partition, committed, first, end),
                stale(partition),
                owners(partition));
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? Long.valueOf(number.getAsLong()) : null;
    }

    private PartitionStatus status(TopicPartition partition, Optional<Commit> committed, long first, long end) {
        if (pending.contains(partition)) {
            return PartitionStatus.PENDING_TRANSACTION;
        }
        if (committed.isEmpty()) {
            return PartitionStatus.NO_COMMIT;
        }
        if (committed.get().offset() < first) {
            return PartitionStatus.BELOW_FIRST;
        }
        return committed.get().offset() > end ? PartitionStatus.BEYOND_LAST : PartitionStatus.OK;
    }

    private boolean stale(TopicPartition partition) {
        return !group.members().isEmpty() && everyAssignmentKnown && !assignedTopics.contains(partition.topic());
    }

    private List<Member> owners(TopicPartition partition) {
        return owners.getOrDefault(partition, List.of());
    }
}
