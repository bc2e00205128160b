package dev.fathom.pool.store;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.ConflictException;
import dev.fathom.pool.definition.Definition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes definitions, one write at a time over all replicas. A write may hold several changes, each based on the one before
 * it.
 *
 * <p>All writers share one transactional id. A writer first takes the id over, which fences every other writer and aborts its
 * transaction; then it reads the log to its end and writes. A writer that was fenced starts again from what the other wrote. A
 * check by readers alone is not enough: compaction may keep a record that every reader has refused.
 */
public final class Definitions implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Definitions.class);

    private static final int MOST_TRIES = 8;
    private static final int MOST_TOGETHER = 100;

    private static final Duration CLOSING = Duration.ofSeconds(1);
    private static final Duration BEFORE_TAKING_OVER = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    public static final int MOST_BYTES = 64 << 10;

    private final Supplier<Cluster> cluster;
    private final Supplier<Map<String, Object>> connection;
    private final PoolLog log;
    private final Queue<WantedChange> waiting = new ConcurrentLinkedQueue<>();
    /** Held by the thread that writes for all that wait. */
    private final ReentrantLock writing = new ReentrantLock();

    private @Nullable KafkaProducer<byte[], byte[]> writer;

    /** @param cluster gives a handle whose deadline starts then */
    public Definitions(Supplier<Cluster> cluster, Supplier<Map<String, Object>> connection, PoolLog log) {
        this.cluster = cluster;
        this.connection = connection;
        this.log = log;
    }

    public static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLargeException(int bytes) {
            super("The definition takes " + bytes + " bytes; it may take " + MOST_BYTES + ".");
        }
    }

    /**
     * Changes, creates or deletes one definition. Changes others ask for meanwhile are written with it.
     *
     * @param change given all definitions; empty to delete this one, the same to leave it; called again when another write came
     *     first
     * @return the definition after the change
     * @throws ConflictException when other writers kept coming first
     * @throws ClusterException when it was not written, or nobody knows whether it was
     */
    public Optional<Definition> change(
            String name, Function<SortedMap<String, Definition>, Optional<Definition>> change) {
        WantedChange mine = new WantedChange(name, change);
        waiting.add(mine);
        writing.lock();
        try {
            while (!mine.ended()) {
                writeTogether();
            }
        } finally {
            writing.unlock();
        }
        return mine.outcome();
    }

    /** Writes everything that waits, one change of each name: whether a try succeeded is told by what is read back. */
    private void writeTogether() {
        Map<String, WantedChange> together = new LinkedHashMap<>();
        for (Iterator<WantedChange> all = waiting.iterator(); all.hasNext(); ) {
            WantedChange next = all.next();
            if (together.size() < MOST_TOGETHER && together.putIfAbsent(next.name(), next) == null) {
                all.remove();
            }
        }
        try {
            make();
            tryRepeatedly(together.values());
        } catch (RuntimeException e) {
            fail(together.values(), e);
        } catch (Error e) {
            fail(together.values(), new IllegalStateException(e));
            throw e;
        }
    }

    private static void fail(Collection<WantedChange> together, RuntimeException why) {
        together.forEach(wanted -> wanted.fail(why));
    }

    private void tryRepeatedly(Collection<WantedChange> together) {
        KafkaException last = null;
        for (int i = 0; i < MOST_TRIES; i++) {
            refuseWhenLost();
            try {
                write(together);
                return;
            } catch (TimeoutException | AuthorizationException e) {
                letGo();
                throw translated(e);
            } catch (KafkaException e) {
                // Another replica came in between, which the client reports in many ways: try again with what it wrote.
                LOG.debugf(e, "Definitions are written again");
                letGo();
                last = e;
            } catch (RuntimeException e) {
                letGo();
                throw e;
            }
        }
        if (last != null && !anotherCameFirst(last)) {
            throw translated(last);
        }
        throw new ConflictException("Other writers keep changing managed consumers; try again.");
    }

    private void write(Collection<WantedChange> together) {
        SortedMap<String, Definition> all = new TreeMap<>(readBeforeWriting());
        KafkaProducer<byte[], byte[]> producer = writer();
        refuseWhenLost();
        Map<String, Optional<byte[]>> records = new HashMap<>();
        List<WantedChange> written = new ArrayList<>();
        for (WantedChange wanted : together) {
            if (!wanted.ended()) {
                wanted.plan(all).ifPresent(bytes -> {
                    records.put(wanted.name(), bytes);
                    written.add(wanted);
                });
            }
        }
        if (!records.isEmpty()) {
            write(producer, records);
            readToTheEnd(PATIENCE);
            written.forEach(WantedChange::written);
        }
    }

    /** The log cannot be read past the open transaction of a writer that is gone; taking the id over aborts it. */
    private SortedMap<String, Definition> readBeforeWriting() {
        if (writer != null) {
            try {
                return readToTheEnd(BEFORE_TAKING_OVER);
            } catch (ClusterException e) {
                LOG.debugf("The writer of definitions is recreated: %s", e.getMessage());
                letGo();
            }
        }
        writer();
        return readToTheEnd(PATIENCE);
    }

    static void refuseTooLarge(Optional<byte[]> bytes) {
        bytes.filter(value -> value.length > MOST_BYTES).ifPresent(value -> {
            throw new TooLargeException(value.length);
        });
    }

    /**
     * Writes everything this replica holds into the definitions' topic, which is created if it is gone.
     *
     * @return how many were written
     */
    public int restore() {
        writing.lock();
        try {
            // The topic may have been recreated.
            letGo();
            make();
            List<Definition> held = new ArrayList<>(log.held().values());
            Map<String, Optional<byte[]>> all = new HashMap<>();
            held.forEach(definition -> all.put(definition.name(), Optional.of(StoredForm.bytes(definition))));
            all.put(HeldDefinitions.RESTORED, Optional.of(new byte[] {'1'}));
            write(writer(), all);
            log.lookAgain();
            readToTheEnd(PATIENCE);
            return held.size();
        } catch (KafkaException e) {
            throw begun(translated(e));
        } catch (ClusterException e) {
            throw begun(e);
        } finally {
            letGo();
            writing.unlock();
        }
    }

    /**
     * The producer that has taken the id over; its next write tells whether another has since. Kept, since taking the id over
     * costs more than a write.
     */
    private KafkaProducer<byte[], byte[]> writer() {
        if (writer == null) {
            KafkaProducer<byte[], byte[]> made = producer();
            try {
                made.initTransactions();
            } catch (RuntimeException e) {
                made.close(Duration.ZERO);
                throw e;
            }
            writer = made;
        }
        return writer;
    }

    private void letGo() {
        if (writer != null) {
            writer.close(CLOSING);
            writer = null;
        }
    }

    @Override
    public void close() {
        writing.lock();
        try {
            letGo();
        } finally {
            writing.unlock();
        }
    }

    /** What was sent may have been done. */
    static ClusterException begun(ClusterException failure) {
        return failure.begun("It was started and may have been done: look at the consumer before you send it again.");
    }

    private void make() {
        Cluster handle = cluster.get();
        if (!log.ready() || log.lost().isPresent()) {
            handle.ownTopics().make(log.topics().definitions());
            handle.ownTopics().make(log.topics().status());
            log.lookAgain();
        }
    }

    private void refuseWhenLost() {
        log.lost().ifPresent(why -> {
            throw new ClusterException(Reason.UNAVAILABLE, why);
        });
    }

    private SortedMap<String, Definition> readToTheEnd(Duration patience) {
        TopicPartition partition = new TopicPartition(log.topics().definitions().name(), 0);
        long end = Required.in(
                        cluster.get()
                                .offsets(LogPoint.Named.LAST, List.of(partition))
                                .await(),
                        partition)
                .orThrow()
                .orElseThrow()
                .offset();
        log.awaitDefinitions(end, patience);
        return log.held();
    }

    private void write(KafkaProducer<byte[], byte[]> producer, Map<String, Optional<byte[]>> records) {
        records.values().forEach(Definitions::refuseTooLarge);
        producer.beginTransaction();
        List<Future<?>> sent = new ArrayList<>();
        // The marker comes last, after all definitions.
        records.entrySet().stream()
                .sorted((one, other) -> one.getKey().compareTo(other.getKey()))
                .forEach(record -> sent.add(producer.send(new ProducerRecord<>(
                        log.topics().definitions().name(),
                        0,
                        record.getKey().getBytes(StandardCharsets.UTF_8),
                        record.getValue().orElse(null)))));
        for (Future<?> each : sent) {
            await(each);
        }
        producer.commitTransaction();
    }

    private static void await(Future<?> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException kafka) {
                throw kafka;
            }
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(Reason.UNAVAILABLE, "The service is shutting down.", e);
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(connection.get());
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "fathom-pool-definitions");
        properties.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                log.topics().definitions().name());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() - 1000);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) PATIENCE.toMillis() * 2);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Whether another replica has taken the transactional id over: the client says so by the failure itself, by its cause, or
     * by aborting the transaction.
     */
    private static boolean anotherCameFirst(KafkaException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof TransactionAbortedException) {
                return true;
            }
        }
        return false;
    }

    private ClusterException translated(KafkaException e) {
        String what = "write to the topic \"" + log.topics().definitions().name() + "\"";
        if (e instanceof AuthorizationException) {
            return new ClusterException(
                    Reason.NOT_AUTHORIZED,
                    "The cluster's ACLs do not let the service " + what
                            + ": it needs Write on the topic and on the transactional id of that name.",
                    e);
        }
        return new ClusterException(
                e instanceof TimeoutException ? Reason.TIMED_OUT : Reason.UNAVAILABLE,
                "The cluster did not let the service " + what + " now.",
                e);
    }
}
