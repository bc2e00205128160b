package dev.fathom.lag;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Isolation;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

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
    /** How many offsets a group has on average, by cluster, as the last list of many told. */
    private final Map<String, Long> offsetsAGroup = new ConcurrentHashMap<>();

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
        Pending<Map<String, Outcome<Commits>>> reading = cluster.commits(List.of(group), true);

        GroupDescription description =
                Required.in(describing.await(), group.id()).orThrow();
        Commits stable = Required.in(reading.await(), group.id()).orThrow();
        boolean noneReplaced = stable.pending().filter(Set::isEmpty).isPresent();
        // Those that may be replaced are left out of what was read, and are in force.
        Commits commits = noneReplaced || stable.pending().isEmpty()
                ? stable
                : Required.in(cluster.commits(List.of(group), false).await(), group.id())
                        .orThrow();
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
        List<TopicPartition> existing = topics.values().stream()
                .flatMap(topic -> topic.value().stream())
                .flatMap(topic -> topic.logs().stream())
                .toList();
        open.ask(noneReplaced ? without(commits, existing) : Set.copyOf(existing));
        List<TopicPartition> readable = new Measurement(description, commits, Set.of(), topics).readable(existing);
        WantedEnds wanted = new WantedEnds(true, query.isolation() == Isolation.READ_COMMITTED);
        wanted.add(readable, committedIn(commits));
        KnownEnds known = ends.of(cluster, wanted);
        Set<TopicPartition> pending = open.await();
        Measurement measurement =
                new Measurement(description, query.stable() ? commits.without(pending) : commits, pending, topics);
        Collection<TopicPartition> partitions = measurement.partitionsOf(names);
        List<PartitionLag> rows = measurement.rows(partitions, known, query.isolation());
        return new GroupOffsets(description, rows, allTopicsVisible(cluster));
    }

    /** Where an open transaction may hold a first commit: the look at the others told that none holds another. */
    private static Set<TopicPartition> without(Commits commits, List<TopicPartition> partitions) {
        return partitions.stream()
                .filter(partition -> commits.offsetOf(partition).isEmpty())
                .collect(Collectors.toSet());
    }

    private static ToLongFunction<TopicPartition> committedIn(Commits commits) {
        return partition -> commits.offsetOf(partition).orElse(-1L);
    }

    /** Topics by name. One that fails shows in its own rows; where all fail, that is thrown. */
    private static Map<String, Outcome<Topic>> topics(Cluster cluster, Set<String> names) {
        Map<String, Outcome<Topic>> topics = cluster.topics(names);
        throwWhereAllFailed(topics);
        return topics;
    }

    private static void throwWhereAllFailed(Map<String, Outcome<Topic>> topics) {
        List<ClusterException> problems = topics.values().stream()
                .flatMap(outcome -> outcome.problem().stream())
                .filter(problem -> problem.reason() != ClusterException.Reason.TOPIC_NOT_FOUND
                        && problem.reason() != ClusterException.Reason.NOT_AUTHORIZED)
                .toList();
        if (!problems.isEmpty() && problems.size() == topics.size()) {
            throw problems.get(0);
        }
    }

    private boolean allTopicsVisible(Cluster cluster) {
        return visibility
                .get(cluster.name(), cluster.fresh(), cluster.left(), cluster::canDescribeAllTopics)
                .value();
    }

    /**
     * Many groups at once, by id: descriptions, commits and log ends, each in batches over all of them. Open transactions are
     * not looked for.
     *
     * @param withLag whether the log ends are wanted
     */
    public Map<String, Outcome<GroupSummary>> summaries(
            Cluster cluster, Collection<GroupListing> groups, boolean withLag) {
        return summaries(cluster, groups, Optional.empty(), withLag);
    }

    /** Many groups at once, seen on one topic alone: their commits there and their lag there. */
    public Map<String, Outcome<GroupSummary>> summariesOn(
            Cluster cluster, Topic topic, Collection<GroupListing> groups) {
        return summaries(cluster, groups, Optional.of(topic), true);
    }

    private Map<String, Outcome<GroupSummary>> summaries(
            Cluster cluster, Collection<GroupListing> groups, Optional<Topic> onlyTopic, boolean withLag) {
        Summaries summaries = new Summaries(cluster, onlyTopic, withLag, withLag && allTopicsVisible(cluster), ends);
        // What was read of one chunk is free before the one after the next is asked for.
        GroupChunks chunks = new GroupChunks(groups, offsetsAGroup.getOrDefault(cluster.name(), 0L));
        Optional<Summaries.Asked> asked = chunks.next().map(summaries::ask);
        while (asked.isPresent()) {
            Summaries.Asked current = asked.get();
            Optional<Summaries.Asked> following =
                    chunks.isMeasured() ? chunks.next().map(summaries::ask) : Optional.empty();
            chunks.read(current.groups().size(), summaries.add(current));
            asked = following.or(() -> chunks.next().map(summaries::ask));
        }
        if (onlyTopic.isEmpty()) {
            chunks.offsetsAGroup().ifPresent(each -> offsetsAGroup.put(cluster.name(), each));
        }
        throwWhereAllFailed(summaries.topics());
        return summaries.all();
    }
}
