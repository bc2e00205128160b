package dev.fathom.testing;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sets up topics, records and groups on a cluster, as somebody beside Fathom would. */
public final class Kafka implements AutoCloseable {

    /** Held, since a logger that nobody holds forgets its level. Clients tell all of their settings when they are made. */
    private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

    static {
        CLIENTS.setLevel(Level.WARNING);
    }

    private final Map<String, Object> client;
    private final Admin admin;
    private KafkaProducer<byte[], byte[]> producer;

    public Kafka(String bootstrapServers) {
        this(bootstrapServers, Map.of());
    }

    public Kafka(String bootstrapServers, Map<String, String> properties) {
        this.client = new HashMap<>(properties);
        this.client.put("bootstrap.servers", bootstrapServers);
        this.admin = Admin.create(client);
    }

    /** A name nothing else has. */
    public static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** What a future comes to; its failure is thrown as it is. */
    public static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public Admin admin() {
        return admin;
    }

    public String topic(int partitions) {
        return topic(unique("topic"), partitions, Map.of());
    }

    public String topic(String name, int partitions, Map<String, String> configs) {
        get(admin.createTopics(List.of(new NewTopic(name, partitions, (short) -1).configs(configs)))
                .all());
        Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toMap(i -> new TopicPartition(name, i), i -> OffsetSpec.latest()));
        // Answers once every partition has a leader that knows it is one: see SampleWorld.
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> get(admin.listOffsets(latest).all()).size() == partitions);
        return name;
    }

    /** Writes so many records, with their number as key and value. */
    public void produce(String topic, int partition, int count) {
        produce(IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                .map(number -> new ProducerRecord<>(topic, partition, number, number))
                .toList());
    }

    /** Writes records; returns once all are there. */
    public void produce(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent =
                records.stream().map(record -> producer().send(record)).toList();
        producer().flush();
        for (Future<RecordMetadata> each : sent) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    public synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = producer(Map.of());
        }
        return producer;
    }

    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(client);
        all.put("linger.ms", 5);
        all.putAll(properties);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A producer whose transactions stay open until somebody ends them. */
    public KafkaProducer<byte[], byte[]> transactional() {
        KafkaProducer<byte[], byte[]> transactional =
                producer(Map.of("transactional.id", unique("tx"), "transaction.timeout.ms", 600_000));
        transactional.initTransactions();
        return transactional;
    }

    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(client);
        all.put("auto.offset.reset", "earliest");
        all.putAll(properties);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    public void commit(String group, Map<TopicPartition, Long> offsets) {
        commitWithMetadata(
                group,
                offsets.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, e -> new OffsetAndMetadata(e.getValue()))));
    }

    public void commitWithMetadata(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        get(admin.alterConsumerGroupOffsets(group, offsets).all());
    }

    /** Sets a configuration of a group. */
    public void configureGroup(String group, String name, String value) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        get(admin.incrementalAlterConfigs(Map.of(
                        resource, List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                .all());
    }

    /** Sets a configuration of a topic. */
    public void configureTopic(String topic, String name, String value) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        get(admin.incrementalAlterConfigs(Map.of(
                        resource, List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                .all());
    }

    /** Takes away what lies before an offset. */
    public void trim(String topic, int partition, long before) {
        get(admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                .all());
    }

    public void deleteTopic(String topic) {
        get(admin.deleteTopics(List.of(topic)).all());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !get(admin.listTopics().names()).contains(topic));
    }

    /** A group with one member that polls in the background, from the earliest offset. */
    public LiveGroup join(String group, Collection<String> topics, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>();
        all.put("group.id", group);
        all.put("client.id", group + "-member");
        all.put("auto.commit.interval.ms", 200);
        all.putAll(properties);
        return new LiveGroup(consumer(all), topics);
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
        admin.close(Duration.ofSeconds(2));
    }
}
