package dev.fathom.parking;

import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.LogRecord.Header;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A record in a parking topic, or any other record with the headers of Kafka's dead letters.
 *
 * <p>A copy has all headers of its record, in their order, and after them those that say where it came from: {@code fathom.parked},
 * with which they begin, so that a record that was parked before keeps what it says of that; then Kafka's own of KIP-1191.
 *
 * @param copy where it lies
 * @param record where the record it is a copy of lay
 * @param group the one that could not get past it
 * @param message why, in somebody's words
 * @param original the record as it was; its offset is that of {@code record}
 */
public record ParkedRecord(
        RecordPlace copy, RecordPlace record, String group, Optional<String> message, LogRecord original) {

    /** The first of the headers that are added; its value is the version of what follows. */
    static final String MARK = "fathom.parked";

    static final String TIMESTAMP = "fathom.parked.timestamp";

    private static final String KAFKA = "__dlq.errors.";
    static final String TOPIC = KAFKA + "topic";
    static final String PARTITION = KAFKA + "partition";
    static final String OFFSET = KAFKA + "offset";
    static final String GROUP = KAFKA + "group";
    static final String MESSAGE = KAFKA + "message";

    private static final String VERSION = "1";
    /** Of a record that has no timestamp. */
    private static final String NONE = "none";

    /**
     * What is written to a parking topic.
     *
     * @param message why; left out where there is none
     */
    public static LogRecord copyOf(TopicPartition from, LogRecord original, String group, Optional<String> message) {
        List<Header> headers = new ArrayList<>(original.headers());
        add(headers, MARK, VERSION);
        add(headers, TOPIC, from.topic());
        add(headers, PARTITION, Integer.toString(from.partition()));
        add(headers, OFFSET, Long.toString(original.offset()));
        add(headers, GROUP, group);
        message.ifPresent(text -> add(headers, MESSAGE, text));
        add(
                headers,
                TIMESTAMP,
                original.timestamp()
                        .map(time -> Long.toString(time.toEpochMilli()))
                        .orElse(NONE));
        return new LogRecord(
                original.offset(),
                original.timestamp(),
                original.timestampType(),
                original.key(),
                original.value(),
                headers);
    }

    private static void add(List<Header> headers, String name, String value) {
        headers.add(new Header(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    /** What a record of a topic is a copy of; empty where it does not say. */
    public static Optional<ParkedRecord> of(TopicPartition log, LogRecord stored) {
        int mark = lastOf(stored.headers(), MARK);
        List<Header> own = new ArrayList<>();
        List<Header> added = new ArrayList<>();
        for (int i = 0; i < stored.headers().size(); i++) {
            Header header = stored.headers().get(i);
            boolean ours = mark >= 0 ? i >= mark : header.key().startsWith(KAFKA);
            (ours ? added : own).add(header);
        }
        Optional<String> topic = text(added, TOPIC).filter(name -> !name.isEmpty());
        Optional<Long> partition = number(added, PARTITION).filter(found -> found <= Integer.MAX_VALUE);
        Optional<Long> offset = number(added, OFFSET);
        Optional<String> group = text(added, GROUP);
        if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty() || group.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> time = text(added, TIMESTAMP);
        Optional<Instant> timestamp =
                time.isEmpty() ? stored.timestamp() : number(added, TIMESTAMP).map(Instant::ofEpochMilli);
        return Optional.of(new ParkedRecord(
                new RecordPlace(log, stored.offset()),
                new RecordPlace(new TopicPartition(topic.get(), partition.get().intValue()), offset.get()),
                group.get(),
                text(added, MESSAGE),
                new LogRecord(offset.get(), timestamp, stored.timestampType(), stored.key(), stored.value(), own)));
    }

    private static int lastOf(List<Header> headers, String name) {
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).key().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<String> text(List<Header> headers, String name) {
        int last = lastOf(headers, name);
        return last < 0 || headers.get(last).value() == null
                ? Optional.empty()
                : Optional.of(new String(headers.get(last).value(), StandardCharsets.UTF_8));
    }

    private static Optional<Long> number(List<Header> headers, String name) {
        return text(headers, name)
                .filter(text -> text.length() <= 19
                        && !text.isEmpty()
                        && text.chars().allMatch(digit -> digit >= '0' && digit <= '9'))
                .flatMap(text -> {
                    try {
                        return Optional.of(Long.parseLong(text));
                    } catch (NumberFormatException e) {
                        return Optional.empty();
                    }
                });
    }

    /** Whether it is a copy of this very record for this group: the same place with the same content. */
    public boolean isCopyOf(TopicPartition from, LogRecord other, String ofGroup) {
        return group.equals(ofGroup) && record.equals(new RecordPlace(from, other.offset())) && same(original, other);
    }

    /** Whether two records have the same key, value, headers and timestamp. */
    public static boolean same(LogRecord one, LogRecord other) {
        if (one.headers().size() != other.headers().size()) {
            return false;
        }
        for (int i = 0; i < one.headers().size(); i++) {
            Header header = one.headers().get(i);
            Header counterpart = other.headers().get(i);
            if (!header.key().equals(counterpart.key()) || !Arrays.equals(header.value(), counterpart.value())) {
                return false;
            }
        }
        return Arrays.equals(one.key(), other.key())
                && Arrays.equals(one.value(), other.value())
                && one.timestamp().equals(other.timestamp());
    }
}
