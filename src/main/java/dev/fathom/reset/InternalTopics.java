package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.TopicListing;
import dev.fathom.reset.GroupReader.Committed;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The changelogs and repartition topics of the Kafka Streams application that a group may be. Groups of the streams protocol
 * say which they are; of others only names tell: {@code <group>-<store>-changelog} and {@code <group>-<name>-repartition}.
 */
final class InternalTopics {

    private static final String CHANGELOG = "-changelog";
    private static final String REPARTITION = "-repartition";
    /** The assignor of classic members of a Kafka Streams application. */
    private static final String STREAMS_ASSIGNOR = "stream";

    private InternalTopics() {}

    /** @param sources topics that are not internal, by the request */
    static List<String> of(Cluster cluster, Optional<Committed> group, Collection<String> sources) {
        if (group.isEmpty() || !group.get().listing().type().hasCommits()) {
            return List.of();
        }
        Set<String> described = new TreeSet<>();
        group.get().description().subtopologies().forEach(part -> {
            described.addAll(part.repartitionTopics());
            described.addAll(part.changelogTopics());
        });
        Set<String> internal = new TreeSet<>(byName(cluster, group.get()));
        boolean streams = !described.isEmpty() || isStreams(group.get(), internal);
        // An application commits on its repartition topics, never on a changelog; what else commits on one, reads it.
        internal.removeIf(topic -> commitsOn(group.get(), topic) && !(streams && topic.endsWith(REPARTITION)));
        internal.addAll(described);
        sources.forEach(internal::remove);
        return List.copyOf(internal);
    }

    private static boolean isStreams(Committed group, Set<String> named) {
        return group.description().assignor().filter(STREAMS_ASSIGNOR::equals).isPresent()
                || named.stream().anyMatch(topic -> topic.endsWith(CHANGELOG) && !commitsOn(group, topic));
    }

    private static boolean commitsOn(Committed group, String topic) {
        return group.commits().topics().contains(topic);
    }

    /** A topic that begins with the ids of several groups belongs to the one with the longest. */
    private static Set<String> byName(Cluster cluster, Committed group) {
        String id = group.listing().id();
        Set<String> named = cluster.listTopics().stream()
                .map(TopicListing::name)
                .filter(name -> name.startsWith(id + "-") && (name.endsWith(CHANGELOG) || name.endsWith(REPARTITION)))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!named.isEmpty()) {
            Collection<String> longer = cluster.listGroups(Set.of(), Set.of()).groups().keySet().stream()
                    .filter(other -> other.length() > id.length() && other.startsWith(id))
                    .toList();
            named.removeIf(topic -> longer.stream().anyMatch(other -> topic.startsWith(other + "-")));
        }
        return named;
    }
}
