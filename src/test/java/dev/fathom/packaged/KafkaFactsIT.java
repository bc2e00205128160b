package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.testing.Kafka;
import dev.fathom.testing.WithKafka;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What Kafka does, on which the pool is built: each would be a surprise to somebody, and a reason to change the pool if it
 * were no longer so.
 */
@Execution(ExecutionMode.CONCURRENT)
class KafkaFactsIT extends WithKafka {

    private KafkaConsumer<byte[], byte[]> member(String group, Map<String, Object> more) {
        Map<String, Object> properties = new java.util.HashMap<>(more);
        properties.put("group.id", group);
        properties.put("enable.auto.commit", false);
        properties.put("heartbeat.interval.ms", 200);
        properties.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        return kafka.consumer(properties);
    }

    private static ConsumerRecords<byte[], byte[]> pollUntilAny(KafkaConsumer<byte[], byte[]> consumer) {
        for (int i = 0; i < 100; i++) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
            if (!records.isEmpty()) {
                return records;
            }
        }
        throw new AssertionError("nothing came");
    }

    private static void pollUntilOwning(KafkaConsumer<byte[], byte[]> consumer, int partitions) {
        for (int i = 0; i < 200 && consumer.assignment().size() != partitions; i++) {
            consumer.poll(Duration.ofMillis(100));
        }
        assertThat(consumer.assignment()).hasSize(partitions);
    }

    /** Rule 3: the end of a transaction is a marker behind its last record. */
    @Test
    void lastPlusOneLeavesALagAfterATransactionAndNextOffsetsDoesNot() {
        String topic = kafka.topic(1);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaProducer<byte[], byte[]> producer = kafka.transactional();
                KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(Map.of("isolation.level", "read_committed"))) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "a".getBytes()));
            producer.commitTransaction();
            consumer.assign(List.of(partition));

            ConsumerRecords<byte[], byte[]> records = pollUntilAny(consumer);

            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long last = records.records(partition).get(0).offset();
            assertThat(end - (last + 1)).isEqualTo(1);
            assertThat(end - records.nextOffsets().get(partition).offset()).isZero();
        }
    }

    /** Rule 4: nobody but the client keeps a member from committing what is another's. */
    @Test
    void theBrokerTakesACommitForAPartitionTheMemberDoesNotOwn() {
        String topic = kafka.topic(2);
        String group = Kafka.unique("fact");
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        try (KafkaConsumer<byte[], byte[]> one = member(group, Map.of());
                KafkaConsumer<byte[], byte[]> two = member(group, Map.of())) {
            one.subscribe(List.of(topic));
            pollUntilOwning(one, 2);
            two.subscribe(List.of(topic));
            for (int i = 0;
                    i < 200 && (one.assignment().size() != 1 || two.assignment().size() != 1);
                    i++) {
                one.poll(Duration.ofMillis(50));
                two.poll(Duration.ofMillis(50));
            }
            TopicPartition ofTwo = two.assignment().iterator().next();
            two.commitSync(Map.of(ofTwo, new OffsetAndMetadata(9)));

            one.commitSync(Map.of(ofTwo, new OffsetAndMetadata(1)));

            assertThat(two.committed(Set.of(ofTwo)).get(ofTwo).offset()).isEqualTo(1);
        }
    }

    /** Rule 6. */
    @Test
    void partitionsGainedInARebalanceComeUnpaused() {
        String topic = kafka.topic(2);
        String group = Kafka.unique("fact");
        try (KafkaConsumer<byte[], byte[]> one = member(group, Map.of())) {
            try (KafkaConsumer<byte[], byte[]> two = member(group, Map.of())) {
                one.subscribe(List.of(topic));
                two.subscribe(List.of(topic));
                for (int i = 0;
                        i < 200
                                && (one.assignment().size() != 1
                                        || two.assignment().size() != 1);
                        i++) {
                    one.poll(Duration.ofMillis(50));
                    two.poll(Duration.ofMillis(50));
                }
                one.pause(one.assignment());
            }
            Set<TopicPartition> pausedBefore = new HashSet<>(one.paused());
            pollUntilOwning(one, 2);

            assertThat(pausedBefore).hasSize(1);
            assertThat(one.paused()).isEqualTo(pausedBefore);
        }
    }

    /** Rule 7: nothing is thrown, and what lies below the old position is never seen. */
    @Test
    void aTopicMadeAnewIsReadOnWithoutAWord() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 5);
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(Map.of("auto.offset.reset", "none"))) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            assertThat(pollUntilAny(consumer).count()).isEqualTo(5);
            kafka.deleteTopic(topic);
            kafka.topic(topic, 1, Map.of());
            kafka.produce(topic, 0, 8);

            ConsumerRecords<byte[], byte[]> records = pollUntilAny(consumer);

            assertThat(records.records(partition).get(0).offset()).isEqualTo(5);
        }
    }

    /** What makes compare-and-set safe: whoever takes the id over ends what the other had begun. */
    @Test
    void anOlderWriterOfTheSameTransactionalIdIsFenced() {
        String topic = kafka.topic(1);
        String id = Kafka.unique("shared");
        try (KafkaProducer<byte[], byte[]> older = kafka.producer(Map.of("transactional.id", id));
                KafkaProducer<byte[], byte[]> newer = kafka.producer(Map.of("transactional.id", id))) {
            older.initTransactions();
            older.beginTransaction();
            older.send(new ProducerRecord<>(topic, "stale".getBytes()));
            older.flush();

            newer.initTransactions();
            newer.beginTransaction();
            newer.send(new ProducerRecord<>(topic, "right".getBytes()));
            newer.commitTransaction();

            assertThatThrownBy(older::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
        }
        try (KafkaConsumer<byte[], byte[]> reader = kafka.consumer(Map.of("isolation.level", "read_committed"))) {
            reader.assign(List.of(new TopicPartition(topic, 0)));
            assertThat(new String(pollUntilAny(reader).iterator().next().value()))
                    .isEqualTo("right");
        }
    }

    /** Why classic is the default: no client can ask for a shorter session than this. */
    @Test
    void theSessionOfTheNewProtocolIsTheBrokersAndLong() {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");

        String floor = Kafka.get(kafka.admin().describeConfigs(List.of(broker)).all())
                .get(broker)
                .get("group.consumer.min.session.timeout.ms")
                .value();

        assertThat(floor).isEqualTo("45000");
    }

    /** What a revoke callback may still do: the member owns what it is about to lose. */
    @Test
    void whatIsBeingRevokedCanStillBeCommitted() {
        String topic = kafka.topic(1);
        String group = Kafka.unique("fact");
        kafka.produce(topic, 0, 3);
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = member(group, Map.of())) {
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(3)));
                }

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                    // Nothing to do.
                }
            });
            pollUntilOwning(consumer, 1);
        }

        assertThat(Kafka.get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                        .get(partition)
                        .offset())
                .isEqualTo(3);
    }
}
