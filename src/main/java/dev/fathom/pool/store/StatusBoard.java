package dev.fathom.pool.store;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.pool.worker.Checkpoints.Checkpoint;
import dev.fathom.pool.worker.MemberReport;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.pool.worker.MemberState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The last reports of members, for every replica. */
public final class StatusBoard implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StatusBoard.class);
    /** The slot of reports that no member wrote, on where a group was moved. */
    public static final int MOVED = -1;

    private final PoolLog log;
    private final Supplier<Map<String, Object>> connection;
    private final Clock clock;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private boolean closed;

    public StatusBoard(PoolLog log, Supplier<Map<String, Object>> connection, Clock clock) {
        this.log = log;
        this.connection = connection;
        this.clock = clock;
    }

    /** The last report of each member of a consumer. */
    public List<MemberReport> of(String uid) {
        return log.reports().stream()
                .filter(report -> report.uid().equals(uid) && report.slot() >= 0)
                .sorted(Comparator.comparingInt(MemberReport::slot))
                .toList();
    }

    public Optional<MemberReport> of(String uid, int slot) {
        return of(uid).stream().filter(report -> report.slot() == slot).findFirst();
    }

    /** The last report of the member of a slot that ended last, whether or not another runs by now. */
    public Optional<MemberReport> lastWords(String uid, int slot) {
        return log.lastWords(key(uid, slot));
    }

    /** The last commit reported for a partition of a topic of this id, by a member or by whoever moved the group. */
    public Optional<Checkpoint> checkpoint(String uid, @Nullable String topicId, TopicPartition partition) {
        return log.reports().stream()
                .filter(report -> report.uid().equals(uid))
                .flatMap(report -> Stream.concat(report.partitions().stream(), report.left().stream())
                        .filter(said -> said.topic().equals(partition.topic())
                                && said.partition() == partition.partition()
                                && (said.committed() != null || report.slot() == MOVED)
                                && topicId != null
                                && topicId.equals(said.topicId())))
                .max(Comparator.comparing(PartitionReport::at))
                .map(said -> new Checkpoint(Optional.ofNullable(said.committed()), said.at()));
    }

    /**
     * Records that a group was moved, which outdates the commits its members reported.
     *
     * @param commits by partition; one without an offset was deleted
     */
    public void moved(String consumer, String uid, long generation, List<PartitionReport> commits) {
        Instant now = clock.instant();
        Map<TopicPartition, PartitionReport> all = new HashMap<>();
        // An earlier move of other partitions stays: members may not have reported on them since.
        log.reports().stream()
                .filter(report -> report.uid().equals(uid) && report.slot() == MOVED)
                .flatMap(report -> report.partitions().stream())
                .forEach(said -> all.put(new TopicPartition(said.topic(), said.partition()), said));
        commits.forEach(said -> all.put(new TopicPartition(said.topic(), said.partition()), said));
        write(new MemberReport(
                consumer,
                uid,
                MOVED,
                "",
                now,
                generation,
                MemberState.STOPPED,
                now,
                null,
                null,
                List.copyOf(all.values()),
                List.of(),
                MemberReport.Totals.NONE,
                null,
                List.of()));
    }

    /** Writes a report without waiting; the next one makes up for one that is lost. */
    public void write(MemberReport report) {
        send(report.uid(), report.slot(), StoredForm.bytes(report));
    }

    public void forget(String uid) {
        log.reports().stream()
                .filter(report -> report.uid().equals(uid))
                .forEach(report -> send(uid, report.slot(), null));
    }

    private void send(String uid, int slot, byte @Nullable [] value) {
        String key = key(uid, slot);
        int partition = partition(uid, Math.max(0, slot));
        try {
            KafkaProducer<byte[], byte[]> sending = producer();
            if (sending != null) {
                var unused = sending.send(
                        new ProducerRecord<>(
                                log.topics().status().name(), partition, key.getBytes(StandardCharsets.UTF_8), value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                LOG.debugf("A report of %s was not written: %s", key, failure.getMessage());
                            }
                        });
            }
        } catch (KafkaException | IllegalStateException e) {
            LOG.debugf("A report of %s was not written: %s", key, e.getMessage());
        }
    }

    private static String key(String uid, int slot) {
        return uid + "/" + slot;
    }

    /** The partition of the status topic for a slot; consecutive slots have consecutive partitions. */
    public static int partition(String uid, int slot) {
        return Math.floorMod(uid.hashCode() + slot, PoolTopics.STATUS_PARTITIONS);
    }

    private synchronized @Nullable KafkaProducer<byte[], byte[]> producer() {
        if (producer == null && !closed) {
            Map<String, Object> properties = new HashMap<>(connection.get());
            properties.put(ProducerConfig.CLIENT_ID_CONFIG, "fathom-pool-status");
            properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1000);
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4000);
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8000);
            properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
            properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> last;
        synchronized (this) {
            closed = true;
            last = producer;
        }
        if (last != null) {
            last.close(Duration.ofSeconds(1));
        }
    }
}
