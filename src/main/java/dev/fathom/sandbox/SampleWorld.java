package dev.fathom.sandbox;

import dev.fathom.cluster.LogRecord;
import dev.fathom.parking.ParkedRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A small web shop on one cluster: topics with records, and a group of every kind an operator meets. What is filled in
 * here never changes; {@link SampleTraffic} adds what lives.
 *
 * <ul>
 *   <li>{@code invoices}: an empty group, behind on {@code orders}, which once could not get past a record: see {@code parked}
 *   <li>{@code audit-archive}: its commit has fallen off the trimmed log of {@code audit}
 *   <li>{@code settlement}: reads {@code payments}, where a transaction is open
 *   <li>{@code storefront} (classic), {@code analytics} (consumer) and {@code workers} (share): live, see there
 * </ul>
 */
public final class SampleWorld {

    static final String ORDERS = "orders";
    static final String PAYMENTS = "payments";
    static final String AUDIT = "audit";
    static final String CLICKS = "clicks";
    static final String JOBS = "jobs";
    static final String STOCK = "stock";
    static final String PARKED = "parked";

    private static final Duration LEADERS_PATIENCE = Duration.ofSeconds(20);

    private static final int ORDERS_PER_PARTITION = 40;
    /** The last on its partition. */
    private static final int PARKED_ORDER = 117;

    private static final List<String> PRODUCTS = List.of("kettle", "teapot", "cup", "spoon", "tray");

    private final String bootstrapServers;

    public SampleWorld(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Makes topics, records and groups; returns once they are there. */
    public void fill() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20),
                        new StringSerializer(),
                        new StringSerializer())) {
            admin.createTopics(List.of(
                            new NewTopic(ORDERS, 3, (short) 1),
                            new NewTopic(PAYMENTS, 1, (short) 1),
                            new NewTopic(AUDIT, 1, (short) 1),
                            new NewTopic(CLICKS, 3, (short) 1),
                            new NewTopic(JOBS, 1, (short) 1),
                            new NewTopic(PARKED, 1, (short) 1),
                            new NewTopic(STOCK, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
            awaitLeaders(admin);
            produce(producer);
            admin.deleteRecords(Map.of(new TopicPartition(AUDIT, 0), RecordsToDelete.beforeOffset(60)))
                    .all()
                    .get();
            commit(admin);
            readSharesFromTheStart(admin);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * A topic is created before its leaders know it. A producer that writes too early may have its second batch taken and
     * its first refused, and then never gets it in: the broker takes any first sequence number on a new log.
     */
    private static void awaitLeaders(Admin admin) throws ExecutionException, InterruptedException {
        long until = System.nanoTime() + LEADERS_PATIENCE.toNanos();
        while (true) {
            try {
                askLeaders(admin);
                return;
            } catch (ExecutionException e) {
                // A broker that is busy may not know for a while what it has just made.
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - until > 0) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static void askLeaders(Admin admin) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        admin.describeTopics(List.of(ORDERS, PAYMENTS, AUDIT, CLICKS, JOBS, STOCK, PARKED))
                .allTopicNames()
                .get()
                .forEach((topic, description) -> description
                        .partitions()
                        .forEach(partition ->
                                all.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
        admin.listOffsets(all).all().get();
    }

    private static void produce(KafkaProducer<String, String> producer)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        Instant start = Instant.now().minus(Duration.ofHours(2));
        for (int i = 0; i < 3 * ORDERS_PER_PARTITION; i++) {
            sent.add(producer.send(order(i, start.plus(Duration.ofMinutes(i)))));
        }
        for (int i = 0; i < 100; i++) {
            sent.add(producer.send(new ProducerRecord<>(
                    AUDIT,
                    0,
                    // Each at a moment of its own: the last is the one with the highest timestamp.
                    start.plusSeconds(i).toEpochMilli(),
                    "user-" + i % 7,
                    "{\"event\":\"login\",\"seq\":" + i + "}")));
        }
        for (int i = 0; i < 30; i++) {
            sent.add(producer.send(new ProducerRecord<>(JOBS, 0, null, "resize image " + i)));
        }
        for (int i = 0; i < 20; i++) {
            String product = PRODUCTS.get(i % PRODUCTS.size());
            sent.add(producer.send(new ProducerRecord<>(
                    STOCK,
                    0,
                    product,
                    i == 19 ? null : "{\"product\":\"" + product + "\",\"left\":" + (50 - i) + "}")));
        }
        for (int i = 0; i < 60; i++) {
            sent.add(producer.send(SampleTraffic.click(i)));
        }
        sent.add(producer.send(parked(order(PARKED_ORDER, start.plus(Duration.ofMinutes(PARKED_ORDER))))));
        for (Future<RecordMetadata> each : sent) {
            each.get();
        }
    }

    /** As it is after {@code invoices} could not get past the last order before the one it stands at. */
    private static ProducerRecord<String, String> parked(ProducerRecord<String, String> order) {
        List<LogRecord.Header> headers = new ArrayList<>();
        order.headers().forEach(header -> headers.add(new LogRecord.Header(header.key(), header.value())));
        LogRecord record = new LogRecord(
                PARKED_ORDER / 3,
                Optional.of(Instant.ofEpochMilli(order.timestamp())),
                LogRecord.TimestampType.CREATE_TIME,
                order.key().getBytes(StandardCharsets.UTF_8),
                order.value().getBytes(StandardCharsets.UTF_8),
                headers);
        LogRecord copy = ParkedRecord.copyOf(
                new dev.fathom.cluster.TopicPartition(ORDERS, 0),
                record,
                "invoices",
                Optional.of("quantity is no number"));
        ProducerRecord<String, String> parked =
                new ProducerRecord<>(PARKED, 0, order.timestamp(), order.key(), order.value());
        copy.headers().forEach(header -> parked.headers().add(new RecordHeader(header.key(), header.value())));
        return parked;
    }

    private static ProducerRecord<String, String> order(int i, Instant at) {
        String product = PRODUCTS.get(i % PRODUCTS.size());
        String value =
                "{\"order\":" + (1000 + i) + ",\"product\":\"" + product + "\",\"quantity\":" + (1 + i % 4) + "}";
        ProducerRecord<String, String> order =
                new ProducerRecord<>(ORDERS, i % 3, at.toEpochMilli(), "customer-" + i % 11, value);
        order.headers().add(new RecordHeader("source", "web".getBytes(StandardCharsets.UTF_8)));
        order.headers()
                .add(new RecordHeader(
                        "trace", String.format("%08x", i * 2654435761L).getBytes(StandardCharsets.UTF_8)));
        return order;
    }

    private static void commit(Admin admin) throws ExecutionException, InterruptedException {
        commit(
                admin,
                "invoices",
                Map.of(
                        new TopicPartition(ORDERS, 0), new OffsetAndMetadata(40),
                        new TopicPartition(ORDERS, 1), new OffsetAndMetadata(25, "run 17"),
                        new TopicPartition(ORDERS, 2), new OffsetAndMetadata(12)));
        commit(admin, "audit-archive", Map.of(new TopicPartition(AUDIT, 0), new OffsetAndMetadata(20)));
        commit(admin, "settlement", Map.of(new TopicPartition(PAYMENTS, 0), new OffsetAndMetadata(0)));
    }

    private static void commit(Admin admin, String group, Map<TopicPartition, OffsetAndMetadata> offsets)
            throws ExecutionException, InterruptedException {
        admin.alterConsumerGroupOffsets(group, offsets).all().get();
    }

    /** Share groups begin at the end unless told otherwise; brokers that know none know no configuration of groups. */
    private static void readSharesFromTheStart(Admin admin) throws ExecutionException, InterruptedException {
        if (!admin.describeFeatures()
                .featureMetadata()
                .get()
                .finalizedFeatures()
                .containsKey("share.version")) {
            return;
        }
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
        admin.incrementalAlterConfigs(Map.of(
                        group,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }
}
