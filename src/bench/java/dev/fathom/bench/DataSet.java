package dev.fathom.bench;

import dev.fathom.testing.Kafka;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Groups that have committed to every partition of the same ten topics, each its own number of records behind on all of them. */
enum DataSet {
    S(100, 10),
    M(1_000, 10),
    L(1_000, 1_000);

    private static final int TOPICS = 10;
    private static final int RECORDS = 20;
    private static final int AT_ONCE = 20;

    final int groups;
    final int partitions;

    DataSet(int groups, int partitions) {
        this.groups = groups;
        this.partitions = partitions;
    }

    static String group(int number) {
        return String.format("bench-%04d", number);
    }

    List<String> ids() {
        return IntStream.range(0, groups).mapToObj(DataSet::group).toList();
    }

    List<TopicPartition> logs() {
        return IntStream.range(0, partitions)
                .mapToObj(i -> new TopicPartition("bench-topic-" + i % TOPICS, i / TOPICS))
                .toList();
    }

    /** How many records a group is behind on each partition. */
    static long lagEach(int group) {
        return group % RECORDS;
    }

    long lag(int group) {
        return lagEach(group) * partitions;
    }

    String size() {
        return String.format("%,d groups × %,d partitions", groups, partitions);
    }

    void fill(Kafka kafka) {
        for (int t = 0; t < TOPICS; t++) {
            kafka.topic("bench-topic-" + t, partitions / TOPICS, Map.of());
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (TopicPartition log : logs()) {
            for (int i = 0; i < RECORDS; i++) {
                byte[] number = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                records.add(new ProducerRecord<>(log.topic(), log.partition(), number, number));
            }
        }
        kafka.produce(records);
        for (int from = 0; from < groups; from += AT_ONCE) {
            List<KafkaFuture<Void>> sent = new ArrayList<>();
            for (int group = from; group < Math.min(groups, from + AT_ONCE); group++) {
                Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
                OffsetAndMetadata commit = new OffsetAndMetadata(RECORDS - lagEach(group));
                logs().forEach(log -> commits.put(log, commit));
                sent.add(kafka.admin()
                        .alterConsumerGroupOffsets(group(group), commits)
                        .all());
            }
            sent.forEach(Kafka::get);
        }
    }
}
