package dev.fathom.pool;

import dev.fathom.cluster.OwnTopics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How replicas share the work: each joins one consumer group on the status topic, and runs the members whose partition of it it
 * was given. Nothing is fetched. What this decides is only how many members exist, and where: which of them owns what is the
 * business of their own group, so a replica that does not know of a change yet does no harm.
 */
final class Coordination implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Coordination.class);

    /** The least that brokers take unless told otherwise; members of their own groups are given twice that and more. */
    private static final int SESSION_MILLIS = 6000;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final OwnTopics.Shape topic;
    private final String group;
    private final Supplier<Map<String, Object>> connection;
    private final Runnable changed;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Set<Integer> owned = Set.of();
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    Coordination(
            String cluster,
            OwnTopics.Shape topic,
            String group,
            Supplier<Map<String, Object>> connection,
            Runnable changed) {
        this.topic = topic;
        this.group = group;
        this.connection = connection;
        this.changed = changed;
        this.thread = new Thread(this::run, "fathom-pool-coordination-" + cluster);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether a partition of the status topic is this replica's. */
    boolean owns(int partition) {
        return owned.contains(partition);
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> joining =
                    new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = joining;
                joining.subscribe(List.of(topic.name()), new Shares(joining));
                while (!closed) {
                    joining.poll(POLL);
                }
                joining.close(CloseOptions.timeout(Duration.ofSeconds(1)));
            } catch (WakeupException e) {
                // Closing; leaves the group.
            } catch (KafkaException e) {
                LOG.warnf("Coordination of managed consumers failed and is restarted: %s", e.getMessage());
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(connection.get());
        properties.keySet().removeIf(key -> key.startsWith("group."));
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "fathom-pool-coordination");
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / 4);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        // Consecutive partitions to different replicas, so that the members of one consumer are spread.
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RoundRobinAssignor.class.getName());
        return properties;
    }

    private final class Shares implements ConsumerRebalanceListener {

        private final KafkaConsumer<byte[], byte[]> joined;

        private Shares(KafkaConsumer<byte[], byte[]> joined) {
            this.joined = joined;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            joined.pause(assigned);
            Set<Integer> now = assigned.stream().map(TopicPartition::partition).collect(Collectors.toSet());
            boolean topicGone = now.isEmpty() && joined.listTopics(POLL).get(topic.name()) == null;
            if (!topicGone && !now.equals(owned)) {
                owned = now;
                changed.run();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            // Members run on until it is known who runs them next: every rebalance of this group takes all partitions.
        }
    }

    void leave() {
        closed = true;
        KafkaConsumer<byte[], byte[]> joined = consumer;
        if (joined != null) {
            joined.wakeup();
        }
    }

    @Override
    public void close() {
        leave();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
