package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.Protocol;
import dev.fathom.pool.definition.Spec.Source;
import dev.fathom.pool.sink.RecordBound;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of a member. */
final class Clients {

    private static final int MOST_POLLED = 1000;
    private static final int LEAST_OF_ONE = 64 << 10;
    private static final int MOST_BATCHED = 128 << 10;
    private static final int MOST_BATCHED_UNASKED = 16 << 10;
    private static final int MOST_BLOCKED_MILLIS = 5000;
    /** An upper bound: only what is needed is allocated. */
    private static final long USUAL_BUFFER = 32L << 20;

    private static final int METADATA_AGE_MILLIS = 30_000;
    private static final int DEFAULT_MAX_POLL_INTERVAL = 300_000;
    private static final int SESSION_MILLIS = 15_000;
    /** How soon a member hears of a rebalance; a cooperative one takes two rounds. */
    private static final int HEARTBEAT_MILLIS = 1000;

    private final Map<String, Object> connection;
    private final Spec spec;
    private final String clientId;
    private final int partitions;

    /**
     * @param connection what every client of the cluster needs
     * @param partitions how many the member is likely to own; at least one
     */
    Clients(Map<String, Object> connection, Spec spec, String clientId, int partitions) {
        this.connection = connection;
        this.spec = spec;
        this.clientId = clientId;
        this.partitions = partitions;
    }

    /**
     * The most records one poll returns, all of one partition: half of a partition's share of what may be held, so that each
     * can be worked on, and one poll be fetched ahead.
     */
    int polled() {
        return Math.max(1, Math.min(MOST_POLLED, spec.limits().queueCapacity() / 2 / partitions));
    }

    /**
     * The most bytes of one partition in a fetch: a share too, since what is fetched of partitions that are paused meanwhile
     * stays in the client. A larger record comes all the same.
     */
    private int bytesOfOne() {
        Source source = spec.source();
        return Math.min(
                source.maxBytes(), Math.max(source.minBytes(), Math.max(LEAST_OF_ONE, source.maxBytes() / partitions)));
    }

    /** How long the group waits for a member that does not poll. */
    Duration maxPollInterval() {
        Object configured = connection.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        return Duration.ofMillis(
                configured == null ? DEFAULT_MAX_POLL_INTERVAL : Integer.parseInt(configured.toString()));
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        Source source = spec.source();
        Map<String, Object> properties = new HashMap<>(connection);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, spec.groupId());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, source.isolation().wireName());
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, polled());
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, source.minBytes());
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, source.maxBytes());
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, bytesOfOne());
        properties.put(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) source.maxWait().toMillis());
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                source.maxWait().plusSeconds(10).toMillis());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                source.maxWait().plusSeconds(10).toMillis());
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MILLIS);
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, DEFAULT_MAX_POLL_INTERVAL);
        properties.put(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                spec.membership().protocol().wireName());
        // Ours are dynamic members: one that is gone is to be replaced, not waited for.
        properties.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        if (spec.membership().protocol() == Protocol.CLASSIC) {
            properties.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
            properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
            properties.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
        } else {
            // Set by the broker for this protocol, and refused from a client.
            properties.remove(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
            properties.remove(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
            properties.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        }
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Whether records are compressed, so that a topic may take one that is larger than its limit. */
    boolean compresses() {
        Object type = connection.get(ProducerConfig.COMPRESSION_TYPE_CONFIG);
        return type != null && !type.toString().equals("none");
    }

    /**
     * A producer that never gives up a record by itself, so that their order is kept.
     *
     * @param bound what the topic takes. A batch may not be larger: the client would split one that is refused into batches of
     *     batch.size, for ever where it is smaller than that (KAFKA-8350)
     */
    KafkaProducer<byte[], byte[]> sinkProducer(RecordBound bound) {
        Map<String, Object> properties = patient("sink", bound);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        properties.put(
                ProducerConfig.BATCH_SIZE_CONFIG,
                Math.min(MOST_BATCHED, bound.topic().orElse(MOST_BATCHED_UNASKED)));
        return producer(properties);
    }

    /** As {@link #sinkProducer}, but each record by itself: its outcome depends on no other. */
    KafkaProducer<byte[], byte[]> aloneProducer(RecordBound bound) {
        Map<String, Object> properties = patient("sink-alone", bound);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 0);
        return producer(properties);
    }

    private Map<String, Object> patient(String role, RecordBound bound) {
        Map<String, Object> properties = producer(role, bound);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        // The queue bounds what is in flight: few large requests are better than many small ones.
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 2);
        return properties;
    }

    KafkaProducer<byte[], byte[]> deadLetterProducer(RecordBound bound) {
        Map<String, Object> properties = producer("dead-letters", bound);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4000);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // One by one: see above.
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 0);
        return producer(properties);
    }

    private Map<String, Object> producer(String role, RecordBound bound) {
        Map<String, Object> properties = new HashMap<>(connection);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId + "." + role);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MOST_BLOCKED_MILLIS);
        // The client's default limits may be lower than the topic's.
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, bound.most());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(USUAL_BUFFER, 2L * bound.most()));
        properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return properties;
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
