package dev.fathom.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that define managed consumers on the main broker, and look there at what these do. */
public abstract class WithConsumers extends WithKafka {

    protected final Api api;
    protected Consumers consumers;

    protected WithConsumers(Api api) {
        this.api = api;
    }

    @BeforeEach
    final void watchConsumers() {
        consumers = new Consumers(api, "local");
    }

    @AfterEach
    final void deleteConsumers() {
        consumers.close();
    }

    /** The fields of a spec that reads all of a topic, as {@link Consumers#define} takes them. */
    protected static String reading(String topic, String more) {
        return "'topics':['" + topic + "'],'startFrom':'earliest'," + more;
    }

    protected static String to(Hook hook) {
        return "'sink':{'type':'webhook','url':'" + hook.url() + "'}";
    }

    protected static String to(String topic) {
        return "'sink':{'type':'topic','topic':'" + topic + "'}";
    }

    protected static String dead(String topic) {
        return "'deadLetter':{'topic':'" + topic + "'}";
    }

    protected static String group(String consumer) {
        return "fathom." + consumer;
    }

    /** What a consumer's group has committed; -1 for nothing. */
    protected long committed(String consumer, String topic, int partition) {
        OffsetAndMetadata commit = Kafka.get(
                        kafka.admin().listConsumerGroupOffsets(group(consumer)).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, partition));
        return commit == null ? -1 : commit.offset();
    }

    /** Everything in a topic now, however large. */
    protected List<ConsumerRecord<byte[], byte[]>> all(String topic, int partitions) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                kafka.consumer(Map.of("isolation.level", "read_committed", "max.partition.fetch.bytes", 16 << 20))) {
            List<TopicPartition> assigned = IntStream.range(0, partitions)
                    .mapToObj(number -> new TopicPartition(topic, number))
                    .toList();
            consumer.assign(assigned);
            Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
            return found;
        }
    }
}
