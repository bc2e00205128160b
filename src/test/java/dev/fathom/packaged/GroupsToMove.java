package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;

import dev.fathom.testing.WithKafka;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;

/** A topic of two partitions with 200 records each, and groups on it that several replicas move. */
abstract class GroupsToMove extends WithKafka {

    String topic;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        kafka.produce(topic, 0, 200);
        kafka.produce(topic, 1, 200);
    }

    static String resets(String group) {
        return "/api/v1/clusters/local/groups/" + group + "/resets";
    }

    static String body(boolean dryRun, long to) {
        return "{\"dryRun\":" + dryRun + ",\"to\":" + to + ",\"acknowledgeInUse\":true}";
    }

    String group(long at) {
        String group = unique("group");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), at, new TopicPartition(topic, 1), at));
        return group;
    }

    Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }
}
