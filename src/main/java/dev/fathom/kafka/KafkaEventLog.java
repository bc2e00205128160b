package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.EventLog;
import dev.fathom.cluster.Required;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;

/**
 * An event log on a topic with one partition, for the length of one request. Events larger than a record may be are cut
 * into parts that say what they are parts of; a reader puts them together and never shows an event that is not whole.
 */
final class KafkaEventLog implements EventLog {

    /** Well below the megabyte that brokers take in one batch unless told otherwise. */
    private static final int MOST_BYTES_A_RECORD = 800_000;

    private static final String EVENT = "fathom-event";
    private static final String PART = "fathom-part";
    private static final int HEADER_BYTES = 8;

    private final Topic topic;
    private final Connection connection;
    private final TopicLookup lookup;
    private final Deadline deadline;
    private final Answers answers;

    /** @param lookup of topics, which may be remembered */
    KafkaEventLog(Topic topic, Connection connection, TopicLookup lookup, Deadline deadline, Answers answers) {
        this.topic = topic;
        this.connection = connection;
        this.lookup = lookup;
        this.deadline = deadline;
        this.answers = answers;
    }

    /**
     * Where a reader is.
     *
     * @param unfinished events of which some parts have been read
     */
    private record At(String topicId, long offset, Map<String, byte[]> unfinished) implements Place {}

    private Optional<dev.fathom.cluster.Topic> find() {
        return Required.in(lookup.of(List.of(topic.name())), topic.name()).unless(Reason.TOPIC_NOT_FOUND);
    }

    @Override
    public boolean exists() {
        return find().isPresent();
    }

    @Override
    public Optional<ClusterException> refusal() {
        if (exists()) {
            Set<String> rights = Required.in(
                            new TopicRights(admin(), deadline, answers).of(List.of(topic.name())), topic.name())
                    .orThrow();
            return rights.containsAll(Set.of("READ", "WRITE"))
                    ? Optional.empty()
                    : Optional.of(new ClusterException(
                            Reason.NOT_AUTHORIZED,
                            "The ACLs of cluster \"" + connection.settings().name()
                                    + "\" do not let the service keep its journal: it needs Read and Write on topic \""
                                    + topic.name() + "\"."));
        }
        return answers.outcome(
                        admin().createTopics(
                                        List.of(wanted()),
                                        new CreateTopicsOptions()
                                                .validateOnly(true)
                                                .timeoutMs(deadline.millisLeft()))
                                .all(),
                        "create the topic \"" + topic.name() + "\" (needs Create on it or on the cluster)")
                .problem()
                .filter(problem -> !(problem.getCause() instanceof TopicExistsException));
    }

    private NewTopic wanted() {
        return new NewTopic(
                        topic.name(),
                        Optional.of(1),
                        topic.replicationFactor() < 0 ? Optional.empty() : Optional.of(topic.replicationFactor()))
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(topic.retention().toMillis()),
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "LogAppendTime"));
    }

    private Admin admin() {
        return connection.admin(Purpose.JOURNAL);
    }

    @Override
    public void make() {
        if (!exists()) {
            new Making(connection, admin(), deadline).make(wanted());
        }
    }

    @Override
    public void append(String key, byte[] value) {
        make();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try {
            for (ProducerRecord<byte[], byte[]> part : parts(key, value)) {
                sent.add(connection.journalClients().producer().send(part));
            }
            for (Future<RecordMetadata> part : sent) {
                part.get(deadline.millisLeft(), TimeUnit.MILLISECONDS);
            }
            connection.probe().heard();
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw connection
                    .translator()
                    .translate(e, "write to the topic \"" + topic.name() + "\" (needs Write on it)");
        }
    }

    private List<ProducerRecord<byte[], byte[]>> parts(String key, byte[] value) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int count = Math.max(1, (value.length + MOST_BYTES_A_RECORD - 1) / MOST_BYTES_A_RECORD);
        byte[] event = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        List<ProducerRecord<byte[], byte[]>> parts = new ArrayList<>(count);
        for (int part = 0; part < count; part++) {
            int from = part * MOST_BYTES_A_RECORD;
            int to = Math.min(value.length, from + MOST_BYTES_A_RECORD);
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic.name(), 0, keyBytes, Arrays.copyOfRange(value, from, to));
            if (count > 1) {
                record.headers().add(EVENT, event);
                record.headers()
                        .add(
                                PART,
                                ByteBuffer.allocate(HEADER_BYTES)
                                        .putInt(part)
                                        .putInt(count)
                                        .array());
            }
            parts.add(record);
        }
        return parts;
    }

    @Override
    public Reading since(Place place) {
        String asked = "read the topic \"" + topic.name() + "\" (needs Read on it)";
        Optional<dev.fathom.cluster.Topic> found = find();
        if (found.isEmpty()) {
            return new Reading(List.of(), Place.START, place != Place.START);
        }
        try {
            return connection
                    .journalClients()
                    .reading(
                            deadline,
                            consumer -> read(consumer, place, found.get().topicId()));
        } catch (KafkaException e) {
            throw connection.translator().translate(e, asked);
        }
    }

    private Reading read(KafkaConsumer<byte[], byte[]> consumer, Place place, String topicId) {
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        if (!consumer.assignment().equals(Set.of(partition))) {
            consumer.assign(List.of(partition));
        }
        long end = Required.in(consumer.endOffsets(List.of(partition), left()), partition);
        boolean goesOn = place instanceof At at && at.topicId().equals(topicId) && at.offset() <= end;
        Map<String, byte[]> unfinished = goesOn ? new HashMap<>(((At) place).unfinished()) : new HashMap<>();
        if (goesOn) {
            consumer.seek(partition, ((At) place).offset());
        } else {
            consumer.seekToBeginning(List.of(partition));
        }
        List<Event> events = new ArrayList<>();
        long next = consumer.position(partition, left());
        while (next < end) {
            if (deadline.passed()) {
                throw new ClusterException(
                        Reason.TIMED_OUT, "The topic \"" + topic.name() + "\" could not be read to its end in time.");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(left()).records(partition)) {
                take(record, unfinished, events);
            }
            next = consumer.position(partition, left());
        }
        connection.probe().heard();
        return new Reading(events, new At(topicId, next, Map.copyOf(unfinished)), !goesOn && place != Place.START);
    }

    private Duration left() {
        return Duration.ofMillis(deadline.millisLeft());
    }

    private static void take(
            ConsumerRecord<byte[], byte[]> record, Map<String, byte[]> unfinished, List<Event> events) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        Header event = record.headers().lastHeader(EVENT);
        Header part = record.headers().lastHeader(PART);
        if (event != null && part != null && part.value().length == HEADER_BYTES) {
            ByteBuffer numbers = ByteBuffer.wrap(part.value());
            int number = numbers.getInt();
            int count = numbers.getInt();
            String id = new String(event.value(), StandardCharsets.US_ASCII);
            value = joined(number == 0 ? new byte[0] : unfinished.getOrDefault(id, new byte[0]), value);
            if (number < count - 1) {
                unfinished.put(id, value);
                return;
            }
            unfinished.remove(id);
        }
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        events.add(new Event(record.offset(), Instant.ofEpochMilli(record.timestamp()), key, value));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + second.length);
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }
}
