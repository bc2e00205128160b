package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.config.ClusterSettings;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The first records of many logs at once. */
@ResourceLock(Brokers.THE_PROXY)
class RecordReaderTest {

    private final Kafka kafka = new Kafka(Brokers.behindProxy().bootstrapServers());
    private final Connection connection = new Connection(
            new ClusterSettings(
                    "read",
                    Map.of("bootstrap.servers", Brokers.behindProxy().bootstrapServers()),
                    false,
                    false,
                    Duration.ofSeconds(5)),
            Clock.systemUTC());
    private final KafkaCluster cluster = new KafkaCluster(connection, false, Arrival.now());

    @AfterEach
    void close() {
        connection.close();
        kafka.close();
    }

    private static RecordQuery query(String topic, int partition, long from, long end, Isolation isolation) {
        return new RecordQuery(new TopicPartition(topic, partition), from, end, 1, 1024, isolation);
    }

    private static List<Long> offsets(Outcome<RecordBatch> read) {
        return read.orThrow().records().stream().map(LogRecord::offset).toList();
    }

    private String aborted() {
        String topic = kafka.topic(1);
        try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, new byte[1]));
            producer.flush();
            producer.abortTransaction();
        }
        return topic;
    }

    @Test
    void areReadTogetherEachFromItsOwnPlaceOn() {
        String topic = kafka.topic(2);
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        String aborted = aborted();

        List<Outcome<RecordBatch>> read = cluster.readFirst(List.of(
                query(topic, 0, 0, 10, Isolation.READ_COMMITTED),
                query(aborted, 0, 0, 2, Isolation.READ_COMMITTED),
                query(topic, 1, 7, 10, Isolation.READ_UNCOMMITTED),
                query(topic, 0, 4, 10, Isolation.READ_COMMITTED),
                query(aborted, 0, 0, 2, Isolation.READ_UNCOMMITTED)));

        assertThat(read.stream().map(RecordReaderTest::offsets).toList())
                .isEqualTo(List.of(List.of(0L), List.of(), List.of(7L), List.of(4L), List.of(0L)));
        assertThat(read.get(1).orThrow().nextOffset())
                .as("an aborted record and the marker after it")
                .isEqualTo(2);
    }

    /** The log of one begins after what is asked for, which the client says of all that it reads. */
    @Test
    void oneThatCannotBeReadIsNoReasonForTheOthers() {
        String topic = kafka.topic(2);
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        Kafka.get(kafka.admin()
                .deleteRecords(
                        Map.of(new org.apache.kafka.common.TopicPartition(topic, 0), RecordsToDelete.beforeOffset(5)))
                .all());

        List<Outcome<RecordBatch>> read = cluster.readFirst(List.of(
                query(topic, 0, 2, 10, Isolation.READ_COMMITTED), query(topic, 1, 3, 10, Isolation.READ_COMMITTED)));

        assertThat(read.get(0).problem()).isPresent();
        assertThat(offsets(read.get(1))).containsExactly(3L);
    }

    @Test
    void oneThatDoesNotAnswerInTimeIsSaidToBeLate() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 10);

        List<Outcome<RecordBatch>> read = cluster.readFirst(List.of(
                query(Kafka.unique("none"), 0, 0, 10, Isolation.READ_COMMITTED),
                query(topic, 0, 3, 10, Isolation.READ_COMMITTED)));

        assertThat(read.get(0).failed(ClusterException.Reason.TIMED_OUT)).isTrue();
        assertThat(offsets(read.get(1))).containsExactly(3L);
    }
}
