package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Required;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads records with a consumer that has no group, so nothing can be joined, committed or moved by it. Bytes in, bytes
 * out: no record can break the reading.
 */
final class RecordReader {

    private static final Duration POLL = Duration.ofMillis(200);
    /** A broker sends at least one batch of each partition, however little is asked for. */
    private static final int SMALL_FETCH = 1024;

    private final Connection connection;
    private final Purpose purpose;
    private final Deadline deadline;

    RecordReader(Connection connection, Purpose purpose, Deadline deadline) {
        this.purpose = purpose;
        this.connection = connection;
        this.deadline = deadline;
    }

    /** The records from the first wanted on, as far as limit, bytes, the end of the log and the deadline allow. */
    RecordBatch read(RecordQuery query) {
        String asked = "read records of topic \"" + query.partition().topic() + "\" (needs Read on the topic)";
        KafkaConsumer<byte[], byte[]> consumer;
        try {
            consumer = new KafkaConsumer<>(properties(query), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw connection.translator().translate(e, asked);
        }
        try {
            return read(query, consumer, asked);
        } catch (KafkaException e) {
            throw connection.translator().translate(e, asked);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofMillis(100)));
        }
    }

    private RecordBatch read(RecordQuery query, KafkaConsumer<byte[], byte[]> consumer, String asked) {
        TopicPartition partition =
                new TopicPartition(query.partition().topic(), query.partition().partition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, query.from());
        List<LogRecord> records = new ArrayList<>();
        long bytes = 0;
        long next = query.from();
        while (next < query.end() && records.size() < query.limit() && bytes < query.maxBytes() && !deadline.passed()) {
            for (ConsumerRecord<byte[], byte[]> read : consumer.poll(POLL).records(partition)) {
                if (read.offset() >= query.end() || records.size() >= query.limit() || bytes >= query.maxBytes()) {
                    return new RecordBatch(records, next, bytes >= query.maxBytes());
                }
                LogRecord record = record(read);
                records.add(record);
                bytes += size(record);
                next = read.offset() + 1;
            }
            if (records.size() < query.limit() && bytes < query.maxBytes()) {
                next = Math.max(next, consumer.position(partition, Duration.ofMillis(deadline.millisLeft())));
            }
        }
        if (records.isEmpty() && next == query.from() && next < query.end()) {
            throw new ClusterException(
                    ClusterException.Reason.TIMED_OUT,
                    "Cluster \"" + connection.settings().name() + "\" did not answer in time when asked to " + asked
                            + ".");
        }
        connection.probe().heard();
        return new RecordBatch(records, next, bytes >= query.maxBytes());
    }

    /** The timestamps of the first records at or after offsets; a partition without one there is left out. */
    Map<dev.fathom.cluster.TopicPartition, Instant> timestampsAt(Map<dev.fathom.cluster.TopicPartition, Long> offsets) {
        Map<dev.fathom.cluster.TopicPartition, Instant> found = new HashMap<>();
        Map<String, Object> properties = properties();
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, SMALL_FETCH);
        Map<TopicPartition, Long> left = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> left.put(new TopicPartition(partition.topic(), partition.partition()), offset));
        String asked = "read the timestamps of records (needs Read on the topics)";
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(left.keySet());
            Map<TopicPartition, Long> ends =
                    consumer.endOffsets(left.keySet(), Duration.ofMillis(deadline.millisLeft()));
            left.forEach(consumer::seek);
            left.entrySet().removeIf(entry -> entry.getValue() >= Required.in(ends, entry.getKey()));
            while (!left.isEmpty() && !deadline.passed()) {
                consumer.assign(left.keySet());
                for (ConsumerRecord<byte[], byte[]> read : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(read.topic(), read.partition());
                    // Old clients write records without a time, which has a negative one.
                    if (left.remove(partition) != null && read.timestamp() >= 0) {
                        found.put(
                                new dev.fathom.cluster.TopicPartition(read.topic(), read.partition()),
                                Instant.ofEpochMilli(read.timestamp()));
                    }
                }
                left.keySet()
                        .removeIf(partition -> consumer.position(partition, Duration.ofMillis(deadline.millisLeft()))
                                >= Required.in(ends, partition));
            }
            return found;
        } catch (KafkaException e) {
            throw connection.translator().translate(e, asked);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = connection.clientProperties(purpose);
        properties.keySet().removeIf(key -> key.startsWith("group."));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return properties;
    }

    private Map<String, Object> properties(RecordQuery query) {
        Map<String, Object> properties = properties();
        properties.put(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, query.isolation().name().toLowerCase(Locale.ROOT));
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, query.limit());
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, (int) query.maxBytes());
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, (int) query.maxBytes());
        return properties;
    }

    private static LogRecord record(ConsumerRecord<byte[], byte[]> read) {
        return new LogRecord(
                read.offset(),
                read.timestamp() < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(read.timestamp())),
                LogRecord.TimestampType.valueOf(read.timestampType().name()),
                read.key(),
                read.value(),
                StreamSupport.stream(read.headers().spliterator(), false)
                        .map(header -> new LogRecord.Header(header.key(), header.value()))
                        .toList());
    }

    private static long size(LogRecord record) {
        long size = length(record.key()) + length(record.value());
        for (LogRecord.Header header : record.headers()) {
            size += header.key().length() + length(header.value());
        }
        return size;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
