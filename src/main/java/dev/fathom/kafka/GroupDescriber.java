package dev.fathom.kafka;

import dev.fathom.cluster.Broker;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ClassicGroupDescription;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClassicGroupsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.clients.admin.DescribeStreamsGroupsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupSubtopologyDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;

/**
 * Describes groups, each with the call of its type. The call for all consumer groups tries the newer protocol first and
 * costs a classic group three requests and a back-off of 100 ms; the call for classic groups costs it one, and knows
 * groups of every protocol (Connect's, the Schema Registry's), where the other fails for all but consumers.
 */
final class GroupDescriber {

    private final GroupReads reads;
    private final Purpose purpose;
    private final Admin admin;
    private final RawGroups raw;
    private final String cluster;
    private final Deadline deadline;
    private final Answers answers;

    /**
     * @param reads takes the questions of all callers together
     * @param admin of the purpose; asks again, apart from all others, about groups whose answer could not be read
     */
    GroupDescriber(
            GroupReads reads,
            Purpose purpose,
            Admin admin,
            RawGroups raw,
            String cluster,
            Deadline deadline,
            Answers answers) {
        this.reads = reads;
        this.purpose = purpose;
        this.admin = admin;
        this.raw = raw;
        this.cluster = cluster;
        this.deadline = deadline;
        this.answers = answers;
    }

    Pending<Map<String, Outcome<GroupDescription>>> describe(Collection<GroupListing> groups) {
        Pending<Map<String, Outcome<GroupDescription>>> sent = reading(reads.describe(groups, purpose, deadline));
        return () -> {
            Map<String, Outcome<GroupDescription>> described = answers.apart(sent.await(), ids -> send(groups.stream()
                            .filter(group -> ids.contains(group.id()))
                            .toList())
                    .await());
            byHand(groups, described);
            return described;
        };
    }

    /** Members of a classic group may have been assigned what the client cannot decode; other types have no such bytes. */
    private void byHand(Collection<GroupListing> groups, Map<String, Outcome<GroupDescription>> described) {
        List<String> unread = groups.stream()
                .filter(group -> group.type() == GroupType.CLASSIC || group.type() == GroupType.UNKNOWN)
                .map(GroupListing::id)
                .filter(id -> Required.in(described, id)
                        .problem()
                        .filter(Answers::unread)
                        .isPresent())
                .toList();
        raw.describe(unread).forEach((id, outcome) -> described.put(id, deadIsNotFound(id, outcome)));
    }

    private Pending<Map<String, Outcome<GroupDescription>>> send(Collection<GroupListing> groups) {
        Map<String, KafkaFuture<GroupDescription>> sent = new LinkedHashMap<>();
        groups.stream()
                .collect(Collectors.groupingBy(
                        GroupListing::type, Collectors.mapping(GroupListing::id, Collectors.toSet())))
                .forEach((type, ids) -> sent.putAll(ask(admin, type, ids, deadline.millisLeft())));
        return reading(sent);
    }

    /** One call of the client, sent at once. */
    static Map<String, KafkaFuture<GroupDescription>> ask(
            Admin admin, GroupType type, Set<String> ids, int timeoutMillis) {
        return switch (type) {
            case CLASSIC, UNKNOWN ->
                each(
                        admin.describeClassicGroups(
                                        ids,
                                        new DescribeClassicGroupsOptions()
                                                .includeAuthorizedOperations(true)
                                                .timeoutMs(timeoutMillis))
                                .describedGroups(),
                        GroupDescriber::classic);
            case SHARE ->
                each(
                        admin.describeShareGroups(
                                        ids,
                                        new DescribeShareGroupsOptions()
                                                .includeAuthorizedOperations(true)
                                                .timeoutMs(timeoutMillis))
                                .describedGroups(),
                        GroupDescriber::share);
            case STREAMS ->
                each(
                        admin.describeStreamsGroups(
                                        ids,
                                        new DescribeStreamsGroupsOptions()
                                                .includeAuthorizedOperations(true)
                                                .timeoutMs(timeoutMillis))
                                .describedGroups(),
                        GroupDescriber::streams);
            case CONSUMER ->
                each(
                        admin.describeConsumerGroups(
                                        ids,
                                        new DescribeConsumerGroupsOptions()
                                                .includeAuthorizedOperations(true)
                                                .timeoutMs(timeoutMillis))
                                .describedGroups(),
                        GroupDescriber::consumer);
        };
    }

    private static <T> Map<String, KafkaFuture<GroupDescription>> each(
            Map<String, KafkaFuture<T>> futures, KafkaFuture.BaseFunction<T, GroupDescription> reading) {
        Map<String, KafkaFuture<GroupDescription>> described = new LinkedHashMap<>();
        futures.forEach((id, future) -> described.put(id, future.thenApply(reading)));
        return described;
    }

    private Pending<Map<String, Outcome<GroupDescription>>> reading(
            Map<String, KafkaFuture<GroupDescription>> futures) {
        return () -> {
            Map<String, Outcome<GroupDescription>> described = answers.outcomes(
                    futures, Function.identity(), id -> "describe group \"" + id + "\" (needs Describe on the group)");
            described.replaceAll((id, outcome) -> deadIsNotFound(id, outcome));
            return described;
        };
    }

    /** Older brokers call a group that does not exist dead, newer ones say it is not there. */
    private Outcome<GroupDescription> deadIsNotFound(String id, Outcome<GroupDescription> outcome) {
        boolean gone = outcome.value()
                        .filter(group -> group.state() == GroupState.DEAD)
                        .isPresent()
                || outcome.failed(ClusterException.Reason.GROUP_NOT_FOUND);
        return gone ? Outcome.failed(ClusterException.groupNotFound(cluster, id)) : outcome;
    }

    private static GroupDescription classic(ClassicGroupDescription group) {
        return new GroupDescription(
                group.groupId(),
                GroupType.CLASSIC,
                state(group.state().name()),
                group.protocol(),
                group.isSimpleConsumerGroup(),
                Optional.of(group.protocolData()).filter(assignor -> !assignor.isEmpty()),
                broker(group.coordinator()),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                members(group.members()),
                List.of(),
                operations(group.authorizedOperations()));
    }

    private static GroupDescription consumer(ConsumerGroupDescription group) {
        return new GroupDescription(
                group.groupId(),
                type(group.type().name()),
                state(group.groupState().name()),
                group.isSimpleConsumerGroup() ? "" : "consumer",
                group.isSimpleConsumerGroup(),
                Optional.of(group.partitionAssignor()).filter(assignor -> !assignor.isEmpty()),
                broker(group.coordinator()),
                epoch(group.groupEpoch()),
                epoch(group.targetAssignmentEpoch()),
                OptionalInt.empty(),
                members(group.members()),
                List.of(),
                operations(group.authorizedOperations()));
    }

    private static GroupDescription share(ShareGroupDescription group) {
        return new GroupDescription(
                group.groupId(),
                GroupType.SHARE,
                state(group.groupState().name()),
                "share",
                false,
                Optional.empty(),
                broker(group.coordinator()),
                OptionalInt.of(group.groupEpoch()),
                OptionalInt.of(group.targetAssignmentEpoch()),
                OptionalInt.empty(),
                group.members().stream().map(GroupDescriber::shareMember).toList(),
                List.of(),
                operations(group.authorizedOperations()));
    }

    private static GroupDescription streams(StreamsGroupDescription group) {
        Map<String, StreamsGroupSubtopologyDescription> subtopologies = group.subtopologies().stream()
                .collect(Collectors.toMap(StreamsGroupSubtopologyDescription::subtopologyId, s -> s));
        return new GroupDescription(
                group.groupId(),
                GroupType.STREAMS,
                state(group.groupState().name()),
                "streams",
                false,
                Optional.empty(),
                broker(group.coordinator()),
                OptionalInt.of(group.groupEpoch()),
                OptionalInt.of(group.targetAssignmentEpoch()),
                OptionalInt.of(group.topologyEpoch()),
                group.members().stream()
                        .map(member -> streamsMember(member, subtopologies))
                        .toList(),
                group.subtopologies().stream().map(GroupDescriber::subtopology).toList(),
                operations(group.authorizedOperations()));
    }

    private static GroupDescription.Subtopology subtopology(StreamsGroupSubtopologyDescription subtopology) {
        return new GroupDescription.Subtopology(
                subtopology.subtopologyId(),
                subtopology.sourceTopics().stream().sorted().toList(),
                subtopology.repartitionSourceTopics().keySet().stream().sorted().toList(),
                subtopology.stateChangelogTopics().keySet().stream().sorted().toList());
    }

    private static List<Member> members(Collection<MemberDescription> members) {
        return members.stream().map(GroupDescriber::member).toList();
    }

    private static Member member(MemberDescription member) {
        return new Member(
                member.consumerId(),
                member.groupInstanceId(),
                member.clientId(),
                address(member.host()),
                member.rackId(),
                epoch(member.memberEpoch()),
                member.upgraded(),
                byTopic(member.assignment().topicPartitions()),
                member.targetAssignment().map(target -> byTopic(target.topicPartitions())),
                Optional.empty(),
                Optional.empty());
    }

    private static Member shareMember(ShareMemberDescription member) {
        return new Member(
                member.consumerId(),
                Optional.empty(),
                member.clientId(),
                address(member.host()),
                member.rackId(),
                OptionalInt.of(member.memberEpoch()),
                Optional.empty(),
                byTopic(member.assignment().topicPartitions()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Member streamsMember(
            StreamsGroupMemberDescription member, Map<String, StreamsGroupSubtopologyDescription> subtopologies) {
        return new Member(
                member.memberId(),
                member.instanceId(),
                member.clientId(),
                address(member.clientHost()),
                member.rackId(),
                OptionalInt.of(member.memberEpoch()),
                Optional.empty(),
                sourcePartitions(member.assignment().activeTasks(), subtopologies),
                Optional.of(sourcePartitions(member.targetAssignment().activeTasks(), subtopologies)),
                Optional.of(new Member.Tasks(
                        tasks(member.assignment().activeTasks()),
                        tasks(member.assignment().standbyTasks()),
                        tasks(member.assignment().warmupTasks()))),
                Optional.empty());
    }

    /** What active tasks read: each task n of a subtopology reads partition n of its source topics. */
    private static SortedMap<String, List<Integer>> sourcePartitions(
            List<StreamsGroupMemberAssignment.TaskIds> active,
            Map<String, StreamsGroupSubtopologyDescription> subtopologies) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (StreamsGroupMemberAssignment.TaskIds tasks : active) {
            StreamsGroupSubtopologyDescription subtopology = subtopologies.get(tasks.subtopologyId());
            if (subtopology != null) {
                List<String> sources = new ArrayList<>(subtopology.sourceTopics());
                sources.addAll(subtopology.repartitionSourceTopics().keySet());
                sources.forEach(topic ->
                        tasks.partitions().forEach(number -> partitions.add(new TopicPartition(topic, number))));
            }
        }
        return byTopic(partitions);
    }

    private static SortedMap<String, List<Integer>> tasks(List<StreamsGroupMemberAssignment.TaskIds> tasks) {
        SortedMap<String, List<Integer>> bySubtopology = new TreeMap<>();
        tasks.forEach(task -> bySubtopology.put(
                task.subtopologyId(), task.partitions().stream().sorted().toList()));
        return bySubtopology;
    }

    static SortedMap<String, List<Integer>> byTopic(Collection<TopicPartition> partitions) {
        SortedMap<String, List<Integer>> byTopic = new TreeMap<>();
        partitions.forEach(partition -> byTopic.computeIfAbsent(partition.topic(), t -> new ArrayList<>())
                .add(partition.partition()));
        byTopic.values().forEach(numbers -> numbers.sort(null));
        return byTopic;
    }

    /** The broker shows addresses with a leading slash. */
    static String address(String host) {
        return host.startsWith("/") ? host.substring(1) : host;
    }

    private static OptionalInt epoch(Optional<Integer> epoch) {
        return epoch.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    static Optional<Broker> broker(Node node) {
        return node == null || node.isEmpty()
                ? Optional.empty()
                : Optional.of(new Broker(node.id(), node.host(), node.port(), Optional.ofNullable(node.rack())));
    }

    /** Both enums spell the states alike; one the client has and we do not is unknown to us. */
    static GroupState state(String name) {
        try {
            return GroupState.valueOf(name);
        } catch (IllegalArgumentException e) {
            return GroupState.UNKNOWN;
        }
    }

    static GroupType type(String name) {
        try {
            return GroupType.valueOf(name);
        } catch (IllegalArgumentException e) {
            return GroupType.UNKNOWN;
        }
    }

    static List<String> operations(@Nullable Set<AclOperation> operations) {
        return operations == null
                ? List.of()
                : operations.stream()
                        .map(operation ->
                                operation.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .sorted()
                        .toList();
    }
}
