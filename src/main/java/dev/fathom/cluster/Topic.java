package dev.fathom.cluster;

import java.util.List;
import java.util.OptionalInt;

/**
 * One topic and where its partitions live.
 *
 * @param topicId given at creation: a topic deleted and recreated under its name has another
 * @param partitions by number, from 0, without gaps
 */
public record Topic(String name, String topicId, boolean internal, List<Partition> partitions) {

    /**
     * One partition.
     *
     * @param leader the broker that serves it; empty while there is none
     * @param replicas the brokers that keep a copy, the preferred leader first
     * @param isr those of them in sync
     */
    public record Partition(int number, OptionalInt leader, List<Integer> replicas, List<Integer> isr) {}

    public List<TopicPartition> logs() {
        return partitions.stream()
                .map(partition -> new TopicPartition(name, partition.number()))
                .toList();
    }

    public boolean has(int partition) {
        return partition >= 0 && partition < partitions.size();
    }
}
