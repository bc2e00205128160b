package dev.fathom.kafka;

import dev.fathom.cluster.Cluster.Written;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.AlterShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.AlterShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.DeleteConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.DeleteConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.DeleteConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DeleteShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.DeleteShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.DeleteShareGroupsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupResult;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * Changes groups. A streams group takes the calls of a consumer group; a share group has its own.
 *
 * <p>The client sees to retries only before the broker has taken a request; a change that timed out is never sent again,
 * and half of the time that is left is kept for finding out what became of it.
 */
final class GroupWriter {

    /**
     * The most bytes of commits in one request. A coordinator writes a request as one batch, and a batch beyond the
     * topic's limit (1 MiB as a rule) is refused as a whole.
     */
    private static final int MOST_BYTES = 600_000;
    /** What a commit takes in the coordinator's log beside its names and metadata, rounded up. */
    private static final int BYTES_A_COMMIT = 64;

    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;
    private final RawGroups raw;

    GroupWriter(Admin admin, RawGroups raw, Deadline deadline, Answers answers) {
        this.admin = admin;
        this.raw = raw;
        this.deadline = deadline;
        this.answers = answers;
    }

    private int timeout() {
        return Math.max(1000, deadline.millisLeft() / 2);
    }

    Map<TopicPartition, Outcome<Written>> commit(GroupListing group, Map<TopicPartition, Commit> commits) {
        Map<TopicPartition, Outcome<Written>> outcomes = new LinkedHashMap<>();
        for (Map<TopicPartition, Commit> batch : batches(group, commits)) {
            Function<TopicPartition, KafkaFuture<Void>> results =
                    group.type().hasCommits() ? moveCommits(group, batch) : moveStarts(group, batch);
            batch.keySet()
                    .forEach(partition -> outcomes.put(
                            partition,
                            written(
                                    results.apply(partition),
                                    "move group \"" + group.id() + "\" on " + partition
                                            + " (needs Read on the group and on the topic)")));
        }
        return outcomes;
    }

    private static List<Map<TopicPartition, Commit>> batches(GroupListing group, Map<TopicPartition, Commit> commits) {
        List<Map<TopicPartition, Commit>> batches = new ArrayList<>();
        int bytes = MOST_BYTES;
        for (Map.Entry<TopicPartition, Commit> entry : commits.entrySet()) {
            int size = BYTES_A_COMMIT
                    + 3 * (group.id().length() + entry.getKey().topic().length())
                    + 3 * entry.getValue().metadata().length();
            if (bytes + size > MOST_BYTES) {
                batches.add(new LinkedHashMap<>());
                bytes = 0;
            }
            batches.get(batches.size() - 1).put(entry.getKey(), entry.getValue());
            bytes += size;
        }
        return batches;
    }

    private Function<TopicPartition, KafkaFuture<Void>> moveCommits(
            GroupListing group, Map<TopicPartition, Commit> batch) {
        Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        batch.forEach((partition, commit) -> offsets.put(
                kafka(partition),
                new OffsetAndMetadata(
                        commit.offset(),
                        commit.leaderEpoch().isPresent()
                                ? Optional.of(commit.leaderEpoch().getAsInt())
                                : Optional.empty(),
                        commit.metadata())));
        AlterConsumerGroupOffsetsResult result = admin.alterConsumerGroupOffsets(
                group.id(), offsets, new AlterConsumerGroupOffsetsOptions().timeoutMs(timeout()));
        return partition -> result.partitionResult(kafka(partition));
    }

    private Function<TopicPartition, KafkaFuture<Void>> moveStarts(
            GroupListing group, Map<TopicPartition, Commit> batch) {
        Map<org.apache.kafka.common.TopicPartition, Long> offsets = new HashMap<>();
        batch.forEach((partition, commit) -> offsets.put(kafka(partition), commit.offset()));
        AlterShareGroupOffsetsResult result = admin.alterShareGroupOffsets(
                group.id(), offsets, new AlterShareGroupOffsetsOptions().timeoutMs(timeout()));
        return partition -> result.partitionResult(kafka(partition));
    }

    Map<TopicPartition, Outcome<Written>> deleteCommits(GroupListing group, Set<TopicPartition> partitions) {
        Map<TopicPartition, Outcome<Written>> outcomes = new LinkedHashMap<>();
        if (partitions.isEmpty()) {
            return outcomes;
        }
        Function<TopicPartition, KafkaFuture<Void>> results = group.type().deletesOffsetsByTopic()
                ? forgetTopics(group, partitions)
                : forgetCommits(group, partitions);
        partitions.forEach(partition -> outcomes.put(
                partition,
                written(
                        results.apply(partition),
                        "delete the offset of group \"" + group.id() + "\" on " + partition
                                + " (needs Delete on the group and Read on the topic)")));
        return outcomes;
    }

    private Function<TopicPartition, KafkaFuture<Void>> forgetCommits(
            GroupListing group, Set<TopicPartition> partitions) {
        DeleteConsumerGroupOffsetsResult result = admin.deleteConsumerGroupOffsets(
                group.id(),
                partitions.stream().map(GroupWriter::kafka).collect(Collectors.toSet()),
                new DeleteConsumerGroupOffsetsOptions().timeoutMs(timeout()));
        return partition -> result.partitionResult(kafka(partition));
    }

    private Function<TopicPartition, KafkaFuture<Void>> forgetTopics(
            GroupListing group, Set<TopicPartition> partitions) {
        Set<String> topics =
                partitions.stream().map(TopicPartition::topic).collect(Collectors.toCollection(LinkedHashSet::new));
        DeleteShareGroupOffsetsResult result = admin.deleteShareGroupOffsets(
                group.id(), topics, new DeleteShareGroupOffsetsOptions().timeoutMs(timeout()));
        return partition -> result.topicResult(partition.topic());
    }

    Outcome<Written> deleteGroup(GroupListing group) {
        List<String> ids = List.of(group.id());
        Map<String, KafkaFuture<Void>> deleted = group.type().hasCommits()
                ? admin.deleteConsumerGroups(ids, new DeleteConsumerGroupsOptions().timeoutMs(timeout()))
                        .deletedGroups()
                : admin.deleteShareGroups(ids, new DeleteShareGroupsOptions().timeoutMs(timeout()))
                        .deletedGroups();
        return written(
                Required.in(deleted, group.id()), "delete group \"" + group.id() + "\" (needs Delete on the group)");
    }

    Map<String, Outcome<Written>> removeMembers(GroupListing group, Set<String> instanceIds, String reason) {
        Map<String, MemberToRemove> members = new LinkedHashMap<>();
        instanceIds.forEach(id -> members.put(id, new MemberToRemove(id)));
        RemoveMembersFromConsumerGroupResult result = admin.removeMembersFromConsumerGroup(
                group.id(), options(new RemoveMembersFromConsumerGroupOptions(members.values()), reason));
        Map<String, Outcome<Written>> outcomes = new LinkedHashMap<>();
        members.forEach((id, member) -> outcomes.put(
                id,
                removed(result.memberResult(member), "remove member \"" + id + "\" of group \"" + group.id() + "\"")));
        return outcomes;
    }

    Outcome<Written> removeAllMembers(GroupListing group, String reason) {
        RemoveMembersFromConsumerGroupResult result = admin.removeMembersFromConsumerGroup(
                group.id(), options(new RemoveMembersFromConsumerGroupOptions(), reason));
        String asked = "remove the members of group \"" + group.id() + "\"";
        Outcome<Written> removed = removed(result.all(), asked);
        if (removed.problem().filter(GroupWriter::neverSent).isEmpty()) {
            return removed;
        }
        return answers.outcome(
                () -> {
                    raw.removeMembers(group.id(), reason);
                    return Written.YES;
                },
                asked + " (needs Read on the group)");
    }

    /**
     * The client first asks who the members are, and cannot read that where what one of them is assigned cannot be decoded. It
     * says of members that are no consumers that the argument is wrong.
     */
    private static boolean neverSent(ClusterException problem) {
        Throwable cause = problem.getCause();
        return cause != null
                && Answers.unread(problem)
                && cause.getClass() != KafkaException.class
                && !(cause instanceof IllegalArgumentException);
    }

    private RemoveMembersFromConsumerGroupOptions options(
            RemoveMembersFromConsumerGroupOptions options, String reason) {
        options.reason(reason);
        return options.timeoutMs(timeout());
    }

    /** Where a member is to be removed, UNKNOWN_MEMBER_ID is just that. */
    private Outcome<Written> removed(KafkaFuture<Void> future, String asked) {
        Outcome<Written> outcome = written(future, asked + " (needs Read on the group)");
        return outcome.problem()
                        .filter(problem -> problem.getCause() instanceof UnknownMemberIdException)
                        .isPresent()
                ? Outcome.failed(new ClusterException(
                        Reason.MEMBER_NOT_FOUND, "The group has no such member now: asked to " + asked + "."))
                : outcome;
    }

    private Outcome<Written> written(KafkaFuture<Void> future, String asked) {
        return answers.outcome(future.thenApply(nothing -> Written.YES), asked);
    }

    private static org.apache.kafka.common.TopicPartition kafka(TopicPartition partition) {
        return new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
    }
}
