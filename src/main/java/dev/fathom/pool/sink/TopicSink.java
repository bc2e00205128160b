package dev.fathom.pool.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Forwards records to another topic with their keys and headers, each acknowledged by every in-sync replica.
 *
 * <p>The producer is idempotent and never gives a record up by itself, so that what is sent in order arrives in order: a
 * record that timed out while later ones arrived would have to be sent after them. A brokers' outage therefore shows as
 * records in hand that nobody answers for, not as failures.
 */
final class TopicSink implements Sink {

    private final String topic;
    private final Supplier<KafkaProducer<byte[], byte[]>> factory;
    private volatile KafkaProducer<byte[], byte[]> producer;
    private boolean closed;

    /** @param factory of the producer: it may have to be made anew after it failed for good */
    TopicSink(String topic, Supplier<KafkaProducer<byte[], byte[]>> factory) {
        this.topic = topic;
        this.factory = factory;
    }

    @Override
    public boolean keepsOrder() {
        return true;
    }

    @Override
    public void deliver(Delivery delivery, Consumer<Verdict> done) {
        ConsumerRecord<byte[], byte[]> record = delivery.record();
        if (Hops.of(record.headers()) >= Hops.MOST) {
            done.accept(new Verdict.RecordFault(
                    OptionalInt.empty(), "Written on " + Hops.MOST + " times already (" + Hops.HEADER + ")."));
            return;
        }
        KafkaProducer<byte[], byte[]> sending;
        try {
            sending = producer();
        } catch (KafkaException e) {
            done.accept(verdict(e));
            return;
        }
        try {
            sending.send(
                    new ProducerRecord<>(
                            topic,
                            null,
                            record.timestamp(),
                            record.key(),
                            record.value(),
                            Hops.counted(record.headers())),
                    (metadata, failure) -> {
                        if (failure == null) {
                            done.accept(Verdict.TAKEN);
                        } else {
                            renewAfter(failure, sending);
                            done.accept(verdict(failure));
                        }
                    });
        } catch (KafkaException | IllegalStateException e) {
            renewAfter(e, sending);
            done.accept(verdict(e));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> current = producer;
        return current == null ? made() : current;
    }

    private synchronized KafkaProducer<byte[], byte[]> made() {
        if (closed) {
            throw new KafkaException("The sink is closed.");
        }
        if (producer == null) {
            producer = factory.get();
        }
        return producer;
    }

    /** A producer whose failure cannot be retried may be in a state it never leaves; the next record gets a new one. */
    private synchronized void renewAfter(Exception failure, KafkaProducer<byte[], byte[]> failed) {
        boolean ofTheRecord = failure instanceof RecordTooLargeException || failure instanceof InvalidRecordException;
        if (!ofTheRecord && !(failure instanceof RetriableException) && producer == failed && !closed) {
            producer = null;
            // Not on its own thread, which this may be: that one waits for itself.
            new Thread(() -> failed.close(Duration.ZERO), "fathom-producer-close").start();
        }
    }

    private Verdict verdict(Exception failure) {
        if (failure instanceof RecordTooLargeException || failure instanceof InvalidRecordException) {
            return new Verdict.RecordFault(
                    OptionalInt.empty(), "Topic \"" + topic + "\" refuses it: too large, or not of its kind.");
        }
        if (failure instanceof AuthorizationException) {
            return fault("The cluster's ACLs do not let the service write to topic \"" + topic + "\".");
        }
        if (failure instanceof InvalidTopicException) {
            return fault("\"" + topic + "\" is no topic.");
        }
        return Verdict.EndpointFault.outage("Topic \"" + topic + "\" did not acknowledge it: "
                + failure.getClass().getSimpleName().replace("Exception", "") + ".");
    }

    private static Verdict fault(String message) {
        return new Verdict.EndpointFault(OptionalInt.empty(), false, Optional.empty(), message);
    }

    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> last;
        synchronized (this) {
            closed = true;
            last = producer;
            producer = null;
        }
        if (last != null) {
            last.close(Duration.ofMillis(100));
        }
    }
}
