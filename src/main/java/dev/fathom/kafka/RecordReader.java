package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Required;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads records with a consumer that has no group, so nothing can be joined, committed or moved by it. Bytes in, bytes
 * out: no record can break the reading.
 */
final class RecordReader {

    private static final Logger LOG = Logger.getLogger(RecordReader.class);

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
        try {
            return with(properties(query), consumer -> read(query, consumer, asked));
        } catch (KafkaException e) {
            throw connection.translator().translate(e, asked);
        }
    }

    private RecordBatch read(RecordQuery query, KafkaConsumer<byte[], byte[]> consumer, String asked) {
        TopicPartition partition = of(query.partition());
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
            throw late(asked);
        }
        connection.probe().heard();
        return new RecordBatch(records, next, bytes >= query.maxBytes());
    }

    /** Of each log the first record, with one consumer for all of them that are not the same log twice. */
    List<Outcome<RecordBatch>> first(List<RecordQuery> queries) {
        List<Outcome<RecordBatch>> answers = new ArrayList<>(Collections.nCopies(queries.size(), null));
        Set<Integer> left =
                new TreeSet<>(IntStream.range(0, queries.size()).boxed().toList());
        while (!left.isEmpty()) {
            Map<dev.fathom.cluster.TopicPartition, Integer> together = new LinkedHashMap<>();
            Isolation isolation = queries.get(left.iterator().next()).isolation();
            left.stream()
                    .filter(at -> queries.get(at).isolation() == isolation)
                    .forEach(at -> together.putIfAbsent(queries.get(at).partition(), at));
            List<Integer> taken = List.copyOf(together.values());
            List<Outcome<RecordBatch>> read =
                    firstOf(taken.stream().map(queries::get).toList());
            for (int i = 0; i < taken.size(); i++) {
                answers.set(taken.get(i), read.get(i));
            }
            left.removeAll(taken);
        }
        return answers;
    }

    /** @param queries of different logs, and of one isolation */
    private List<Outcome<RecordBatch>> firstOf(List<RecordQuery> queries) {
        Map<TopicPartition, RecordBatch> found = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        queries.forEach(query -> ends.put(of(query.partition()), query.end()));
        try {
            with(firstOnly(queries.get(0).isolation()), consumer -> {
                consumer.assign(ends.keySet());
                queries.forEach(query -> consumer.seek(of(query.partition()), query.from()));
                return readFirst(consumer, ends, found);
            });
        } catch (KafkaException e) {
            // One log may be the reason, and is no reason for the others: they are asked one by one.
            LOG.debugf("%d logs were not read together: %s", queries.size(), e.getMessage());
        }
        return queries.stream()
                .map(query -> Optional.ofNullable(found.get(of(query.partition())))
                        .map(Outcome::known)
                        .orElseGet(() -> alone(query)))
                .toList();
    }

    private Outcome<RecordBatch> alone(RecordQuery query) {
        if (deadline.passed()) {
            return Outcome.failed(late("read topic \"" + query.partition().topic() + "\""));
        }
        try {
            return Outcome.known(read(query));
        } catch (ClusterException e) {
            return Outcome.failed(e);
        }
    }

    /** The timestamps of the first records at or after offsets; a partition without one there is left out. */
    Map<dev.fathom.cluster.TopicPartition, Instant> timestampsAt(Map<dev.fathom.cluster.TopicPartition, Long> offsets) {
        Map<TopicPartition, RecordBatch> found = new HashMap<>();
        Map<TopicPartition, Long> from = new HashMap<>();
        offsets.forEach((partition, offset) -> from.put(of(partition), offset));
        String asked = "read the timestamps of records (needs Read on the topics)";
        try {
            with(firstOnly(Isolation.READ_UNCOMMITTED), consumer -> {
                Map<TopicPartition, Long> ends =
                        new HashMap<>(consumer.endOffsets(from.keySet(), Duration.ofMillis(deadline.millisLeft())));
                ends.entrySet().removeIf(end -> Required.in(from, end.getKey()) >= end.getValue());
                consumer.assign(ends.keySet());
                ends.keySet().forEach(partition -> consumer.seek(partition, Required.in(from, partition)));
                return readFirst(consumer, ends, found);
            });
        } catch (KafkaException e) {
            throw connection.translator().translate(e, asked);
        }
        Map<dev.fathom.cluster.TopicPartition, Instant> timestamps = new HashMap<>();
        found.forEach((partition, batch) -> batch.records().stream()
                .findFirst()
                // Old clients write records without a time.
                .flatMap(LogRecord::timestamp)
                .ifPresent(timestamp -> timestamps.put(
                        new dev.fathom.cluster.TopicPartition(partition.topic(), partition.partition()), timestamp)));
        return timestamps;
    }

    /**
     * Reads each log from where the consumer stands to its first record, as far as the deadline allows.
     *
     * @param ends where to stop, exclusive, of each log the consumer is assigned
     * @param found takes what is found of each, also where a later one fails
     * @return the same
     */
    private Map<TopicPartition, RecordBatch> readFirst(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Map<TopicPartition, RecordBatch> found) {
        Set<TopicPartition> left = new HashSet<>(ends.keySet());
        while (!left.isEmpty() && !deadline.passed()) {
            for (ConsumerRecord<byte[], byte[]> read : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(read.topic(), read.partition());
                long end = Required.in(ends, partition);
                found.putIfAbsent(
                        partition,
                        read.offset() < end
                                ? new RecordBatch(List.of(record(read)), read.offset() + 1, false)
                                : new RecordBatch(List.of(), end, false));
            }
            for (TopicPartition partition : left) {
                if (!found.containsKey(partition)) {
                    long next = consumer.position(partition, Duration.ofMillis(deadline.millisLeft()));
                    if (next >= Required.in(ends, partition)) {
                        found.put(partition, new RecordBatch(List.of(), next, false));
                    }
                }
            }
            left.removeAll(found.keySet());
            // Not unassigned: the client would warn of answers that are still under way.
            consumer.pause(found.keySet());
        }
        if (!found.isEmpty()) {
            connection.probe().heard();
        }
        return found;
    }

    private ClusterException late(String asked) {
        return new ClusterException(
                ClusterException.Reason.TIMED_OUT,
                "Cluster \"" + connection.settings().name() + "\" did not answer in time when asked to " + asked + ".");
    }

    private static TopicPartition of(dev.fathom.cluster.TopicPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }

    /** @throws KafkaException also where no client can be made */
    private static <T> T with(Map<String, Object> properties, Function<KafkaConsumer<byte[], byte[]>, T> reading) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return reading.apply(consumer);
        } finally {
            // A broker that hangs would have it wait for the end of its fetches.
            consumer.close(CloseOptions.timeout(Duration.ofMillis(100)));
        }
    }

    private Map<String, Object> firstOnly(Isolation isolation) {
        Map<String, Object> properties = properties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.name().toLowerCase(Locale.ROOT));
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, SMALL_FETCH);
        return properties;
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
