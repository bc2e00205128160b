package dev.fathom.kafka;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Member;
import dev.fathom.kafka.GroupReads.Read;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeResponse;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.jspecify.annotations.Nullable;

/** Questions about groups to the broker that coordinates them, each one request, and how their answers are read. */
final class DirectQuestions {

    private final Wire wire;
    private final Node coordinator;
    private final Deadline until;

    DirectQuestions(Wire wire, Node coordinator, Deadline until) {
        this.wire = wire;
        this.coordinator = coordinator;
        this.until = until;
    }

    /** Whether groups of a type are described here; the others are left to the Admin client. */
    static boolean canDescribe(GroupType type) {
        return type == GroupType.CLASSIC || type == GroupType.UNKNOWN || type == GroupType.CONSUMER;
    }

    CompletableFuture<Map<String, Read<GroupDescription>>> describe(List<String> ids, boolean consumer) {
        return consumer
                ? wire.send(
                        coordinator,
                        new ConsumerGroupDescribeRequest.Builder(new ConsumerGroupDescribeRequestData()
                                .setGroupIds(ids)
                                .setIncludeAuthorizedOperations(true)),
                        until,
                        ConsumerGroupDescribeResponse.class,
                        this::consumers)
                : wire.send(
                        coordinator,
                        new DescribeGroupsRequest.Builder(
                                new DescribeGroupsRequestData().setGroups(ids).setIncludeAuthorizedOperations(true)),
                        until,
                        DescribeGroupsResponse.class,
                        this::classics);
    }

    /** All that groups have committed. */
    CompletableFuture<Map<String, Read<Commits>>> commits(List<String> ids, boolean stable) {
        OffsetFetchRequestData asked = new OffsetFetchRequestData()
                .setRequireStable(stable)
                .setGroups(ids.stream()
                        .map(id -> new OffsetFetchRequestGroup().setGroupId(id).setTopics(null))
                        .toList());
        return wire.send(
                coordinator,
                OffsetFetchRequest.Builder.forTopicNames(asked, true),
                until,
                OffsetFetchResponse.class,
                response -> commits(response, stable));
    }

    private static <V> Read<V> read(short code, @Nullable String message, Supplier<V> reading) {
        Errors error = Errors.forCode(code);
        return error == Errors.NONE
                ? new Read.Told<>(reading.get())
                : new Read.Refused<>(message == null ? error.exception() : error.exception(message));
    }

    private static Map<String, Read<Commits>> commits(OffsetFetchResponse response, boolean stable) {
        Map<String, Read<Commits>> commits = new HashMap<>();
        for (OffsetFetchResponseGroup group : response.data().groups()) {
            commits.put(group.groupId(), read(group.errorCode(), null, () -> commits(group, stable)));
        }
        return commits;
    }

    private static Commits commits(OffsetFetchResponseGroup group, boolean stable) {
        Commits commits = new Commits();
        if (stable) {
            commits.lookedForPending();
        }
        for (OffsetFetchResponseTopics topic : group.topics()) {
            int highest = topic.partitions().stream()
                    .mapToInt(OffsetFetchResponsePartitions::partitionIndex)
                    .max()
                    .orElse(-1);
            Commits.Writer writer = commits.on(topic.name(), highest + 1);
            for (OffsetFetchResponsePartitions partition : topic.partitions()) {
                if (partition.errorCode() == Errors.UNSTABLE_OFFSET_COMMIT.code()) {
                    commits.putPending(topic.name(), partition.partitionIndex());
                } else if (partition.errorCode() == Errors.NONE.code() && partition.committedOffset() >= 0) {
                    writer.put(
                            partition.partitionIndex(),
                            partition.committedOffset(),
                            partition.committedLeaderEpoch(),
                            partition.metadata());
                }
            }
        }
        return commits;
    }

    private Map<String, Read<GroupDescription>> classics(DescribeGroupsResponse response) {
        Map<String, Read<GroupDescription>> described = new HashMap<>();
        response.data()
                .groups()
                .forEach(group -> described.put(
                        group.groupId(),
                        read(
                                group.errorCode(),
                                group.errorMessage(),
                                () -> RawGroups.description(group, coordinator))));
        return described;
    }

    private Map<String, Read<GroupDescription>> consumers(ConsumerGroupDescribeResponse response) {
        Map<String, Read<GroupDescription>> described = new HashMap<>();
        response.data()
                .groups()
                .forEach(group -> described.put(
                        group.groupId(), read(group.errorCode(), group.errorMessage(), () -> consumer(group))));
        return described;
    }

    private GroupDescription consumer(ConsumerGroupDescribeResponseData.DescribedGroup group) {
        return new GroupDescription(
                group.groupId(),
                GroupType.CONSUMER,
                GroupDescriber.state(GroupState.parse(group.groupState()).name()),
                "consumer",
                false,
                Optional.of(group.assignorName()).filter(assignor -> !assignor.isEmpty()),
                GroupDescriber.broker(coordinator),
                OptionalInt.of(group.groupEpoch()),
                OptionalInt.of(group.assignmentEpoch()),
                OptionalInt.empty(),
                group.members().stream().map(DirectQuestions::member).toList(),
                List.of(),
                GroupDescriber.operations(RawGroups.operations(group.authorizedOperations())));
    }

    private static Member member(ConsumerGroupDescribeResponseData.Member member) {
        return new Member(
                member.memberId(),
                Optional.ofNullable(member.instanceId()),
                member.clientId(),
                GroupDescriber.address(member.clientHost()),
                Optional.ofNullable(member.rackId()),
                OptionalInt.of(member.memberEpoch()),
                // -1 where the broker does not say it, 0 for a member that still speaks the classic protocol.
                member.memberType() == -1 ? Optional.empty() : Optional.of(member.memberType() == 1),
                byTopic(member.assignment()),
                Optional.of(byTopic(member.targetAssignment())),
                Optional.empty(),
                Optional.empty());
    }

    private static SortedMap<String, List<Integer>> byTopic(ConsumerGroupDescribeResponseData.Assignment assignment) {
        return GroupDescriber.byTopic(assignment.topicPartitions().stream()
                .flatMap(topic ->
                        topic.partitions().stream().map(number -> new TopicPartition(topic.topicName(), number)))
                .toList());
    }
}
