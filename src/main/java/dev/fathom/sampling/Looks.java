package dev.fathom.sampling;

import dev.fathom.cluster.Broker;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.progress.Layout;
import dev.fathom.progress.Look;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Looks at a cluster: one listing, then descriptions and commits of so many groups at once, then the ends of so many logs at
 * once, each batch with a deadline of its own. Commits first, ends after, so that no end is older than a commit.
 *
 * <p>With {@code B} brokers, {@code G} groups and {@code P} partitions a look costs {@code B} requests for the list, for each
 * 500 groups one description and one fetch of offsets to each coordinator, for each 10,000 partitions three to each leader, and
 * one for the brokers.
 */
final class Looks {

    private static final Logger LOG = Logger.getLogger(Looks.class);
    private static final int GROUPS_AT_ONCE = 500;
    private static final int TOPICS_AT_ONCE = 1000;
    private static final int LOGS_AT_ONCE = 10_000;

    private final Supplier<Cluster> handles;
    private final Clock clock;

    /** @param handles a handle with a deadline of its own, each time */
    Looks(Supplier<Cluster> handles, Clock clock) {
        this.handles = handles;
        this.clock = clock;
    }

    /** @throws ClusterException when the groups cannot be listed; what else cannot be asked is left out */
    Look look() {
        long began = clock.millis();
        GroupListings listed = handles.get().listGroups(Set.of(), Set.of());
        List<GroupListing> committing = listed.groups().values().stream()
                .filter(group -> group.type().hasCommits())
                .toList();
        List<Look.OfGroup> groups = new ArrayList<>();
        for (int from = 0; from < committing.size(); from += GROUPS_AT_ONCE) {
            groups.addAll(ask(committing.subList(from, Math.min(committing.size(), from + GROUPS_AT_ONCE))));
        }
        Map<String, Look.OfTopic> topics = topics(partitionsOf(groups));
        Optional<Set<String>> all = listed.missing().isEmpty()
                ? Optional.of(new HashSet<>(listed.groups().keySet()))
                : Optional.empty();
        return new Look(began, clock.millis(), groups, all, topics, brokers());
    }

    private Optional<List<Broker>> brokers() {
        try {
            return Optional.of(handles.get().describe().await().brokers());
        } catch (ClusterException e) {
            LOG.debugf("The brokers were not looked at: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private List<Look.OfGroup> ask(List<GroupListing> groups) {
        List<Look.OfGroup> known = new ArrayList<>();
        try {
            Cluster cluster = handles.get();
            Pending<Map<String, Outcome<GroupDescription>>> describing = cluster.describeGroups(groups);
            Pending<Map<String, Outcome<Commits>>> reading = cluster.commits(groups, false);
            Map<String, Outcome<GroupDescription>> descriptions = describing.await();
            Map<String, Outcome<Commits>> commits = reading.await();
            for (GroupListing group : groups) {
                Optional<GroupDescription> description =
                        Required.in(descriptions, group.id()).value();
                Optional<Commits> committed = Required.in(commits, group.id()).value();
                if (description.isPresent() && committed.isPresent()) {
                    known.add(new Look.OfGroup(description.get(), committed.get()));
                }
            }
        } catch (ClusterException e) {
            LOG.debugf("%d groups were not looked at: %s", groups.size(), e.getMessage());
        }
        return known;
    }

    private static Map<String, BitSet> partitionsOf(List<Look.OfGroup> groups) {
        Map<String, BitSet> partitions = new HashMap<>();
        for (Look.OfGroup group : groups) {
            for (String topic : group.commits().topics()) {
                partitions
                        .computeIfAbsent(topic, t -> new BitSet())
                        .or(group.commits().partitionsOf(topic));
            }
        }
        return partitions;
    }

    private Map<String, Look.OfTopic> topics(Map<String, BitSet> wanted) {
        Map<String, Look.OfTopic> looks = new HashMap<>();
        List<Topic> batch = new ArrayList<>();
        int logs = 0;
        for (Topic topic : existing(wanted.keySet())) {
            batch.add(topic);
            logs += Required.in(wanted, topic.name()).cardinality();
            if (logs >= LOGS_AT_ONCE) {
                looks.putAll(ends(batch, wanted));
                batch.clear();
                logs = 0;
            }
        }
        looks.putAll(ends(batch, wanted));
        return looks;
    }

    private List<Topic> existing(Collection<String> names) {
        List<Topic> topics = new ArrayList<>();
        List<String> all = List.copyOf(names);
        for (int from = 0; from < all.size(); from += TOPICS_AT_ONCE) {
            try {
                handles.get()
                        .topics(all.subList(from, Math.min(all.size(), from + TOPICS_AT_ONCE)))
                        .values()
                        .forEach(outcome -> outcome.value().ifPresent(topics::add));
            } catch (ClusterException e) {
                LOG.debugf("Some topics were not looked at: %s", e.getMessage());
            }
        }
        return topics;
    }

    private Map<String, Look.OfTopic> ends(List<Topic> topics, Map<String, BitSet> wanted) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic topic : topics) {
            Required.in(wanted, topic.name()).stream()
                    .filter(topic::has)
                    .forEach(number -> partitions.add(new TopicPartition(topic.name(), number)));
        }
        Map<String, Look.OfTopic> looks = new HashMap<>();
        if (partitions.isEmpty()) {
            return looks;
        }
        try {
            Cluster cluster = handles.get();
            long asked = clock.millis();
            // The last stable offsets before the high watermarks, so that none lies beyond one.
            var stables = cluster.offsets(LogPoint.Named.LAST_STABLE, partitions);
            var firsts = cluster.offsets(LogPoint.Named.FIRST, partitions);
            var lasts = cluster.offsets(LogPoint.Named.LAST, partitions);
            Map<TopicPartition, Outcome<Optional<LogOffset>>> stable = stables.await();
            Map<TopicPartition, Outcome<Optional<LogOffset>>> first = firsts.await();
            Map<TopicPartition, Outcome<Optional<LogOffset>>> last = lasts.await();
            long answered = clock.millis();
            for (Topic topic : topics) {
                int count = topic.partitions().size();
                looks.put(
                        topic.name(),
                        new Look.OfTopic(
                                topic.topicId(),
                                asked,
                                answered,
                                numbers(topic.name(), count, first),
                                numbers(topic.name(), count, last),
                                numbers(topic.name(), count, stable),
                                Layout.of(topic)));
            }
        } catch (ClusterException e) {
            LOG.debugf("%d logs were not looked at: %s", partitions.size(), e.getMessage());
        }
        return looks;
    }

    private static long[] numbers(String topic, int count, Map<TopicPartition, Outcome<Optional<LogOffset>>> offsets) {
        long[] numbers = new long[count];
        Arrays.setAll(numbers, partition -> Optional.ofNullable(offsets.get(new TopicPartition(topic, partition)))
                .flatMap(Outcome::value)
                .flatMap(offset -> offset)
                .map(LogOffset::offset)
                .orElse(Look.UNKNOWN));
        return numbers;
    }
}
