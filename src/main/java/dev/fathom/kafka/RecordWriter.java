package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes one record as it is, with a producer of its own: it is told apart from every other, it may be as large as the topic
 * takes, and what went wrong with it is known of it alone. Records that are many are for the pool's {@code TopicWriter}.
 */
final class RecordWriter {

    private static final int USUAL_REQUEST = 1 << 20;
    /** What a producer estimates beside the content of a record. */
    private static final int SLACK = 1024;

    private static final int SLACK_OF_A_HEADER = 16;
    private static final int REQUEST_MILLIS = 4000;
    private static final long USUAL_BUFFER = 32L << 20;

    private final Connection connection;
    private final Deadline deadline;

    RecordWriter(Connection connection, Deadline deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /** The offset it has, once every in-sync replica has it. */
    Outcome<Long> write(TopicPartition log, LogRecord record) {
        String asked = "write a record to topic \"" + log.topic() + "\" (needs Write on it)";
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(record), new ByteArraySerializer(), new ByteArraySerializer())) {
            try {
                long offset = producer.send(copy(log, record))
                        .get(deadline.millisLeft(), TimeUnit.MILLISECONDS)
                        .offset();
                connection.probe().heard();
                return Outcome.known(offset);
            } finally {
                // What is in flight by now is not waited for: the deadline has passed.
                producer.close(Duration.ZERO);
            }
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        } catch (ExecutionException | TimeoutException | KafkaException | IllegalArgumentException e) {
            return Outcome.failed(connection.translator().translate(e, asked));
        }
    }

    private static ProducerRecord<byte[], byte[]> copy(TopicPartition log, LogRecord record) {
        List<Header> headers = record.headers().stream()
                .<Header>map(header -> new RecordHeader(header.key(), header.value()))
                .toList();
        Long timestamp = record.timestamp().map(Instant::toEpochMilli).orElse(null);
        return new ProducerRecord<>(log.topic(), log.partition(), timestamp, record.key(), record.value(), headers);
    }

    private Map<String, Object> properties(LogRecord record) {
        int most = (int) Math.min(Integer.MAX_VALUE, Math.max(USUAL_REQUEST, size(record)));
        Map<String, Object> properties = connection.clientProperties(Purpose.CHANGES);
        properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 0);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, most);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(USUAL_BUFFER, 2L * most));
        int left = deadline.millisLeft();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, left);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(REQUEST_MILLIS, left));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, left);
        return properties;
    }

    private static long size(LogRecord record) {
        long size = SLACK + (long) length(record.key()) + length(record.value());
        for (LogRecord.Header header : record.headers()) {
            size += SLACK_OF_A_HEADER
                    + header.key().getBytes(StandardCharsets.UTF_8).length
                    + (long) length(header.value());
        }
        return size;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
