package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The producer and the consumer of the service's own topics on one cluster, each made when first needed. */
final class JournalClients implements AutoCloseable {

    private final Connection connection;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    JournalClients(Connection connection) {
        this.connection = connection;
    }

    synchronized KafkaProducer<byte[], byte[]> producer() {
        refuseWhenClosed();
        if (producer == null) {
            Map<String, Object> properties = connection.clientProperties(Purpose.JOURNAL);
            int patience = (int) connection.settings().callTimeout().toMillis();
            properties.put(ProducerConfig.ACKS_CONFIG, "all");
            properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
            properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience);
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patience);
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patience);
            properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20);
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new ClusterException(Reason.UNAVAILABLE, "The service is shutting down.");
        }
    }

    /** Reads with the one consumer, which only one thread may use at a time. */
    <T> T reading(Deadline deadline, Function<KafkaConsumer<byte[], byte[]>, T> action) {
        try {
            if (!reading.tryLock(deadline.millisLeft(), TimeUnit.MILLISECONDS)) {
                throw new ClusterException(
                        Reason.TIMED_OUT, "Gave up waiting for the journal, which another call is reading.");
            }
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        }
        try {
            refuseWhenClosed();
            if (consumer == null) {
                consumer = new KafkaConsumer<>(
                        consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            }
            return action.apply(consumer);
        } finally {
            reading.unlock();
        }
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = connection.clientProperties(Purpose.JOURNAL);
        properties.keySet().removeIf(key -> key.startsWith("group."));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return properties;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            if (producer != null) {
                producer.close(Duration.ofSeconds(1));
            }
        }
        if (consumer != null) {
            consumer.wakeup();
        }
        reading.lock();
        try {
            if (consumer != null) {
                consumer.close(CloseOptions.timeout(Duration.ofMillis(100)));
            }
        } finally {
            reading.unlock();
        }
    }
}
