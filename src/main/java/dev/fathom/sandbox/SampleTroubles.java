package dev.fathom.sandbox;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What goes wrong in the {@link SampleWorld}, on topics of its own: a group for each verdict that can be seen within two
 * minutes and that the world has none of at rest.
 *
 * <ul>
 *   <li>{@code mailer}: stalled, a member that polls and never commits
 *   <li>{@code recommender}: behind, reads a quarter of what is written
 *   <li>{@code payouts}: blocked, reads what is committed of {@code payments}, where a transaction is open
 *   <li>{@code newsletter}: rewound, its commit falls after a while
 *   <li>{@code thumbnails}: unstable, its member comes and goes
 * </ul>
 */
public final class SampleTroubles {

    static final String LETTERS = "letters";
    static final String VIEWS = "views";
    static final String CAMPAIGNS = "campaigns";

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BETWEEN_VIEWS = Duration.ofMillis(100);
    private static final Duration BETWEEN_READS = Duration.ofMillis(400);
    private static final Duration BETWEEN_LETTERS = Duration.ofSeconds(1);
    private static final Duration STAYS = Duration.ofSeconds(4);
    private static final int CAMPAIGN = 40;

    private final SampleTraffic traffic;
    private final Duration beforeRewind;

    private SampleTroubles(SampleTraffic traffic, Duration beforeRewind) {
        this.traffic = traffic;
        this.beforeRewind = beforeRewind;
    }

    /**
     * They end with the traffic.
     *
     * @param beforeRewind long enough for the group to have been looked at
     */
    public static void join(SampleTraffic traffic, Duration beforeRewind) {
        SampleTroubles troubles = new SampleTroubles(traffic, beforeRewind);
        troubles.makeTopics();
        traffic.run("letters", () -> troubles.write(LETTERS, BETWEEN_LETTERS));
        traffic.run("views", () -> troubles.write(VIEWS, BETWEEN_VIEWS));
        traffic.run("mailer-1", troubles::stall);
        traffic.run("recommender-1", troubles::fallBehind);
        traffic.run("payouts-1", troubles::payOut);
        traffic.run("newsletter", troubles::rewind);
        traffic.run("thumbnails-1", troubles::comeAndGo);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", traffic.bootstrapServers()));
    }

    private void makeTopics() {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(
                            new NewTopic(LETTERS, 1, (short) 1),
                            new NewTopic(VIEWS, 1, (short) 1),
                            new NewTopic(CAMPAIGNS, 1, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            // There from before a live reload, as a rule.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void write(String topic, Duration pause) throws InterruptedException {
        try (KafkaProducer<String, String> producer = traffic.producer(Map.of())) {
            for (long i = 0; !traffic.stopsWithin(pause); i++) {
                var unused = producer.send(new ProducerRecord<>(topic, 0, "visitor-" + i % 13, topic + " " + i));
            }
        }
    }

    private Consumer<String, String> consumer(String group, Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "bootstrap.servers",
                traffic.bootstrapServers(),
                "group.id",
                group,
                "client.id",
                group + "-1",
                "auto.offset.reset",
                "earliest",
                "auto.commit.interval.ms",
                500));
        all.putAll(properties);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    /** Commits what it has read once, and never again. */
    private void stall() {
        try (Consumer<String, String> consumer = consumer("mailer", Map.of("enable.auto.commit", false))) {
            consumer.subscribe(List.of(LETTERS));
            boolean committed = false;
            while (traffic.goesOn()) {
                boolean read = !consumer.poll(POLL).isEmpty();
                if (read && !committed) {
                    consumer.commitSync();
                    committed = true;
                }
            }
        }
    }

    /** One record at a time, and slower than they come. */
    private void fallBehind() throws InterruptedException {
        Map<String, Object> one = Map.of("enable.auto.commit", false, "max.poll.records", 1);
        try (Consumer<String, String> consumer = consumer("recommender", one)) {
            consumer.subscribe(List.of(VIEWS));
            while (!traffic.stopsWithin(BETWEEN_READS)) {
                if (!consumer.poll(POLL).isEmpty()) {
                    consumer.commitSync();
                }
            }
        }
    }

    private void payOut() {
        Map<String, Object> committed = Map.of("isolation.level", "read_committed");
        try (Consumer<String, String> consumer = consumer("payouts", committed)) {
            consumer.subscribe(List.of(SampleWorld.PAYMENTS));
            while (traffic.goesOn()) {
                consumer.poll(POLL);
            }
        }
    }

    /** Somebody sets it back by hand, once. */
    private void rewind() throws InterruptedException {
        TopicPartition campaign = new TopicPartition(CAMPAIGNS, 0);
        try (Admin admin = admin();
                KafkaProducer<String, String> producer = traffic.producer(Map.of())) {
            for (int i = 0; i < CAMPAIGN; i++) {
                var unused = producer.send(new ProducerRecord<>(CAMPAIGNS, 0, null, "campaign " + i));
            }
            producer.flush();
            commit(admin, campaign, CAMPAIGN);
            if (!traffic.stopsWithin(beforeRewind)) {
                commit(admin, campaign, CAMPAIGN / 4);
            }
        }
        while (!traffic.stopsWithin(Duration.ofMinutes(1))) {
            // It stays where it was set.
        }
    }

    private static void commit(Admin admin, TopicPartition partition, long offset) throws InterruptedException {
        try {
            admin.alterConsumerGroupOffsets("newsletter", Map.of(partition, new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    private void comeAndGo() throws InterruptedException {
        while (traffic.goesOn()) {
            try (Consumer<String, String> consumer = consumer("thumbnails", Map.of())) {
                consumer.subscribe(List.of(VIEWS));
                long until = System.nanoTime() + STAYS.toNanos();
                while (System.nanoTime() < until && traffic.goesOn()) {
                    consumer.poll(POLL);
                }
            }
            if (traffic.stopsWithin(STAYS)) {
                return;
            }
        }
    }
}
