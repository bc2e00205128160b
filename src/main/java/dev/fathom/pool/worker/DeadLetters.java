package dev.fathom.pool.worker;

import dev.fathom.pool.sink.Hops;
import dev.fathom.pool.sink.TopicWriter;
import dev.fathom.pool.sink.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes records that the sink will not take to a topic, as they were, with headers that say what happened. */
final class DeadLetters implements AutoCloseable {

    private static final String PREFIX = "fathom.error.";

    private final TopicWriter writer;

    DeadLetters(TopicWriter writer) {
        this.writer = writer;
    }

    record Fault(String group, String consumer, int attempts, String stage, OptionalInt status, String message) {}

    String topic() {
        return writer.topic();
    }

    /**
     * May block while the producer looks up the topic. Takes a record whatever its hops: otherwise whoever writes records could
     * block a partition for ever.
     *
     * @param done told once: empty when every in-sync replica has it, else why not
     */
    void write(ConsumerRecord<byte[], byte[]> record, Fault fault, Consumer<Optional<String>> done) {
        writer.write(
                record,
                headers(record, fault),
                verdict -> done.accept(
                        verdict instanceof Verdict.Taken ? Optional.empty() : Optional.of(verdict.message())));
    }

    private static Headers headers(ConsumerRecord<byte[], byte[]> record, Fault fault) {
        Headers headers = new RecordHeaders(Hops.counted(record.headers()));
        // Headers of an earlier failure would be wrong here.
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
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        writer.close();
    }
}
