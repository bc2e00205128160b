package dev.fathom.pool.store;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.worker.MemberReport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The pool's topics on one cluster, read by one thread as long as the service runs: what it holds is what every replica
 * holds, a moment later.
 */
public final class PoolLog implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(PoolLog.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Supplier<Cluster> cluster;
    private final Supplier<Map<String, Object>> connection;
    private final PoolTopics topics;
    private final Runnable changed;
    private final Thread thread;

    private final Object monitor = new Object();
    private final HeldDefinitions definitions;
    private final Map<String, MemberReport> reports = new ConcurrentHashMap<>();
    /** The last report of a member that has ended: its successor may have reported before it. */
    private final Map<String, MemberReport> lastWords = new ConcurrentHashMap<>();

    private volatile boolean closed;
    private volatile boolean look = true;
    private volatile Optional<ClusterException> problem = Optional.empty();
    /** Whether the topics exist; empty until that was asked. */
    private volatile Optional<Boolean> there = Optional.empty();
    /** Whether both topics were read to where they ended when this began to read them. */
    private volatile boolean caughtUp;

    private @Nullable String definitionsId;
    private volatile @Nullable String statusId;
    private volatile long position;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param cluster gives a handle whose deadline starts then
     * @param changed told after definitions or reports have changed
     */
    public PoolLog(
            String name,
            Supplier<Cluster> cluster,
            Supplier<Map<String, Object>> connection,
            PoolTopics topics,
            Runnable changed) {
        this.cluster = cluster;
        this.connection = connection;
        this.topics = topics;
        this.changed = changed;
        this.definitions = new HeldDefinitions(topics.definitions().name());
        this.thread = new Thread(this::run, "fathom-pool-log-" + name);
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    PoolTopics topics() {
        return topics;
    }

    /** Checks at once whether the topics exist. */
    void lookAgain() {
        look = true;
    }

    public SortedMap<String, Definition> held() {
        return definitions.all();
    }

    /** By key: uid and slot. */
    public Collection<MemberReport> reports() {
        return reports.values();
    }

    /** The last report of the member that ended last, whether or not another runs by now. */
    Optional<MemberReport> lastWords(String key) {
        return Optional.ofNullable(lastWords.get(key));
    }

    public boolean ready() {
        return caughtUp;
    }

    /** Whether the status topic is missing, so that reports are lost. */
    public boolean statusMissing() {
        return caughtUp && statusId == null;
    }

    /** Why the definitions' topic is lost; empty when it is not. */
    public Optional<String> lost() {
        return definitions.lost();
    }

    /**
     * All definitions, by name.
     *
     * @throws ClusterException when they could not be read in time
     */
    public SortedMap<String, Definition> definitions(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (monitor) {
            while (!caughtUp && !there.equals(Optional.of(false))) {
                if (problem.isPresent()) {
                    throw problem.get();
                }
                await(end);
            }
        }
        return definitions.all();
    }

    /** Waits until everything below an offset of the definitions is held. */
    void awaitDefinitions(long offset, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (monitor) {
            while (!caughtUp || position < offset) {
                await(end);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // Those who call it do so in a loop.
    private void await(long end) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || closed) {
            throw problem.orElseGet(() -> new ClusterException(
                    Reason.TIMED_OUT,
                    "The topic \"" + topics.definitions().name() + "\" of managed consumers was not read in time."));
        }
        try {
            monitor.wait(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(Reason.UNAVAILABLE, "The service is shutting down.", e);
        }
    }

    private void run() {
        long looked = 0;
        while (!closed) {
            try {
                if (look || System.nanoTime() - looked > LOOK_NANOS) {
                    look = false;
                    looked = System.nanoTime();
                    attach();
                }
                KafkaConsumer<byte[], byte[]> reader = consumer;
                if (reader == null || reader.assignment().isEmpty()) {
                    LockSupport.parkNanos(POLL.toNanos());
                } else {
                    read(reader);
                }
            } catch (WakeupException e) {
                // Closing.
            } catch (ClusterException e) {
                failed(e);
            } catch (KafkaException e) {
                failed(new ClusterException(
                        Reason.UNAVAILABLE, "The topics of managed consumers cannot be read: " + e.getMessage(), e));
            }
        }
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(POLL));
        }
    }

    private void failed(ClusterException failure) {
        if (!closed) {
            LOG.debugf("The pool's topics: %s", failure.getMessage());
            synchronized (monitor) {
                problem = Optional.of(failure);
                monitor.notifyAll();
            }
            LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
    }

    /** Finds out which incarnations of the topics exist, and reads new ones from the beginning. */
    private void attach() {
        Map<String, String> ids = cluster.get()
                .ownTopics()
                .ids(List.of(topics.definitions().name(), topics.status().name()));
        String definitionsNow = ids.get(topics.definitions().name());
        String statusNow = ids.get(topics.status().name());
        if (statusNow == null) {
            statusId = null;
        }
        if (definitionsNow == null) {
            gone();
        } else if (!definitionsNow.equals(definitionsId) || (statusNow != null && !statusNow.equals(statusId))) {
            readFromStart(definitionsNow, statusNow);
        }
        synchronized (monitor) {
            there = Optional.of(definitionsNow != null);
            problem = Optional.empty();
            monitor.notifyAll();
        }
    }

    private void gone() {
        definitions.gone();
        if (definitions.all().isEmpty()) {
            caughtUp = false;
        }
        position = 0;
        definitionsId = null;
    }

    private void readFromStart(String definitionsNow, @Nullable String statusNow) {
        boolean another = !definitionsNow.equals(definitionsId);
        if (another) {
            definitions.another();
            position = 0;
        }
        KafkaConsumer<byte[], byte[]> reader = consumer;
        if (reader == null) {
            reader = new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = reader;
        }
        List<TopicPartition> all = new ArrayList<>();
        TopicPartition own = new TopicPartition(topics.definitions().name(), 0);
        all.add(own);
        if (statusNow != null) {
            for (int i = 0; i < topics.status().partitions(); i++) {
                all.add(new TopicPartition(topics.status().name(), i));
            }
        }
        reader.assign(all);
        if (another) {
            reader.seekToBeginning(List.of(own));
        } else {
            reader.seek(own, position);
        }
        if (statusNow != null && !statusNow.equals(statusId)) {
            reader.seekToBeginning(all.subList(1, all.size()));
        }
        definitionsId = definitionsNow;
        statusId = statusNow;
        toTheEnd(reader, all);
    }

    private void toTheEnd(KafkaConsumer<byte[], byte[]> reader, List<TopicPartition> all) {
        Map<TopicPartition, Long> ends = reader.endOffsets(all, Duration.ofSeconds(5));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        boolean there = false;
        while (!there && !closed) {
            read(reader);
            there = ends.entrySet().stream()
                    .allMatch(end -> reader.position(end.getKey(), Duration.ofSeconds(5)) >= end.getValue());
            if (System.nanoTime() > deadline) {
                throw new ClusterException(
                        Reason.TIMED_OUT, "The topics of managed consumers were not read to their end in time.");
            }
        }
        definitions.wholly();
        synchronized (monitor) {
            caughtUp = true;
            monitor.notifyAll();
        }
        changed.run();
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(connection.get());
        properties.keySet().removeIf(key -> key.startsWith("group."));
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "fathom-pool-log");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return properties;
    }

    private void read(KafkaConsumer<byte[], byte[]> reader) {
        boolean any = false;
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            if (record.topic().equals(topics.definitions().name())) {
                definitions.take(key, record.value());
            } else {
                takeReport(key, record.value());
            }
            any = true;
        }
        TopicPartition own = new TopicPartition(topics.definitions().name(), 0);
        if (reader.assignment().contains(own)) {
            long reached = reader.position(own, Duration.ofSeconds(5));
            if (reached != position) {
                synchronized (monitor) {
                    position = reached;
                    monitor.notifyAll();
                }
            }
        }
        if (any) {
            changed.run();
        }
    }

    private void takeReport(String key, byte[] value) {
        Optional<MemberReport> report = value == null ? Optional.empty() : StoredForm.read(value, MemberReport.class);
        if (report.isPresent()) {
            reports.put(key, report.get());
        } else {
            reports.remove(key);
            lastWords.remove(key);
        }
        report.filter(said -> !said.state().live()).ifPresent(said -> lastWords.put(key, said));
    }

    @Override
    public void close() {
        closed = true;
        synchronized (monitor) {
            monitor.notifyAll();
        }
        KafkaConsumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
