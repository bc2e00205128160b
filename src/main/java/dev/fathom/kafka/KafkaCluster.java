package dev.fathom.kafka;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Broker;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.EventLog;
import dev.fathom.cluster.Feature;
import dev.fathom.cluster.Feature.Support;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Inquiry;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.OwnTopics;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Retention;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicListing;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListGroupsResult;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/** A cluster for the length of one request: takes each question to the class that knows how to ask it. */
final class KafkaCluster implements Cluster {

    /** From this many on a question is bulk work, which must not delay questions about single groups. */
    private static final int MANY_GROUPS = 20;

    /** In one question for the commits of open transactions. */
    private static final int MOST_PARTITIONS_NAMED = 50_000;

    private final Connection connection;
    private final Deadline deadline;
    private final Answers answers;
    private final boolean fresh;
    private final boolean beside;
    private @Nullable TopicLookup lookup;

    /** @param arrival when its request came, from which its deadline counts */
    KafkaCluster(Connection connection, boolean fresh, Arrival arrival) {
        this(connection, fresh, arrival, false);
    }

    /** @param beside whether all its questions go by the client for work in the background */
    private KafkaCluster(Connection connection, boolean fresh, Arrival arrival, boolean beside) {
        this.beside = beside;
        this.connection = connection;
        this.deadline = connection.deadline(arrival);
        this.answers = connection.answers(deadline);
        this.fresh = fresh;
    }

    static KafkaCluster beside(Connection connection, Arrival arrival) {
        return new KafkaCluster(connection, false, arrival, true);
    }

    @Override
    public String name() {
        return connection.settings().name();
    }

    @Override
    public Duration left() {
        return deadline.left();
    }

    @Override
    public Cluster renewed() {
        return new KafkaCluster(connection, true, Arrival.now(), beside);
    }

    @Override
    public boolean readOnly() {
        return connection.settings().readOnly();
    }

    @Override
    public boolean fresh() {
        return fresh;
    }

    @Override
    public Pending<ClusterDescription> describe() {
        DescribeClusterResult result =
                interactive().describeCluster(new DescribeClusterOptions().timeoutMs(deadline.millisLeft()));
        return () -> described(result);
    }

    private ClusterDescription described(DescribeClusterResult result) {
        String asked = "describe itself";
        Node controller = answers.await(result.controller(), asked);
        return new ClusterDescription(
                answers.await(result.clusterId(), asked),
                answers.await(result.nodes(), asked).stream()
                        .flatMap(node -> GroupDescriber.broker(node).stream())
                        .sorted(Comparator.comparingInt(Broker::id))
                        .toList(),
                controller == null || controller.isEmpty() ? OptionalInt.empty() : OptionalInt.of(controller.id()));
    }

    @Override
    public Map<Feature, Support> features() {
        return new FeatureReader(interactive(), deadline, answers).features(describe());
    }

    @Override
    public boolean canDescribeAllTopics() {
        return visibility().ofAllTopics();
    }

    @Override
    public boolean canDescribeAllGroups() {
        return visibility().ofAllGroups();
    }

    private Visibility visibility() {
        return new Visibility(this, interactive(), deadline, answers);
    }

    @Override
    public GroupListings listGroups(Set<GroupType> types, Set<GroupState> states) {
        Instant observedAt = connection.clock().instant();
        ListGroupsOptions options = new ListGroupsOptions()
                .withTypes(types.stream()
                        .map(type -> org.apache.kafka.common.GroupType.valueOf(type.name()))
                        .collect(Collectors.toSet()))
                .inGroupStates(states.stream()
                        .map(state -> org.apache.kafka.common.GroupState.valueOf(state.name()))
                        .collect(Collectors.toSet()))
                // One broker that hangs must leave time to ask the others about their groups.
                .timeoutMs(Math.max(1, deadline.millisLeft() / 2));
        ListGroupsResult result = connection.admin(unlessBeside(Purpose.BULK)).listGroups(options);
        String asked = "list its groups" + ListedGroups.filter(types, states)
                + " (needs Describe on the cluster or the groups)";
        List<ClusterException> missing = answers.gathered(result.errors(), asked).stream()
                .map(failure -> connection.translator().translate(failure, asked))
                .toList();
        List<GroupListing> groups = answers.gathered(result.valid(), asked).stream()
                .map(ListedGroups::listing)
                .toList();
        if (groups.isEmpty() && !missing.isEmpty()) {
            throw missing.get(0);
        }
        connection.probe().heard();
        if (missing.isEmpty()) {
            Optional<Collection<String>> everyGroup = types.isEmpty() && states.isEmpty()
                    ? Optional.of(groups.stream().map(GroupListing::id).collect(Collectors.toSet()))
                    : Optional.empty();
            missing = connection.offsetsTopic().lostTo(everyGroup, fresh, askingSoon()).stream()
                    .toList();
        }
        return GroupListings.of(groups, missing, observedAt);
    }

    private Asking askingSoon() {
        Deadline soon = deadline.halfway();
        return new Asking(interactive(), soon, connection.answers(soon));
    }

    @Override
    public Map<String, Outcome<GroupListing>> unlisted(Collection<String> ids) {
        return new Coordinators(
                        name(), connection.offsetsTopic(), askingSoon(), describer(unlessBeside(Purpose.INTERACTIVE)))
                .ask(ids);
    }

    private GroupDescriber describer(Purpose purpose) {
        Admin admin = connection.admin(purpose);
        return new GroupDescriber(
                connection.groupReads(),
                purpose,
                admin,
                new RawGroups(connection, admin, deadline, answers),
                name(),
                deadline,
                answers);
    }

    @Override
    public Pending<Map<String, Outcome<GroupDescription>>> describeGroups(Collection<GroupListing> groups) {
        return describer(purposeFor(groups)).describe(groups);
    }

    @Override
    public Pending<Map<String, Outcome<Commits>>> commits(Collection<GroupListing> groups, boolean stable) {
        Purpose purpose = purposeFor(groups);
        CommitReader apart = new CommitReader(connection.admin(purpose), deadline, answers, false, null);
        return CommitReader.everything(connection.groupReads(), purpose, stable, apart, groups);
    }

    @Override
    public Pending<Map<String, Outcome<Commits>>> commitsOn(
            Collection<GroupListing> groups, Set<TopicPartition> partitions) {
        return new CommitReader(connection.admin(purposeFor(groups)), deadline, answers, false, partitions)
                .commits(groups);
    }

    @Override
    public Pending<Outcome<Set<TopicPartition>>> pendingCommits(GroupListing group, Set<TopicPartition> partitions) {
        return new CommitReader(interactive(), deadline, answers, true, partitions).pending(group);
    }

    @Override
    public Pending<Outcome<Set<TopicPartition>>> pendingCommits(GroupListing group) {
        // Of topics seen lately it is enough what is remembered: with many groups this is asked for each.
        TopicLookup remembering = new TopicLookup(connection.topology(), interactive(), deadline, answers, false);
        Map<String, Outcome<Topic>> topics = remembering.of(listTopics().stream()
                .filter(topic -> !topic.internal())
                .map(TopicListing::name)
                .toList());
        Set<TopicPartition> partitions = topics.values().stream()
                .flatMap(topic -> topic.value().stream())
                .flatMap(topic -> topic.logs().stream())
                .limit(MOST_PARTITIONS_NAMED)
                .collect(Collectors.toSet());
        return pendingCommits(group, partitions);
    }

    @Override
    public Collection<TopicListing> listTopics() {
        return answers
                .await(
                        connection
                                .admin(unlessBeside(Purpose.BULK))
                                .listTopics(new ListTopicsOptions()
                                        .listInternal(true)
                                        .timeoutMs(deadline.millisLeft()))
                                .listings(),
                        "list its topics")
                .stream()
                .map(topic -> new TopicListing(topic.name(), topic.topicId().toString(), topic.isInternal()))
                .toList();
    }

    @Override
    public Map<String, Outcome<Topic>> topics(Collection<String> names) {
        Map<String, Outcome<Topic>> topics = lookup().of(names);
        topics.replaceAll((name, outcome) -> outcome.failed(ClusterException.Reason.TOPIC_NOT_FOUND)
                ? Outcome.failed(ClusterException.topicNotFound(name(), name))
                : outcome);
        return topics;
    }

    @Override
    public Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> offsets(
            LogPoint point, Collection<TopicPartition> partitions) {
        return new OffsetReader(lookup(), interactive(), deadline, answers, fresh).offsets(point, partitions);
    }

    private RecordReader recordReader() {
        return new RecordReader(connection, unlessBeside(Purpose.RECORDS), deadline);
    }

    @Override
    public RecordBatch read(RecordQuery query) {
        return recordReader().read(query);
    }

    @Override
    public List<Outcome<RecordBatch>> readFirst(List<RecordQuery> queries) {
        return recordReader().first(queries);
    }

    @Override
    public Outcome<Long> write(TopicPartition log, LogRecord record) {
        return new RecordWriter(connection, deadline).write(log, record);
    }

    @Override
    public Map<TopicPartition, Instant> timestampsAt(Map<TopicPartition, Long> offsets) {
        return recordReader().timestampsAt(offsets);
    }

    @Override
    public boolean requirePlan() {
        return connection.settings().requirePlan();
    }

    @Override
    public Map<String, Outcome<Set<String>>> topicRights(Collection<String> topics) {
        return new TopicRights(interactive(), deadline, answers).of(topics);
    }

    @Override
    public Map<TopicPartition, Outcome<Written>> commit(GroupListing group, Map<TopicPartition, Commit> commits) {
        return writer().commit(group, commits);
    }

    @Override
    public Map<TopicPartition, Outcome<Written>> deleteCommits(GroupListing group, Set<TopicPartition> partitions) {
        return writer().deleteCommits(group, partitions);
    }

    @Override
    public Outcome<Written> deleteGroup(GroupListing group) {
        return writer().deleteGroup(group);
    }

    @Override
    public Map<String, Outcome<Written>> removeMembers(GroupListing group, Set<String> instanceIds, String reason) {
        return writer().removeMembers(group, instanceIds, reason);
    }

    @Override
    public Outcome<Written> removeAllMembers(GroupListing group, String reason) {
        return writer().removeAllMembers(group, reason);
    }

    private GroupWriter writer() {
        Admin admin = connection.admin(Purpose.CHANGES);
        return new GroupWriter(admin, new RawGroups(connection, admin, deadline, answers), deadline, answers);
    }

    @Override
    public EventLog eventLog(EventLog.Topic topic) {
        // That the journal is there may be remembered, whatever else is wanted fresh.
        TopicLookup remembering =
                new TopicLookup(connection.topology(), connection.admin(Purpose.JOURNAL), deadline, answers, false);
        return new KafkaEventLog(topic, connection, remembering, deadline, answers);
    }

    @Override
    public Optional<Integer> largestBatch(String topic) {
        return new TopicConfigs(connection.admin(Purpose.POOL), deadline, answers)
                .of(topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                .value()
                .map(Integer::valueOf);
    }

    @Override
    public Map<String, Outcome<Retention>> retention(Collection<String> topics) {
        return new TopicConfigs(interactive(), deadline, answers).retention(topics);
    }

    @Override
    public Inquiry inquiry() {
        return new KafkaInquiry(connection, askingSoon());
    }

    @Override
    public OwnTopics ownTopics() {
        Admin admin = connection.admin(Purpose.POOL);
        return new KafkaOwnTopics(
                connection,
                admin,
                new TopicLookup(connection.topology(), admin, deadline, answers, true),
                deadline,
                answers);
    }

    /** Made when first needed: making the client may fail. */
    private synchronized TopicLookup lookup() {
        if (lookup == null) {
            lookup = new TopicLookup(connection.topology(), interactive(), deadline, answers, fresh);
        }
        return lookup;
    }

    private Purpose purposeFor(Collection<GroupListing> groups) {
        return unlessBeside(groups.size() > MANY_GROUPS ? Purpose.BULK : Purpose.INTERACTIVE);
    }

    /** What is looked at in the background waits for, and holds up, nobody who asked. */
    private Purpose unlessBeside(Purpose purpose) {
        return beside ? Purpose.SAMPLING : purpose;
    }

    private Admin interactive() {
        return connection.admin(unlessBeside(Purpose.INTERACTIVE));
    }
}
