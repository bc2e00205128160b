package dev.fathom.group;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.TopicPartition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

@ApplicationScoped
public class Comparisons {

    private final Groups groups;

    Comparisons(Groups groups) {
        this.groups = groups;
    }

    /** Where two groups are on one partition that at least one of them has a commit for. */
    public record Pair(TopicPartition partition, OptionalLong one, OptionalLong other) {

        /** How far the first group is ahead of the other, in offsets; empty unless both have a commit. */
        public Optional<Long> ahead() {
            return one.isPresent() && other.isPresent()
                    ? Optional.of(one.getAsLong() - other.getAsLong())
                    : Optional.empty();
        }
    }

    public List<Pair> compare(Cluster cluster, String one, String other) {
        Commits ones = groups.commits(cluster, one);
        Commits others = groups.commits(cluster, other);
        Set<TopicPartition> partitions = new TreeSet<>();
        ones.forEach((topic, number, offset) -> partitions.add(new TopicPartition(topic, number)));
        others.forEach((topic, number, offset) -> partitions.add(new TopicPartition(topic, number)));
        List<Pair> pairs = new ArrayList<>();
        partitions.forEach(
                partition -> pairs.add(new Pair(partition, ones.offsetOf(partition), others.offsetOf(partition))));
        return pairs;
    }
}
