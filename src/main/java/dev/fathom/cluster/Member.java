package dev.fathom.cluster;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One member of a group and what it owns.
 *
 * @param memberId the id the coordinator knows it by
 * @param instanceId the static membership id ({@code group.instance.id}); empty for dynamic and share members
 * @param host where its connection comes from, as the broker shows it (an address, with a leading slash taken off)
 * @param rackId as it told the coordinator ({@code client.rack}); the classic protocol does not
 * @param epoch the member's epoch; empty in classic groups
 * @param upgraded whether it speaks the consumer protocol in a group that still has classic members; empty elsewhere
 * @param assignment topic to partition numbers, in order; for streams members those of its active tasks. What a classic group
 *     assigns is up to its members: numbers may be of no partition
 * @param targetAssignment what the coordinator wants it to own; consumer and streams groups only
 * @param tasks streams members only
 * @param assignmentProblem why the assignment is not known, in words; empty where it is
 */
public record Member(
        String memberId,
        Optional<String> instanceId,
        String clientId,
        String host,
        Optional<String> rackId,
        OptionalInt epoch,
        Optional<Boolean> upgraded,
        SortedMap<String, List<Integer>> assignment,
        Optional<SortedMap<String, List<Integer>>> targetAssignment,
        Optional<Tasks> tasks,
        Optional<String> assignmentProblem) {

    /** The tasks of a streams member: subtopology id to partition numbers. */
    public record Tasks(
            SortedMap<String, List<Integer>> active,
            SortedMap<String, List<Integer>> standby,
            SortedMap<String, List<Integer>> warmup) {}

    Member onTopics(Predicate<String> wanted) {
        return new Member(
                memberId,
                instanceId,
                clientId,
                host,
                rackId,
                epoch,
                upgraded,
                onTopics(assignment, wanted),
                targetAssignment.map(target -> onTopics(target, wanted)),
                tasks,
                assignmentProblem);
    }

    private static SortedMap<String, List<Integer>> onTopics(
            SortedMap<String, List<Integer>> assigned, Predicate<String> wanted) {
        SortedMap<String, List<Integer>> some = new TreeMap<>(assigned);
        some.keySet().removeIf(wanted.negate());
        return some;
    }

    public boolean owns(TopicPartition partition) {
        return Collections.binarySearch(assignment.getOrDefault(partition.topic(), List.of()), partition.partition())
                >= 0;
    }

    /** Whether it may read a topic, as far as its assignment tells. */
    public boolean mayRead(String topic) {
        return assignmentProblem.isPresent() || assignment.containsKey(topic);
    }
}
