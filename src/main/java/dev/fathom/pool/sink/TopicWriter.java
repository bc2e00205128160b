package dev.fathom.pool.sink;

import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.RecordFault;
import dev.fathom.pool.sink.Verdict.Unjudged;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to one topic, each acknowledged by every in-sync replica, and tells whether the record or the topic is at
 * fault if that fails.
 *
 * <p>A broker takes a batch whole or not at all, and often does not say which record is at fault. So only a record that was
 * sent by itself is judged.
 */
public final class TopicWriter implements AutoCloseable {

    /** After failing for so long, which one batch does not explain, the producer is taken for broken. */
    private static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int LONGEST_REASON = 300;

    private final String topic;
    private final boolean inBatches;
    private final Supplier<RecordBound> bound;
    private final Function<RecordBound, KafkaProducer<byte[], byte[]>> producers;
    private volatile @Nullable Sending current;
    private boolean closed;

    /** A producer, and what it was made for. */
    private static final class Sending {
        private final KafkaProducer<byte[], byte[]> producer;
        private final RecordBound bound;
        /** It is being closed, which fails what is in flight. */
        private volatile boolean abandoned;
        /** Since when it has failed without another success, as {@link System#nanoTime}; zero while it has not. */
        private volatile long doubted;

        private Sending(KafkaProducer<byte[], byte[]> producer, RecordBound bound) {
            this.producer = producer;
            this.bound = bound;
        }

        /** It has failed. @return whether for longer than one batch explains */
        private boolean failsForLong() {
            long now = System.nanoTime();
            if (doubted == 0) {
                doubted = now == 0 ? 1 : now;
            }
            return now - doubted > DOUBT_NANOS;
        }
    }

    private TopicWriter(
            String topic,
            boolean inBatches,
            Supplier<RecordBound> bound,
            Function<RecordBound, KafkaProducer<byte[], byte[]>> producers) {
        this.topic = topic;
        this.inBatches = inBatches;
        this.bound = bound;
        this.producers = producers;
    }

    /**
     * One whose producer sends records together.
     *
     * @param bound asks the cluster what the topic takes now
     * @param producers makes a producer; again after one failed for good, or once the topic takes more
     */
    public static TopicWriter inBatches(
            String topic, Supplier<RecordBound> bound, Function<RecordBound, KafkaProducer<byte[], byte[]>> producers) {
        return new TopicWriter(topic, true, bound, producers);
    }

    /** One whose producer sends each record by itself. Parameters as for {@link #inBatches}. */
    public static TopicWriter oneByOne(
            String topic, Supplier<RecordBound> bound, Function<RecordBound, KafkaProducer<byte[], byte[]>> producers) {
        return new TopicWriter(topic, false, bound, producers);
    }

    public String topic() {
        return topic;
    }

    /**
     * Writes a record as it is, but with these headers. May block while the producer looks up the topic.
     *
     * @param done told the verdict once, on any thread; never {@link Verdict.Gone}
     */
    public void write(ConsumerRecord<byte[], byte[]> record, Iterable<Header> headers, Consumer<Verdict> done) {
        Sending sending;
        long size;
        Optional<Verdict> refusal;
        try {
            sending = sending();
            size = RecordBound.size(record, headers);
            refusal = tooLarge(size, sending);
        } catch (RuntimeException e) {
            done.accept(outage(e));
            return;
        }
        if (refusal.isPresent()) {
            done.accept(refusal.get());
            return;
        }
        ProducerRecord<byte[], byte[]> copy;
        try {
            // Records of old clients have a negative timestamp for none; a producer takes null.
            Long timestamp = record.timestamp() < 0 ? null : record.timestamp();
            copy = new ProducerRecord<>(topic, null, timestamp, record.key(), record.value(), headers);
        } catch (IllegalArgumentException e) {
            done.accept(refused(e));
            return;
        }
        try {
            // What the producer itself refuses it says within send, on this thread, of this record alone.
            Thread caller = Thread.currentThread();
            boolean batched = inBatches && !sending.bound.goesAlone(size);
            var unused = sending.producer.send(copy, (metadata, failure) -> {
                if (failure == null) {
                    if (sending.doubted != 0) {
                        sending.doubted = 0;
                    }
                    done.accept(Verdict.TAKEN);
                } else {
                    done.accept(verdict(failure, sending, batched && Thread.currentThread() != caller));
                }
            });
        } catch (RuntimeException e) {
            done.accept(verdict(e, sending, false));
        }
    }

    private Sending sending() {
        Sending known = current;
        return known == null ? made() : known;
    }

    private synchronized Sending made() {
        if (closed) {
            throw new KafkaException("The writer is closed.");
        }
        if (current == null) {
            RecordBound now = bound.get();
            current = new Sending(producers.apply(now), now);
        }
        return current;
    }

    /** The topic's limit may have changed since the producer was made: it is asked before a record is refused. */
    private Optional<Verdict> tooLarge(long size, Sending sending) {
        if (size <= sending.bound.most()) {
            return Optional.empty();
        }
        RecordBound now = bound.get();
        if (size > now.most()) {
            return Optional.of(now.refusal(topic, size));
        }
        renew(sending);
        return Optional.of(new Unjudged(false, "Topic \"" + topic + "\" takes larger records than before."));
    }

    /** Gives up a producer; the next record gets a new one. */
    private synchronized void renew(Sending failed) {
        if (current == failed && !closed) {
            current = null;
            failed.abandoned = true;
            // Not on the producer's own thread, which this may be: it would wait for itself.
            new Thread(() -> failed.producer.close(Duration.ZERO), "fathom-producer-close").start();
        }
    }

    /** @param shared whether another record of the batch may be at fault */
    private Verdict verdict(Exception failure, Sending sending, boolean shared) {
        if (sending.abandoned) {
            return new Unjudged(false, "The producer it was given to was closed.");
        }
        if (isAboutRecords(failure)) {
            return shared ? ofItsBatch(failure) : refused(failure);
        }
        if (failure instanceof AuthorizationException) {
            renew(sending);
            return EndpointFault.failure("The cluster's ACLs do not let the service write to topic \"" + topic + "\".");
        }
        if (failure instanceof InvalidTopicException) {
            return EndpointFault.failure("\"" + topic + "\" is not a topic.");
        }
        if (failure instanceof RetriableException) {
            return outage(failure);
        }
        // The broker failed on what it was sent; the producer is fine.
        boolean brokers = failure instanceof UnknownServerException;
        if (!shared || failure instanceof AuthenticationException) {
            if (!brokers) {
                renew(sending);
            }
            return brokers
                    ? EndpointFault.failure("The broker failed on it when it was written to topic \"" + topic + "\".")
                    : outage(failure);
        }
        // Records sent with one that is refused fail with KafkaException itself, which may mean anything.
        if (!brokers && (failure.getClass() != KafkaException.class || sending.failsForLong())) {
            renew(sending);
        }
        return ofItsBatch(failure);
    }

    private static boolean isAboutRecords(Exception failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof CorruptRecordException
                || failure instanceof SerializationException
                || failure instanceof IllegalArgumentException;
    }

    private Verdict ofItsBatch(Exception failure) {
        return new Unjudged(true, "Topic \"" + topic + "\" refused the batch it was sent in: " + name(failure) + ".");
    }

    private Verdict refused(Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            return RecordFault.of(
                    "Topic \"" + topic + "\" refuses it: it is larger than the topic takes" + " (max.message.bytes).");
        }
        if (failure instanceof RecordBatchTooLargeException) {
            return RecordFault.of("Topic \"" + topic + "\" refuses it: it is larger than a segment of the topic"
                    + " (segment.bytes).");
        }
        String said = failure.getMessage() == null ? "" : failure.getMessage();
        String reason = said.length() > LONGEST_REASON ? said.substring(0, LONGEST_REASON) + "…" : said;
        return RecordFault.of("Topic \"" + topic + "\" refuses it: " + name(failure) + ". " + reason);
    }

    private Verdict outage(Exception failure) {
        return EndpointFault.outage("Topic \"" + topic + "\" did not acknowledge it: " + name(failure) + ".");
    }

    private static String name(Exception failure) {
        return failure.getClass().getSimpleName().replace("Exception", "");
    }

    @Override
    public void close() {
        Sending last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        if (last != null) {
            last.abandoned = true;
            last.producer.close(Duration.ofMillis(100));
        }
    }
}
