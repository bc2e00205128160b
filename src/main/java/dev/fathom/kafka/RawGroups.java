package dev.fathom.kafka;

import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.ClassicGroupState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.FindCoordinatorRequest;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.apache.kafka.common.requests.FindCoordinatorResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Asks about groups of the classic protocol request by request, below the Admin client.
 *
 * <p>What such a group assigns to its members are bytes, which the broker passes on as they are. The Admin client decodes them
 * while it takes in an answer: bytes it cannot decode fail every group in that answer, and the group itself with every call
 * there is. Here each member's bytes are decoded apart, so that a group is shown whatever they are. A connection is made for
 * each use, which is rare.
 */
final class RawGroups {

    /** The value of brokers that were not asked about the caller's rights, or do not know that question. */
    private static final int NO_OPERATIONS = Integer.MIN_VALUE;

    private final Connection connection;
    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;

    RawGroups(Connection connection, Admin admin, Deadline deadline, Answers answers) {
        this.connection = connection;
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
    }

    /** @return an outcome for each group; empty where no broker could be asked */
    Map<String, Outcome<GroupDescription>> describe(Collection<String> ids) {
        Map<String, Outcome<GroupDescription>> described = new LinkedHashMap<>();
        if (!ids.isEmpty()) {
            answers.outcome(() -> described(ids), "describe groups one by one")
                    .value()
                    .ifPresent(described::putAll);
        }
        return described;
    }

    private Map<String, Outcome<GroupDescription>> described(Collection<String> ids) {
        Map<String, Outcome<GroupDescription>> described = new LinkedHashMap<>();
        List<Node> nodes = nodes();
        try (NetworkClient client = client()) {
            for (String id : ids) {
                described.put(
                        id,
                        answers.outcome(
                                () -> description(client, coordinator(client, nodes, id), id),
                                "describe group \"" + id + "\" (needs Describe on the group)"));
            }
        }
        return described;
    }

    void removeMembers(String group, String reason) {
        List<Node> nodes = nodes();
        try (NetworkClient client = client()) {
            Node coordinator = coordinator(client, nodes, group);
            for (Member member : description(client, coordinator, group).members()) {
                MemberIdentity leaving = new MemberIdentity()
                        .setMemberId(member.instanceId().isPresent() ? "" : member.memberId())
                        .setGroupInstanceId(member.instanceId().orElse(null))
                        .setReason(reason);
                LeaveGroupResponse left = (LeaveGroupResponse)
                        ask(client, coordinator, new LeaveGroupRequest.Builder(group, List.of(leaving)));
                if (left.error() != Errors.NONE) {
                    throw left.error().exception();
                }
            }
        }
    }

    private List<Node> nodes() {
        return List.copyOf(answers.await(
                admin.describeCluster(new DescribeClusterOptions().timeoutMs(deadline.millisLeft()))
                        .nodes(),
                "describe itself"));
    }

    private NetworkClient client() {
        AdminClientConfig config = new AdminClientConfig(connection.clientProperties(Purpose.INTERACTIVE));
        return ClientUtils.createNetworkClient(
                config,
                config.getString(AdminClientConfig.CLIENT_ID_CONFIG),
                new Metrics(),
                "fathom",
                new LogContext(),
                new ApiVersions(),
                Time.SYSTEM,
                1,
                deadline.millisLeft(),
                null,
                new ManualMetadataUpdater(),
                new DefaultHostResolver(),
                null,
                null);
    }

    private GroupDescription description(NetworkClient client, Node coordinator, String id) {
        DescribeGroupsResponse answer = (DescribeGroupsResponse) ask(
                client,
                coordinator,
                new DescribeGroupsRequest.Builder(
                        new DescribeGroupsRequestData().setGroups(List.of(id)).setIncludeAuthorizedOperations(true)));
        DescribedGroup group = answer.data().groups().get(0);
        Errors error = Errors.forCode(group.errorCode());
        if (error != Errors.NONE) {
            throw error.exception(group.errorMessage());
        }
        return description(group, coordinator);
    }

    /** Any node knows; the first answer counts. */
    private Node coordinator(NetworkClient client, List<Node> nodes, String id) {
        RuntimeException unanswered = new CoordinatorNotAvailableException("no broker could be asked");
        for (Node node : nodes) {
            try {
                FindCoordinatorResponse answer = (FindCoordinatorResponse) ask(
                        client,
                        node,
                        new FindCoordinatorRequest.Builder(new FindCoordinatorRequestData()
                                .setKeyType(CoordinatorType.GROUP.id())
                                .setKey(id)));
                Coordinator found = answer.coordinatorByKey(id).orElseThrow();
                Errors error = Errors.forCode(found.errorCode());
                if (error != Errors.NONE) {
                    throw error.exception(found.errorMessage());
                }
                return new Node(found.nodeId(), found.host(), found.port());
            } catch (NetworkException | TimeoutException e) {
                unanswered = e;
            }
        }
        throw unanswered;
    }

    private AbstractResponse ask(NetworkClient client, Node node, AbstractRequest.Builder<?> request) {
        try {
            if (!NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, deadline.millisLeft())) {
                throw new TimeoutException("no connection in time");
            }
            ClientRequest sent = client.newClientRequest(
                    node.idString(), request, Time.SYSTEM.milliseconds(), true, deadline.millisLeft(), null);
            return NetworkClientUtils.sendAndReceive(client, sent, Time.SYSTEM).responseBody();
        } catch (IOException e) {
            throw new NetworkException(e.getMessage(), e);
        }
    }

    static GroupDescription description(DescribedGroup group, Node coordinator) {
        boolean consumers = group.protocolType().equals(ConsumerProtocol.PROTOCOL_TYPE)
                || group.protocolType().isEmpty();
        return new GroupDescription(
                group.groupId(),
                GroupType.CLASSIC,
                GroupDescriber.state(ClassicGroupState.parse(group.groupState()).name()),
                group.protocolType(),
                group.protocolType().isEmpty(),
                Optional.of(group.protocolData()).filter(assignor -> !assignor.isEmpty()),
                GroupDescriber.broker(coordinator),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                group.members().stream()
                        .map(member -> member(member, consumers))
                        .toList(),
                List.of(),
                GroupDescriber.operations(operations(group.authorizedOperations())));
    }

    private static Member member(DescribedGroupMember member, boolean consumers) {
        TreeMap<String, List<Integer>> assignment = new TreeMap<>();
        Optional<String> problem = Optional.empty();
        byte[] assigned = member.memberAssignment();
        if (consumers && assigned.length > 0) {
            try {
                assignment.putAll(GroupDescriber.byTopic(
                        new HashSet<>(ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(assigned))
                                .partitions())));
            } catch (RuntimeException e) {
                problem = Optional.of("What the group's leader assigned to it, " + assigned.length
                        + " bytes, is not an assignment of the consumer protocol.");
            }
        }
        return new Member(
                member.memberId(),
                Optional.ofNullable(member.groupInstanceId()),
                member.clientId(),
                GroupDescriber.address(member.clientHost()),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                assignment,
                Optional.empty(),
                Optional.empty(),
                problem);
    }

    static @Nullable Set<AclOperation> operations(int bits) {
        return bits == NO_OPERATIONS
                ? null
                : Utils.from32BitField(bits).stream()
                        .map(AclOperation::fromCode)
                        .filter(operation -> operation != AclOperation.UNKNOWN
                                && operation != AclOperation.ALL
                                && operation != AclOperation.ANY)
                        .collect(Collectors.toSet());
    }
}
