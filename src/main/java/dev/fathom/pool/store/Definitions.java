package dev.fathom.pool.store;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.ConflictException;
import dev.fathom.pool.definition.Definition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
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

/**
 * Changes definitions, one change at a time over all replicas.
 *
 * <p>All writers share one transactional id. A write first takes that id over, which fences every other writer and ends what
 * it had begun; then it reads the log to its end, looks at what stands there, and writes. Whoever was overtaken in between
 * cannot commit any more and begins again with what the other wrote. A check by readers alone would not do: compaction may
 * keep a record that every reader has refused.
 */
public final class Definitions {

    private static final Logger LOG = Logger.getLogger(Definitions.class);

    private static final int MOST_TRIES = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** The most bytes of one definition. */
    public static final int MOST_BYTES = 64 << 10;

    private final Supplier<Cluster> cluster;
    private final Supplier<Map<String, Object>> connection;
    private final PoolLog log;

    /** @param cluster gives a handle whose deadline starts then */
    public Definitions(Supplier<Cluster> cluster, Supplier<Map<String, Object>> connection, PoolLog log) {
        this.cluster = cluster;
        this.connection = connection;
        this.log = log;
    }

    /** A definition would be larger than one may be. */
    public static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLargeException(int bytes) {
            super("The definition takes " + bytes + " bytes; it may take " + MOST_BYTES + ".");
        }
    }

    /**
     * Changes one definition, or makes or forgets it.
     *
     * @param change from what stands there, knowing all others; empty to forget it, the same to leave it; called again when
     *     another write came first
     * @return what stands there then
     * @throws ConflictException when others came first again and again
     * @throws ClusterException when it was not written, or nobody knows whether it was
     */
    public synchronized Optional<Definition> change(
            String name, Function<SortedMap<String, Definition>, Optional<Definition>> change) {
        make();
        Optional<Optional<Definition>> tried = Optional.empty();
        KafkaException last = null;
        for (int i = 0; i < MOST_TRIES; i++) {
            refuseWhenLost();
            try (KafkaProducer<byte[], byte[]> producer = producer()) {
                producer.initTransactions();
                SortedMap<String, Definition> all = readToTheEnd();
                refuseWhenLost();
                Optional<Definition> there = Optional.ofNullable(all.get(name));
                if (tried.isPresent() && tried.get().equals(there)) {
                    // The try before came through after all.
                    return there;
                }
                Optional<Definition> next = change.apply(all);
                if (next.equals(there)) {
                    return next;
                }
                tried = Optional.of(next);
                write(producer, Map.of(name, next.map(StoredForm::bytes)));
                readToTheEnd();
                return next;
            } catch (TimeoutException | AuthorizationException e) {
                throw begun(tried.isPresent(), translated(e));
            } catch (ClusterException e) {
                throw begun(tried.isPresent(), e);
            } catch (KafkaException e) {
                // Another replica came in between, which the client says in many ways: again, with what that one wrote.
                LOG.debugf(e, "Definitions are written again");
                last = e;
            }
        }
        if (!anotherCameFirst(last)) {
            throw begun(tried.isPresent(), translated(last));
        }
        throw new ConflictException("Managed consumers are being changed by others again and again; try once more.");
    }

    /**
     * Writes everything this replica holds into the definitions' topic, which is made if it is gone.
     *
     * @return how many were written
     */
    public synchronized int restore() {
        make();
        List<Definition> held = new ArrayList<>(log.held().values());
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            producer.initTransactions();
            Map<String, Optional<byte[]>> all = new HashMap<>();
            held.forEach(definition -> all.put(definition.name(), Optional.of(StoredForm.bytes(definition))));
            all.put(HeldDefinitions.RESTORED, Optional.of(new byte[] {'1'}));
            write(producer, all);
            log.lookAgain();
            readToTheEnd();
        } catch (KafkaException e) {
            throw begun(true, translated(e));
        } catch (ClusterException e) {
            throw begun(true, e);
        }
        return held.size();
    }

    private static ClusterException begun(boolean sent, ClusterException failure) {
        return sent
                ? failure.begun("It was begun, and may have been done: look at the consumer before you send it again.")
                : failure;
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

    private SortedMap<String, Definition> readToTheEnd() {
        TopicPartition partition = new TopicPartition(log.topics().definitions().name(), 0);
        long end = cluster.get()
                .offsets(LogPoint.Named.LAST, List.of(partition))
                .await()
                .get(partition)
                .orThrow()
                .orElseThrow()
                .offset();
        log.awaitDefinitions(end, PATIENCE);
        return log.held();
    }

    private void write(KafkaProducer<byte[], byte[]> producer, Map<String, Optional<byte[]>> records) {
        records.values().forEach(bytes -> bytes.filter(value -> value.length > MOST_BYTES)
                .ifPresent(value -> {
                    throw new TooLargeException(value.length);
                }));
        producer.beginTransaction();
        List<Future<?>> sent = new ArrayList<>();
        // The marker last: what comes before it is all there is.
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
     * Whether another replica has taken the transactional id over. The client says so plainly to whatever it learns it by;
     * what is called after that, or was under way, fails with this as its cause or is given up as aborted.
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
