package dev.fathom.lag;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Snapshots;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.config.FathomConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** Measures groups: one in full, or many at once in batches. */
@ApplicationScoped
public class Lag {

    private static final Duration VISIBILITY_KEPT = Duration.ofMinutes(1);
    private static final int GROUPS_KEPT = 64;

    private record Key(String cluster, Object view, GroupListing group, OffsetsQuery query) {}

    private final LogEnds ends;
    private final Snapshots<Key, GroupOffsets> measured;
    private final Snapshots<String, Boolean> visibility;
    private final CommitWatch watch;

    Lag(CommitWatch watch, FathomConfig config, Clock clock) {
        this.watch = watch;
        Duration timeToLive = config.lag().snapshotTtl();
        this.ends = new LogEnds(timeToLive);
        this.measured = new Snapshots<>(timeToLive, GROUPS_KEPT, clock);
        this.visibility = new Snapshots<>(VISIBILITY_KEPT, 1000, clock);
    }

    /**
     * One group in full: who is in it, every partition it has to do with, open transactions included; or on one topic alone,
     * in which case only that topic's logs are asked.
     *
     * @throws ClusterException {@code GROUP_NOT_FOUND} when its coordinator does not know it as a group of that type
     */
    public Snapshot<GroupOffsets> offsets(Cluster cluster, GroupListing group, OffsetsQuery query) {
        if (query.topic().isPresent() && !cluster.fresh()) {
            Optional<Snapshot<GroupOffsets>> known = measured.known(key(cluster, group, query.onEveryTopic()));
            if (known.isPresent()) {
                GroupOffsets onTopic = known.get().value().on(query.topic().get());
                return new Snapshot<>(onTopic, known.get().observedAt());
            }
        }
        return measured.get(
                key(cluster, group, query), cluster.fresh(), cluster.left(), () -> measure(cluster, group, query));
    }

    private static Key key(Cluster cluster, GroupListing group, OffsetsQuery query) {
        return new Key(cluster.name(), cluster.view(), group, query);
    }

    /** Forgets what was measured on a cluster: something there was changed. */
    public void forget(Cluster cluster) {
        measured.forget(key -> key.cluster().equals(cluster.name()));
    }

    private GroupOffsets measure(Cluster cluster, GroupListing group, OffsetsQuery query) {
        Pending<Map<String, Outcome<GroupDescription>>> describing = cluster.describeGroups(List.of(group));
        Pending<Map<String, Outcome<Commits>>> reading = cluster.commits(List.of(group), false);

        GroupDescription description =
                Required.in(describing.await(), group.id()).orThrow();
        Commits commits = Required.in(reading.await(), group.id()).orThrow();
        watch.saw(cluster, description, commits);
        PendingCommits open = new PendingCommits(cluster, group);
        Set<String> names = Measurement.topicsOf(description, commits);
        if (names.isEmpty()) {
            // Of a group of which nothing is known an open transaction may still hold a first commit, anywhere.
            open.ask();
            open.await().forEach(partition -> names.add(partition.topic()));
        }
        query.topic().ifPresent(topic -> names.retainAll(Set.of(topic)));
        Map<String, Outcome<Topic>> topics = topics(cluster, names);
        open.ask(PendingCommits.partitionsOf(topics));
        List<TopicPartition> readable =
                new Measurement(description, commits, Set.of(), topics).readable(PendingCommits.partitionsOf(topics));
        // Sent before the high watermarks are asked for, so that no last stable offset lies beyond one.
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> readingStableEnds =
                cluster.offsets(LogPoint.Named.LAST_STABLE, readable);
        Map<TopicPartition, Outcome<LogEnds.Ends>> known = ends.of(cluster, readable, committedIn(commits));
        Set<TopicPartition> pending = open.await();
        Measurement measurement =
                new Measurement(description, query.stable() ? commits.without(pending) : commits, pending, topics);
        Collection<TopicPartition> partitions = measurement.partitionsOf(names);
        List<PartitionLag> rows = measurement.rows(partitions, known, readingStableEnds.await(), query.isolation());
        return new GroupOffsets(description, rows, allTopicsVisible(cluster));
    }

    private static ToLongFunction<TopicPartition> committedIn(Commits commits) {
        return partition -> commits.offsetOf(partition).orElse(-1L);
    }

    /** Topics by name. One that fails shows in its own rows; where all fail, that is thrown. */
    private static Map<String, Outcome<Topic>> topics(Cluster cluster, Set<String> names) {
        Map<String, Outcome<Topic>> topics = cluster.topics(names);
        List<ClusterException> problems = topics.values().stream()
                .flatMap(outcome -> outcome.problem().stream())
                .filter(problem -> problem.reason() != ClusterException.Reason.TOPIC_NOT_FOUND
                        && problem.reason() != ClusterException.Reason.NOT_AUTHORIZED)
                .toList();
        if (!problems.isEmpty() && problems.size() == topics.size()) {
            throw problems.get(0);
        }
        return topics;
    }

    private boolean allTopicsVisible(Cluster cluster) {
        return visibility
                .get(cluster.name(), cluster.fresh(), cluster.left(), cluster::canDescribeAllTopics)
                .value();
    }

    /**
     * Many groups at once, by id: one batch of descriptions, one of commits, one of log ends over all of them. Open
     * transactions are not looked for.
     *
     * @param withLag whether the log ends are wanted
     */
    public Map<String, Outcome<GroupSummary>> summaries(
            Cluster cluster, Collection<GroupListing> groups, boolean withLag) {
        Pending<Map<String, Outcome<GroupDescription>>> describing = cluster.describeGroups(groups);
        Pending<Map<String, Outcome<Commits>>> reading = cluster.commits(groups, false);
        return summaries(cluster, groups, describing.await(), reading.await(), Optional.empty(), withLag);
    }

    /** Many groups at once, seen on one topic alone: their commits there and their lag there. */
    public Map<String, Outcome<GroupSummary>> summariesOn(
            Cluster cluster, Topic topic, Collection<GroupListing> groups) {
        Set<TopicPartition> partitions = new TreeSet<>(topic.logs());
        Pending<Map<String, Outcome<GroupDescription>>> describing = cluster.describeGroups(groups);
        Pending<Map<String, Outcome<Commits>>> reading = cluster.commitsOn(groups, partitions);
        return summaries(cluster, groups, describing.await(), reading.await(), Optional.of(topic.name()), true);
    }

    private Map<String, Outcome<GroupSummary>> summaries(
            Cluster cluster,
            Collection<GroupListing> groups,
            Map<String, Outcome<GroupDescription>> descriptions,
            Map<String, Outcome<Commits>> commits,
            Optional<String> onlyTopic,
            boolean withLag) {
        Map<String, Outcome<GroupSummary>> summaries = new LinkedHashMap<>();
        Map<GroupListing, Set<String>> topicsOf = new LinkedHashMap<>();
        for (GroupListing group : groups) {
            Optional<ClusterException> problem = Required.in(descriptions, group.id())
                    .problem()
                    .or(() -> Required.in(commits, group.id()).problem());
            problem.ifPresentOrElse(p -> summaries.put(group.id(), Outcome.failed(p)), () -> {
                Set<String> names = Measurement.topicsOf(
                        Required.in(descriptions, group.id()).orThrow(),
                        Required.in(commits, group.id()).orThrow());
                onlyTopic.ifPresent(only -> names.retainAll(Set.of(only)));
                topicsOf.put(group, names);
            });
        }
        Map<GroupListing, LagTotals> lags = withLag ? totals(cluster, topicsOf, descriptions, commits) : Map.of();
        topicsOf.forEach((group, names) -> summaries.put(
                group.id(),
                Outcome.known(new GroupSummary(
                        group,
                        Required.in(descriptions, group.id()).orThrow(),
                        names,
                        Optional.ofNullable(lags.get(group))))));
        return summaries;
    }

    private Map<GroupListing, LagTotals> totals(
            Cluster cluster,
            Map<GroupListing, Set<String>> topicsOf,
            Map<String, Outcome<GroupDescription>> descriptions,
            Map<String, Outcome<Commits>> commits) {
        Set<String> names = new TreeSet<>();
        topicsOf.values().forEach(names::addAll);
        Map<String, Outcome<Topic>> topics = topics(cluster, names);
        boolean visible = allTopicsVisible(cluster);

        List<Measured> measured = new ArrayList<>();
        Map<TopicPartition, Long> highestCommit = new HashMap<>();
        topicsOf.forEach((group, topicNames) -> {
            Commits committed = Required.in(commits, group.id()).orThrow();
            Measurement measurement =
                    new Measurement(Required.in(descriptions, group.id()).orThrow(), committed, Set.of(), topics);
            List<TopicPartition> partitions = measurement.partitionsOf(topicNames);
            measured.add(new Measured(group, measurement, partitions));
            for (TopicPartition partition : measurement.readable(partitions)) {
                highestCommit.merge(partition, committed.offsetOf(partition).orElse(-1), Math::max);
            }
        });
        Map<TopicPartition, Outcome<LogEnds.Ends>> known = ends.of(cluster, highestCommit.keySet(), highestCommit::get);
        Map<GroupListing, LagTotals> totals = new HashMap<>();
        measured.forEach(each -> totals.put(
                each.group(),
                LagTotals.of(
                        each.measurement().rows(each.partitions(), known, Map.of(), Isolation.READ_UNCOMMITTED),
                        visible)));
        return totals;
    }

    /** One of many groups, and the partitions it is to be measured on. */
    private record Measured(GroupListing group, Measurement measurement, List<TopicPartition> partitions) {}
}
