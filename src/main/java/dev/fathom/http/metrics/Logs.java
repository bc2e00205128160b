package dev.fathom.http.metrics;

import dev.fathom.cluster.Broker;
import dev.fathom.progress.ClusterProgress;
import dev.fathom.progress.LogProgress;
import dev.fathom.progress.PartitionPlace;
import dev.fathom.progress.TopicProgress;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Brokers, and the logs of topics that a group has to do with, as kafka_exporter tells them. */
final class Logs {

    private static final String TOPIC = "topic";
    private static final String PREFIX = "kafka_topic_partition_";

    private Logs() {}

    /** @param partitions whether each has series of its own */
    static void all(Families families, ClusterProgress cluster, Predicate<String> topics, boolean partitions) {
        brokers(families, cluster);
        Map<String, TopicProgress> told = new TreeMap<>();
        cluster.logs((topic, partition, log) -> {
            if (topics.test(topic)) {
                cluster.topic(topic).ifPresent(of -> {
                    told.put(topic, of);
                    if (partitions) {
                        partition(families, of, partition, log, TOPIC, topic, "partition", Integer.toString(partition));
                    }
                });
            }
        });
        told.forEach((topic, of) -> families.add(
                "kafka_topic_partitions", "Number of partitions for this Topic", of.partitions(), TOPIC, topic));
    }

    private static void brokers(Families families, ClusterProgress cluster) {
        if (cluster.brokers().isEmpty()) {
            return;
        }
        families.add(
                "kafka_brokers",
                "Number of Brokers in the Kafka Cluster",
                cluster.brokers().size());
        for (Broker broker : cluster.brokers()) {
            families.add(
                    "kafka_broker_info",
                    "Information about the Kafka Broker",
                    1,
                    "id",
                    Integer.toString(broker.id()),
                    "address",
                    broker.host() + ":" + broker.port());
        }
    }

    private static void partition(
            Families families, TopicProgress topic, int partition, LogProgress log, String... labels) {
        families.add(PREFIX + "current_offset", "Current Offset of a Broker at Topic/Partition", log.end(), labels);
        families.add(PREFIX + "oldest_offset", "Oldest Offset of a Broker at Topic/Partition", log.first(), labels);
        topic.place(partition).ifPresent(place -> place(families, place, labels));
    }

    private static void place(Families families, PartitionPlace place, String... labels) {
        place.leader()
                .ifPresent(leader ->
                        families.add(PREFIX + "leader", "Leader Broker ID of this Topic/Partition", leader, labels));
        families.add(PREFIX + "replicas", "Number of Replicas for this Topic/Partition", place.replicas(), labels);
        families.add(
                PREFIX + "in_sync_replica",
                "Number of In-Sync Replicas for this Topic/Partition",
                place.inSync(),
                labels);
        families.add(
                PREFIX + "leader_is_preferred",
                "1 if Topic/Partition is using the Preferred Broker",
                place.preferred() ? 1 : 0,
                labels);
        families.add(
                PREFIX + "under_replicated_partition",
                "1 if Topic/Partition is under Replicated",
                place.inSync() < place.replicas() ? 1 : 0,
                labels);
    }
}
