package dev.fathom.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What lives in the {@link SampleWorld}: visitors clicking, a classic, a consumer and a share group reading, and a payment
 * whose transaction stays open. Each client has a thread of its own; all end with {@link #close}.
 */
public final class SampleTraffic implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BETWEEN_CLICKS = Duration.ofMillis(250);
    /** Below the brokers' longest transaction timeout of 15 minutes, after which they abort it themselves. */
    private static final Duration TRANSACTION_OPEN = Duration.ofMinutes(10);

    private final @Nullable String bootstrapServers;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Something a thread does until the traffic stops, and begins again should it fail. */
    interface Loop {
        void run() throws InterruptedException;
    }

    private SampleTraffic(@Nullable String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** @param clicking whether new records keep coming; without, every number stands still once all is read */
    public static SampleTraffic start(@Nullable String bootstrapServers, boolean clicking) {
        SampleTraffic traffic = new SampleTraffic(bootstrapServers);
        if (clicking) {
            traffic.run("clicks", traffic::click);
        }
        traffic.run("storefront-1", () -> traffic.consume("storefront", "storefront-1", "classic"));
        traffic.run("storefront-2", () -> traffic.consume("storefront", "storefront-2", "classic"));
        traffic.run("analytics-1", () -> traffic.consume("analytics", "analytics-1", "consumer"));
        traffic.run("workers-1", traffic::work);
        traffic.run("payments", traffic::pay);
        return traffic;
    }

    void run(String name, Loop loop) {
        Thread thread = new Thread(() -> untilStopped(loop), "sample-" + name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    private void untilStopped(Loop loop) {
        try {
            do {
                try {
                    loop.run();
                } catch (KafkaException e) {
                    // The sample broker may have been stopped to try something out: begin again in a second.
                }
            } while (!stopsWithin(Duration.ofSeconds(1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean stopsWithin(Duration span) throws InterruptedException {
        return stopping.await(span.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean goesOn() {
        return stopping.getCount() > 0;
    }

    static ProducerRecord<String, String> click(long i) {
        return new ProducerRecord<>(
                SampleWorld.CLICKS, (int) (i % 3), "visitor-" + i % 13, "{\"page\":\"/item/" + i % 29 + "\"}");
    }

    private void click() throws InterruptedException {
        try (KafkaProducer<String, String> producer = producer(Map.of())) {
            for (long i = 0; !stopsWithin(BETWEEN_CLICKS); i++) {
                var unused = producer.send(click(i));
            }
        }
    }

    private void consume(String group, String clientId, String protocol) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", group,
                "client.id", clientId,
                "group.protocol", protocol,
                "auto.offset.reset", "earliest",
                "auto.commit.interval.ms", 500);
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(SampleWorld.CLICKS));
            while (goesOn()) {
                consumer.poll(POLL);
            }
        }
    }

    private void work() {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", bootstrapServers, "group.id", "workers", "client.id", "workers-1");
        try (ShareConsumer<String, String> consumer =
                new KafkaShareConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(SampleWorld.JOBS));
            while (goesOn()) {
                consumer.poll(POLL);
            }
        }
    }

    /** Ten payments done, one taken back, three that nobody has decided on. */
    private void pay() throws InterruptedException {
        try (KafkaProducer<String, String> producer =
                producer(Map.of("transactional.id", "cashier", "transaction.timeout.ms", 900_000))) {
            producer.initTransactions();
            boolean stopped = false;
            while (!stopped) {
                producer.beginTransaction();
                payments(producer, 10);
                producer.commitTransaction();
                producer.beginTransaction();
                payments(producer, 1);
                producer.flush();
                producer.abortTransaction();
                producer.beginTransaction();
                payments(producer, 3);
                producer.flush();
                stopped = stopsWithin(TRANSACTION_OPEN);
                producer.abortTransaction();
            }
        }
    }

    private static void payments(KafkaProducer<String, String> producer, int count) {
        for (int i = 0; i < count; i++) {
            var unused = producer.send(new ProducerRecord<>(
                    SampleWorld.PAYMENTS, 0, "customer-" + i, "{\"amount\":" + (10 + i) + ",\"currency\":\"EUR\"}"));
        }
    }

    @Nullable
    String bootstrapServers() {
        return bootstrapServers;
    }

    KafkaProducer<String, String> producer(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("bootstrap.servers", bootstrapServers);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    @Override
    public void close() {
        stopping.countDown();
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(3).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
