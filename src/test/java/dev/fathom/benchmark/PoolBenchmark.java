package dev.fathom.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

/**
 * How many records a second one member forwards to another topic, beside a plain loop of consumer and producer that does the
 * same work, in turns in one run; and to a webhook on loopback: {@code mvn test -Dtest=PoolBenchmark}. Figures are ratios but
 * for the webhook's, which has no peer here.
 */
@FathomTest
class PoolBenchmark {

    private static final int PARTITIONS = 6;
    private static final int RECORDS = 2_000_000;
    private static final int RECORD_BYTES = 100;
    private static final int FEWER = 60_000;
    private static final int ROUNDS = 6;
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    private final Api api = Api.underTest();

    @Test
    void besideAPlainLoop() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            String source = filled(kafka, PARTITIONS, RECORDS);
            List<Double> plain = new ArrayList<>();
            List<Double> wide = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                plain.add(plainLoop(kafka, source));
                wide.add(managed(kafka, source, RECORDS, "'queueCapacity':10000,'commitInterval':'PT1S',"));
            }
            double defaults = managed(kafka, filled(kafka, PARTITIONS, FEWER), FEWER, "");
            double one = best(plain);
            System.out.printf(
                    "%d records of %d bytes to a topic, one member, best of %d: plain loop 1 (%.0f records/s),"
                            + " managed with queueCapacity 10000 and commitInterval 1 s %.2f, with the defaults %.2f"
                            + " (plain %s, managed %s)%n",
                    RECORDS,
                    RECORD_BYTES,
                    ROUNDS,
                    one,
                    best(wide) / one,
                    defaults / one,
                    shares(plain, one),
                    shares(wide, one));
        }
    }

    @Test
    void toAWebhookWith64InFlight() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers());
                Hook hook = Hook.taking();
                Consumers consumers = new Consumers(api, "local")) {
            String source = filled(kafka, 1, FEWER);
            String name = consumers.define("'topics':['" + source
                    + "'],'startFrom':'earliest','ordering':'none','lanes':64,'queueCapacity':10000,"
                    + "'commitInterval':'PT1S','sink':{'type':'webhook','url':'" + hook.url() + "'}");
            double rate = rate(FEWER, () -> hook.calls().size());
            consumers.awaitDone(name);
            assertThat(hook.calls()).hasSize(FEWER);
            System.out.printf("%d records to a webhook with 64 in flight: %.0f records/s%n", FEWER, rate);
        }
    }

    private static List<String> shares(List<Double> rates, double of) {
        return rates.stream()
                .map(rate -> String.format(Locale.ROOT, "%.2f", rate / of))
                .toList();
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

    private interface Progress {
        long soFar();
    }

    /** Records a second between the first tenth and the last record: neither joining nor the end is measured. */
    private static double rate(long all, Progress progress) {
        long begun = 0;
        long at = 0;
        while (true) {
            long soFar = progress.soFar();
            if (begun == 0 && soFar >= all / 10) {
                begun = System.nanoTime();
                at = soFar;
            }
            if (soFar >= all) {
                return (soFar - at) * 1e9 / (System.nanoTime() - begun);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static long written(Kafka kafka, String topic) {
        Map<TopicPartition, OffsetSpec> latest = new java.util.HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return Kafka.get(kafka.admin().listOffsets(latest).all()).values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    private double managed(Kafka kafka, String source, int count, String more) {
        String copy = kafka.topic(PARTITIONS);
        try (Consumers consumers = new Consumers(api, "local")) {
            String name = consumers.define("'topics':['" + source + "'],'startFrom':'earliest'," + more
                    + "'sink':{'type':'topic','topic':'" + copy + "'}");
            double rate = rate(count, () -> written(kafka, copy));
            consumers.awaitDone(name);
            assertThat(written(kafka, copy)).isEqualTo(count);
            return rate;
        }
    }

    private static double plainLoop(Kafka kafka, String source) {
        String copy = kafka.topic(PARTITIONS);
        AtomicLong acknowledged = new AtomicLong();
        Thread loop = new Thread(() -> forward(kafka, source, copy, acknowledged), "plain-loop");
        loop.start();
        double rate = rate(RECORDS, () -> written(kafka, copy));
        loop.interrupt();
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(written(kafka, copy)).isEqualTo(RECORDS);
        return rate;
    }

    /** What one would write by hand: forward what a poll returns; every second wait for all of it and commit. */
    private static void forward(Kafka kafka, String source, String copy, AtomicLong acknowledged) {
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
            while (acknowledged.get() < RECORDS) {
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
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            Thread.interrupted();
        }
    }
}
