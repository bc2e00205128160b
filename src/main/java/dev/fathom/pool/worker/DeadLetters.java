package dev.fathom.pool.worker;

import dev.fathom.pool.sink.Hops;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes records that the sink will not take to a topic, as they were, with headers that say what happened. */
final class DeadLetters implements AutoCloseable {

    private static final String PREFIX = "fathom.error.";

    private final String topic;
    private final Supplier<KafkaProducer<byte[], byte[]>> factory;
    private KafkaProducer<byte[], byte[]> producer;

    DeadLetters(String topic, Supplier<KafkaProducer<byte[], byte[]>> factory) {
        this.topic = topic;
        this.factory = factory;
    }

    /** What happened to a record. */
    record Fault(String group, String consumer, int attempts, String stage, OptionalInt status, String message) {}

    String topic() {
        return topic;
    }

    /**
     * May block for as long as the producer looks for the topic.
     *
     * @param done told once: empty when every in-sync replica has it, else why not
     */
    void write(ConsumerRecord<byte[], byte[]> record, Fault fault, Consumer<Optional<String>> done) {
        if (Hops.of(record.headers()) >= Hops.MOST) {
            done.accept(Optional.of("It was written on " + Hops.MOST + " times already (" + Hops.HEADER + ")."));
            return;
        }
        try {
            producer()
                    .send(
                            new ProducerRecord<>(
                                    topic,
                                    null,
                                    record.timestamp(),
                                    record.key(),
                                    record.value(),
                                    headers(record, fault)),
                            (metadata, failure) ->
                                    done.accept(Optional.ofNullable(failure).map(DeadLetters::why)));
        } catch (KafkaException | IllegalStateException e) {
            done.accept(Optional.of(why(e)));
        }
    }

    private static String why(Exception failure) {
        return failure.getClass().getSimpleName().replace("Exception", "");
    }

    private static Headers headers(ConsumerRecord<byte[], byte[]> record, Fault fault) {
        Headers headers = new RecordHeaders(record.headers());
        // Those of an earlier failure would say of this one what is not so.
        record.headers().forEach(header -> {
            if (header.key().startsWith(PREFIX)) {
                headers.remove(header.key());
            }
        });
        add(headers, "topic", record.topic());
        add(headers, "partition", Integer.toString(record.partition()));
        add(headers, "offset", Long.toString(record.offset()));
        add(headers, "timestamp", Long.toString(record.timestamp()));
        add(headers, "group", fault.group());
        add(headers, "consumer", fault.consumer());
        add(headers, "attempts", Integer.toString(fault.attempts()));
        add(headers, "stage", fault.stage());
        if (fault.status().isPresent()) {
            add(headers, "status", Integer.toString(fault.status().getAsInt()));
        }
        add(headers, "message", fault.message());
        Hops.count(headers);
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = factory.get();
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofMillis(100));
        }
    }
}
