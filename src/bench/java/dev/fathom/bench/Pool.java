package dev.fathom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * How many records a second one member forwards to another topic, beside a plain loop of consumer and producer that does the
 * same work, in turns; and to a webhook on loopback, which has no yardstick here.
 */
final class Pool {

    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 100;
    private static final int TO_WEBHOOK = 60_000;
    private static final int BROKER_MEGABYTES = 1024;
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final String WIDE = "'queueCapacity':10000,'commitInterval':'PT1S',";

    private final Settings settings;
    private final Report report;
    private final int count;

    Pool(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
        this.count = settings.records();
    }

    void measure() {
        report.heading("Managed consumers");
        try (Broker broker = Brokers.start("benchmark-pool", BROKER_MEGABYTES, Map.of());
                Kafka kafka = new Kafka(broker.bootstrapServers())) {
            try (PackagedService service = served(broker)) {
                report.attempt("Topic sink", () -> toATopic(kafka, service));
                report.attempt("Webhook", () -> toAWebhook(kafka, service));
            }
            try (PackagedService service = served(broker)) {
                report.attempt("Idle consumers", () -> new IdleConsumers(kafka, service, report).measure());
            }
        }
    }

    private static PackagedService served(Broker broker) {
        return PackagedService.asShipped(
                        PackagedService.NATIVE,
                        World.HEAP_MEGABYTES,
                        "fathom.clusters." + World.CLUSTER + ".bootstrap-servers=" + broker.bootstrapServers(),
                        "fathom.pool.webhook.allowed-hosts=localhost",
                        "fathom.pool.webhook.allowed-cidrs=127.0.0.0/8")
                .awaitAlive();
    }

    private void toATopic(Kafka kafka, PackagedService service) {
        String source = filled(kafka, PARTITIONS, count);
        List<Double> plain = new ArrayList<>();
        List<Double> wide = new ArrayList<>();
        List<Double> defaults = new ArrayList<>();
        for (int round = 0; round < settings.rounds(); round++) {
            plain.add(plainLoop(kafka, source));
            wide.add(managed(kafka, service, source, WIDE));
            defaults.add(managed(kafka, service, source, ""));
        }
        double one = best(plain);
        report.say(String.format(
                "%,d records of %d bytes to a topic, one member, the best of %d rounds each in turns; a plain loop of consumer"
                        + " and producer that does the same is 1.",
                count, RECORD_BYTES, settings.rounds()));
        Report.Table table = report.table("", "records/s", "÷ plain loop", "rounds");
        table.row("plain loop", String.format("%,.0f", one), "1.00", shares(plain, one));
        table.row(
                "managed, queueCapacity 10,000, commitInterval 1 s",
                String.format("%,.0f", best(wide)),
                String.format("%.2f", best(wide) / one),
                shares(wide, one));
        table.row(
                "managed, defaults",
                String.format("%,.0f", best(defaults)),
                String.format("%.2f", best(defaults) / one),
                shares(defaults, one));
        report.target(
                Target.POOL_TOPIC,
                best(wide) / one >= 0.9 && best(defaults) / one >= 0.6,
                "%.2f and %.2f",
                best(wide) / one,
                best(defaults) / one);
    }

    private void toAWebhook(Kafka kafka, PackagedService service) {
        try (Hook hook = Hook.taking();
                Consumers consumers = new Consumers(service.api(), World.CLUSTER)) {
            String source = filled(kafka, 1, TO_WEBHOOK);
            String name = consumers.define("'topics':['" + source
                    + "'],'startFrom':'earliest','ordering':'none','lanes':64,'queueCapacity':10000,"
                    + "'commitInterval':'PT1S','sink':{'type':'webhook','url':'" + hook.url() + "'}");
            double rate = rate(TO_WEBHOOK, () -> hook.calls().size());
            consumers.awaitDone(name);
            assertThat(hook.calls()).hasSize(TO_WEBHOOK);
            report.say(String.format("%,d records to a webhook, 64 in flight: %,.0f records/s.", TO_WEBHOOK, rate));
            report.target(Target.POOL_WEBHOOK, rate >= 5000, "%,.0f records/s", rate);
        }
    }

    private static String shares(List<Double> rates, double of) {
        return rates.stream()
                .map(rate -> String.format(Locale.ROOT, "%.2f", rate / of))
                .toList()
                .toString();
    }

    private static double best(List<Double> rates) {
        return rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    private static String filled(Kafka kafka, int partitions, int count) {
        String topic = kafka.topic(partitions);
        byte[] value = new byte[RECORD_BYTES];
        for (int from = 0; from < count; from += 20_000) {
            kafka.produce(IntStream.range(from, Math.min(count, from + 20_000))
                    .mapToObj(i -> new ProducerRecord<>(topic, i % partitions, ("key-" + i % 1000).getBytes(), value))
                    .toList());
        }
        return topic;
    }

    /** Records a second between the first tenth and the last record: neither joining nor the end is measured. */
    private static double rate(long all, LongSupplier progress) {
        long begun = 0;
        long at = 0;
        long last = System.nanoTime();
        long lastSeen = 0;
        while (true) {
            long soFar = progress.getAsLong();
            if (begun == 0 && soFar >= all / 10) {
                begun = System.nanoTime();
                at = soFar;
            }
            if (soFar >= all) {
                return (soFar - at) * 1e9 / (System.nanoTime() - begun);
            }
            if (soFar > lastSeen) {
                lastSeen = soFar;
                last = System.nanoTime();
            } else if (System.nanoTime() - last > Duration.ofMinutes(1).toNanos()) {
                throw new IllegalStateException("nothing for a minute after " + soFar + " of " + all);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static long written(Kafka kafka, String topic) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return Kafka.get(kafka.admin().listOffsets(latest).all()).values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    private double managed(Kafka kafka, PackagedService service, String source, String more) {
        String copy = kafka.topic(PARTITIONS);
        try (Consumers consumers = new Consumers(service.api(), World.CLUSTER)) {
            String name = consumers.define("'topics':['" + source + "'],'startFrom':'earliest'," + more
                    + "'sink':{'type':'topic','topic':'" + copy + "'}");
            double rate = rate(count, () -> written(kafka, copy));
            consumers.awaitDone(name);
            assertThat(written(kafka, copy)).isEqualTo(count);
            return rate;
        }
    }

    private double plainLoop(Kafka kafka, String source) {
        String copy = kafka.topic(PARTITIONS);
        AtomicLong acknowledged = new AtomicLong();
        Thread loop = new Thread(() -> forward(kafka, source, copy, acknowledged), "plain-loop");
        loop.start();
        double rate = rate(count, () -> written(kafka, copy));
        loop.interrupt();
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(written(kafka, copy)).isEqualTo(count);
        return rate;
    }

    /** What one would write by hand: forward what a poll returns; every second wait for all of it and commit. */
    private void forward(Kafka kafka, String source, String copy, AtomicLong acknowledged) {
        try (KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(Map.of(
                        "group.id",
                        Kafka.unique("plain"),
                        "enable.auto.commit",
                        false,
                        "isolation.level",
                        "read_committed",
                        "max.poll.records",
                        1000));
                KafkaProducer<byte[], byte[]> producer =
                        kafka.producer(Map.of("acks", "all", "linger.ms", 2, "batch.size", 128 << 10))) {
            consumer.subscribe(List.of(source));
            // As the service writes them, so that both write the same bytes.
            List<Header> hops = List.of(new RecordHeader("fathom.hops", new byte[] {'1'}));
            long committed = System.nanoTime();
            while (acknowledged.get() < count) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    producer.send(
                            new ProducerRecord<>(copy, null, record.timestamp(), record.key(), record.value(), hops),
                            (metadata, failure) -> acknowledged.incrementAndGet());
                }
                if (System.nanoTime() - committed > COMMIT_INTERVAL.toNanos()) {
                    producer.flush();
                    consumer.commitSync();
                    committed = System.nanoTime();
                }
            }
            consumer.commitSync();
        } catch (InterruptException e) {
            Thread.interrupted();
        }
    }
}
