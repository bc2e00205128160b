package dev.fathom.access;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.EventLog;
import dev.fathom.cluster.Feature;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Inquiry;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.OpenTransaction;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.OwnTopics;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Retention;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicListing;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.config.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A cluster as a caller may see it: groups and topics the caller has no grant for are left out of every list, row and total.
 * Naming one of them, or changing one without the level for it, is a {@link ForbiddenException}.
 */
public final class ScopedCluster implements Cluster {

    private final Cluster whole;
    private final Access access;
    /** The level a group must be granted with to be seen: {@code OPERATOR} for a change. */
    private final Level level;

    public ScopedCluster(Cluster whole, Access access, Level level) {
        this.whole = whole;
        this.access = access;
        this.level = level;
    }

    private boolean sees(GroupListing group) {
        return access.onGroup(level, name(), group.id());
    }

    private void need(Level needed, GroupListing group) {
        access.needGroup(needed, name(), group.id());
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public Object view() {
        return List.of(access, level);
    }

    @Override
    public Duration left() {
        return whole.left();
    }

    @Override
    public Cluster renewed() {
        return new ScopedCluster(whole.renewed(), access, level);
    }

    @Override
    public boolean readOnly() {
        return whole.readOnly();
    }

    @Override
    public boolean requirePlan() {
        return whole.requirePlan();
    }

    @Override
    public boolean fresh() {
        return whole.fresh();
    }

    @Override
    public boolean mayChange(String group) {
        return access.onGroup(Level.OPERATOR, name(), group);
    }

    @Override
    public Pending<ClusterDescription> describe() {
        return whole.describe();
    }

    @Override
    public Map<Feature, Feature.Support> features() {
        return whole.features();
    }

    @Override
    public boolean canDescribeAllTopics() {
        return whole.canDescribeAllTopics();
    }

    @Override
    public boolean canDescribeAllGroups() {
        return whole.canDescribeAllGroups();
    }

    @Override
    public GroupListings listGroups(Set<GroupType> types, Set<GroupState> states) {
        GroupListings all = whole.listGroups(types, states);
        return GroupListings.of(
                all.groups().values().stream().filter(this::sees).toList(), all.missing(), all.observedAt());
    }

    @Override
    public Map<String, Outcome<GroupListing>> unlisted(Collection<String> ids) {
        List<String> seen =
                ids.stream().filter(id -> access.onGroup(level, name(), id)).toList();
        Map<String, Outcome<GroupListing>> answered = new HashMap<>(whole.unlisted(seen));
        ids.forEach(id ->
                answered.computeIfAbsent(id, hidden -> Outcome.failed(ClusterException.groupNotFound(name(), hidden))));
        return answered;
    }

    @Override
    public Pending<Map<String, Outcome<GroupDescription>>> describeGroups(Collection<GroupListing> groups) {
        groups.forEach(group -> need(level, group));
        Pending<Map<String, Outcome<GroupDescription>>> asked = whole.describeGroups(groups);
        return () -> {
            Map<String, Outcome<GroupDescription>> seen = new HashMap<>(asked.await());
            seen.replaceAll((id, outcome) ->
                    outcome.map(group -> group.onTopics(topic -> access.onGroupsTopic(level, name(), id, topic))));
            return seen;
        };
    }

    @Override
    public Pending<Map<String, Outcome<Commits>>> commits(Collection<GroupListing> groups, boolean stable) {
        groups.forEach(group -> need(level, group));
        return seen(whole.commits(groups, stable));
    }

    @Override
    public Pending<Map<String, Outcome<Commits>>> commitsOn(
            Collection<GroupListing> groups, Set<TopicPartition> partitions) {
        groups.forEach(group -> need(level, group));
        return seen(whole.commitsOn(groups, partitions));
    }

    private Pending<Map<String, Outcome<Commits>>> seen(Pending<Map<String, Outcome<Commits>>> asked) {
        return () -> {
            Map<String, Outcome<Commits>> seen = new HashMap<>(asked.await());
            seen.replaceAll((id, outcome) ->
                    outcome.map(commits -> commits.onTopics(topic -> access.onGroupsTopic(level, name(), id, topic))));
            return seen;
        };
    }

    @Override
    public Pending<Outcome<Set<TopicPartition>>> pendingCommits(GroupListing group, Set<TopicPartition> partitions) {
        need(level, group);
        return seenBy(group, whole.pendingCommits(group, partitions));
    }

    @Override
    public Pending<Outcome<Set<TopicPartition>>> pendingCommits(GroupListing group) {
        need(level, group);
        return seenBy(group, whole.pendingCommits(group));
    }

    private Pending<Outcome<Set<TopicPartition>>> seenBy(
            GroupListing group, Pending<Outcome<Set<TopicPartition>>> asked) {
        return () -> asked.await().map(partitions -> partitions.stream()
                .filter(partition -> access.onGroupsTopic(level, name(), group.id(), partition.topic()))
                .collect(Collectors.toSet()));
    }

    @Override
    public Collection<TopicListing> listTopics() {
        return whole.listTopics().stream()
                .filter(topic -> access.onTopic(Level.VIEWER, name(), topic.name()))
                .toList();
    }

    @Override
    public Map<String, Outcome<Topic>> topics(Collection<String> names) {
        names.forEach(topic -> access.needTopic(level, name(), topic));
        return whole.topics(names);
    }

    @Override
    public Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> offsets(
            LogPoint point, Collection<TopicPartition> partitions) {
        needTopics(Level.VIEWER, partitions);
        return whole.offsets(point, partitions);
    }

    private void needTopics(Level needed, Collection<TopicPartition> partitions) {
        partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .forEach(topic -> access.needTopic(needed, name(), topic));
    }

    @Override
    public RecordBatch read(RecordQuery query) {
        access.needRecords(name(), query.partition().topic());
        return whole.read(query);
    }

    @Override
    public List<Outcome<RecordBatch>> readFirst(List<RecordQuery> queries) {
        queries.forEach(query -> access.needRecords(name(), query.partition().topic()));
        return whole.readFirst(queries);
    }

    @Override
    public Outcome<Long> write(TopicPartition log, LogRecord record) {
        access.needTopic(Level.OPERATOR, name(), log.topic());
        return whole.write(log, record);
    }

    @Override
    public Map<TopicPartition, Instant> timestampsAt(Map<TopicPartition, Long> offsets) {
        needTopics(Level.VIEWER, offsets.keySet());
        return whole.timestampsAt(offsets);
    }

    @Override
    public Map<String, Outcome<Set<String>>> topicRights(Collection<String> topics) {
        topics.forEach(topic -> access.needTopic(Level.VIEWER, name(), topic));
        return whole.topicRights(topics);
    }

    private void needAll(Level needed, GroupListing group, Collection<TopicPartition> partitions) {
        need(needed, group);
        partitions.stream()
                .map(TopicPartition::topic)
                .distinct()
                .forEach(topic -> access.needGroupsTopic(needed, name(), group.id(), topic));
    }

    @Override
    public Map<TopicPartition, Outcome<Written>> commit(GroupListing group, Map<TopicPartition, Commit> commits) {
        needAll(Level.OPERATOR, group, commits.keySet());
        return whole.commit(group, commits);
    }

    @Override
    public Map<TopicPartition, Outcome<Written>> deleteCommits(GroupListing group, Set<TopicPartition> partitions) {
        needAll(Level.OPERATOR, group, partitions);
        return whole.deleteCommits(group, partitions);
    }

    @Override
    public Outcome<Written> deleteGroup(GroupListing group) {
        access.needWholeGroup(Level.ADMIN, name(), group.id());
        return whole.deleteGroup(group);
    }

    @Override
    public Map<String, Outcome<Written>> removeMembers(GroupListing group, Set<String> instanceIds, String reason) {
        need(Level.OPERATOR, group);
        return whole.removeMembers(group, instanceIds, reason);
    }

    @Override
    public Outcome<Written> removeAllMembers(GroupListing group, String reason) {
        need(Level.OPERATOR, group);
        return whole.removeAllMembers(group, reason);
    }

    /** The journal is the service's own; what of it a caller may see is decided where it is shown. */
    @Override
    public EventLog eventLog(EventLog.Topic topic) {
        return whole.eventLog(topic);
    }

    @Override
    public Optional<Integer> largestBatch(String topic) {
        access.needTopic(Level.VIEWER, name(), topic);
        return whole.largestBatch(topic);
    }

    @Override
    public Map<String, Outcome<Retention>> retention(Collection<String> topics) {
        topics.forEach(topic -> access.needTopic(Level.VIEWER, name(), topic));
        return whole.retention(topics);
    }

    @Override
    public Inquiry inquiry() {
        Inquiry asked = whole.inquiry();
        return new Inquiry() {
            @Override
            public Outcome<Duration> offsetsRetention(int broker) {
                return asked.offsetsRetention(broker);
            }

            @Override
            public Map<TopicPartition, OpenTransaction> openTransactions(Collection<TopicPartition> partitions) {
                needTopics(Level.VIEWER, partitions);
                return asked.openTransactions(partitions);
            }

            @Override
            public Outcome<Map<TopicPartition, PastCommit>> committedAt(
                    String group, Instant at, Set<TopicPartition> partitions) {
                access.needGroup(level, name(), group);
                partitions.stream()
                        .map(TopicPartition::topic)
                        .distinct()
                        .forEach(topic -> access.needGroupsTopic(level, name(), group, topic));
                return asked.committedAt(group, at, partitions);
            }
        };
    }

    @Override
    public OwnTopics ownTopics() {
        return whole.ownTopics();
    }
}
