package dev.fathom.parking;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A topic that parked records are in, as it is on one cluster now. */
public final class ParkingTopic {

    /** How far back a copy is looked for that nobody knows the place of: what was parked in the minutes before. */
    private static final Tail.Bound SEARCHED = new Tail.Bound(2_000, 16L << 20);
    /** How far back a list goes, over all partitions. */
    private static final long MOST_LISTED = 5_000;

    private static final long MOST_BYTES_LISTED = 32L << 20;
    /** Of one record: a broker sends the first batch whole, however large. */
    private static final long ONE = 1 << 20;

    private final Topic topic;

    public ParkingTopic(Topic topic) {
        this.topic = topic;
    }

    public String name() {
        return topic.name();
    }

    public String topicId() {
        return topic.topicId();
    }

    /** Where copies from a log go: to the partition that Kafka's own dead letters of it go to. */
    public TopicPartition partitionFor(TopicPartition from) {
        return new TopicPartition(
                topic.name(), from.partition() % topic.partitions().size());
    }

    /**
     * Whether a record is parked already.
     *
     * @param copy where
     * @param whole whether the log was searched to its beginning; true where a copy was found
     */
    public record Search(Optional<RecordPlace> copy, boolean whole) {}

    /**
     * Looks for the copy of a record.
     *
     * @param known places where a copy was acknowledged once
     */
    public Search find(Cluster cluster, TopicPartition from, LogRecord record, String group, List<RecordPlace> known) {
        Map<TopicPartition, Ends> ends = ends(cluster);
        for (RecordPlace place : known) {
            Ends log = ends.get(place.partition());
            if (log != null && place.offset() >= log.first() && place.offset() < log.last()) {
                Optional<RecordPlace> there = at(cluster, place, log)
                        .filter(parked -> parked.isCopyOf(from, record, group))
                        .map(ParkedRecord::copy);
                if (there.isPresent()) {
                    return new Search(there, true);
                }
            }
        }
        TopicPartition log = partitionFor(from);
        Ends bounds = Required.in(ends, log);
        Tail tail = Tail.of(
                cluster,
                log,
                bounds.first(),
                bounds.last(),
                SEARCHED,
                stored -> ParkedRecord.of(log, stored)
                        .filter(parked -> parked.isCopyOf(from, record, group))
                        .isPresent(),
                true);
        return tail.records().stream()
                .findFirst()
                .map(copy -> new Search(Optional.of(new RecordPlace(log, copy.offset())), true))
                .orElseGet(() -> new Search(Optional.empty(), tail.whole()));
    }

    /**
     * The parked record at a place.
     *
     * @throws ClusterException {@code PARTITION_NOT_FOUND}; {@code OFFSET_OUT_OF_RANGE} where no record lies at the place
     */
    public Optional<ParkedRecord> at(Cluster cluster, RecordPlace place) {
        if (!topic.has(place.partition().partition())) {
            throw ClusterException.partitionNotFound(
                    topic.name(),
                    Integer.toString(place.partition().partition()),
                    topic.partitions().size());
        }
        Ends log = Required.in(ends(cluster), place.partition());
        if (place.offset() < log.first() || place.offset() >= log.last()) {
            throw new ClusterException(
                    Reason.OFFSET_OUT_OF_RANGE,
                    "Offset " + place.offset() + " lies outside " + place.partition() + ", which holds offsets "
                            + log.first() + " to " + log.last() + ".");
        }
        return at(cluster, place, log);
    }

    private static Optional<ParkedRecord> at(Cluster cluster, RecordPlace place, Ends log) {
        RecordBatch batch = cluster.read(
                new RecordQuery(place.partition(), place.offset(), log.last(), 1, ONE, Isolation.READ_UNCOMMITTED));
        return batch.records().stream()
                .filter(stored -> stored.offset() == place.offset())
                .findFirst()
                .flatMap(stored -> ParkedRecord.of(place.partition(), stored));
    }

    /**
     * Writes a copy and reads it back.
     *
     * @return where it lies, once every in-sync replica has it
     * @throws ClusterException when the topic refuses it; or when it is not known whether it took it
     */
    public RecordPlace write(
            Cluster cluster, TopicPartition from, LogRecord record, String group, Optional<String> message) {
        TopicPartition log = partitionFor(from);
        long offset = cluster.write(log, ParkedRecord.copyOf(from, record, group, message))
                .orThrow();
        RecordPlace place = new RecordPlace(log, offset);
        Ends ends = new Ends(offset, offset + 1);
        if (at(cluster, place, ends)
                .filter(copy -> copy.isCopyOf(from, record, group))
                .isEmpty()) {
            throw new ClusterException(
                    Reason.UNAVAILABLE,
                    "Topic \"" + topic.name() + "\" acknowledged the copy at " + place
                            + ", but it was not read back there as it was written.");
        }
        return place;
    }

    /**
     * What is parked.
     *
     * @param records by partition, the latest first
     * @param whole whether every record of the topic was looked at
     */
    public record Parked(List<ParkedRecord> records, boolean whole) {}

    /** What is parked for a group, as far back as the bounds go. */
    public Parked list(Cluster cluster, String group) {
        List<ParkedRecord> records = new ArrayList<>();
        boolean whole = true;
        Map<TopicPartition, Ends> ends = ends(cluster);
        long logs = Math.max(
                1,
                ends.values().stream().filter(log -> log.last() > log.first()).count());
        Tail.Bound share = new Tail.Bound(Math.max(1, MOST_LISTED / logs), Math.max(1, MOST_BYTES_LISTED / logs));
        for (TopicPartition log : topic.logs()) {
            Ends bounds = Required.in(ends, log);
            if (bounds.last() <= bounds.first()) {
                continue;
            }
            Tail tail = Tail.of(
                    cluster,
                    log,
                    bounds.first(),
                    bounds.last(),
                    share,
                    stored -> ParkedRecord.of(log, stored)
                            .filter(parked -> parked.group().equals(group))
                            .isPresent(),
                    false);
            whole &= tail.whole();
            tail.records().forEach(stored -> ParkedRecord.of(log, stored).ifPresent(records::add));
        }
        return new Parked(records, whole);
    }

    private record Ends(long first, long last) {}

    private Map<TopicPartition, Ends> ends(Cluster cluster) {
        List<TopicPartition> logs = topic.logs();
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> first = cluster.offsets(LogPoint.Named.FIRST, logs);
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> last = cluster.offsets(LogPoint.Named.LAST, logs);
        Map<TopicPartition, Outcome<Optional<LogOffset>>> begins = first.await();
        Map<TopicPartition, Outcome<Optional<LogOffset>>> stops = last.await();
        Map<TopicPartition, Ends> ends = new HashMap<>();
        for (TopicPartition log : logs) {
            ends.put(
                    log,
                    new Ends(
                            Required.in(begins, log).orThrow().orElseThrow().offset(),
                            Required.in(stops, log).orThrow().orElseThrow().offset()));
        }
        return ends;
    }
}
