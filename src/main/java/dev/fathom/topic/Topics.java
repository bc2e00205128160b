package dev.fathom.topic;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicListing;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import dev.fathom.position.Position;
import dev.fathom.topic.PositionNotFoundException.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Lists topics, finds offsets in their logs, reads their records. */
@ApplicationScoped
public class Topics {

    /** The most bytes of records one answer carries. */
    private static final long MAX_BYTES = 4 << 20;

    private final Clock clock;

    Topics(Clock clock) {
        this.clock = clock;
    }

    /** A page of topics with their partition counts, and what went wrong with single ones. */
    public record TopicList(Page<Topic> page, Map<String, ClusterException> problems) {}

    /**
     * The topics whose name contains the text, in any case.
     *
     * @param internal whether Kafka's own topics are listed too
     */
    public TopicList list(Cluster cluster, Optional<String> search, boolean internal, PageRequest request) {
        List<TopicListing> fitting = cluster.listTopics().stream()
                .filter(topic -> internal || !topic.internal())
                .filter(topic -> search.map(
                                text -> topic.name().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)))
                        .orElse(true))
                .toList();
        Page<TopicListing> page = Page.of(fitting, TopicListing::name, request);
        Map<String, Outcome<Topic>> described =
                cluster.topics(page.items().stream().map(TopicListing::name).toList());
        Map<String, ClusterException> problems = new LinkedHashMap<>();
        List<Topic> topics = new ArrayList<>();
        for (TopicListing listing : page.items()) {
            Outcome<Topic> topic = described.get(listing.name());
            topic.value().ifPresent(topics::add);
            topic.problem().ifPresent(problem -> problems.put(listing.name(), problem));
        }
        return new TopicList(page.withItems(topics), problems);
    }

    /** @throws ClusterException {@code TOPIC_NOT_FOUND}, {@code NOT_AUTHORIZED} */
    public Topic describe(Cluster cluster, String name) {
        return cluster.topics(List.of(name)).get(name).orThrow();
    }

    /**
     * The borders of a topic's logs and where positions lie in them.
     *
     * @param partition one partition; empty for all
     * @param positions none of them one that needs a group
     */
    public List<PartitionOffsets> offsets(
            Cluster cluster,
            String topic,
            Optional<String> partition,
            Map<String, Position> positions,
            Isolation isolation) {
        Topic described = describe(cluster, topic);
        List<TopicPartition> partitions = partition
                .map(number -> List.of(partitionOf(described, number)))
                .orElseGet(() -> described.partitions().stream()
                        .map(each -> new TopicPartition(topic, each.number()))
                        .toList());
        Instant now = clock.instant();
        // The last stable offset first, the high watermark after: the one never lies beyond the other.
        Map<LogPoint, Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> asked = new LinkedHashMap<>();
        ask(cluster, LogPoint.Named.LAST_STABLE, partitions, asked);
        ask(cluster, LogPoint.Named.LAST, partitions, asked);
        ask(cluster, LogPoint.Named.FIRST, partitions, asked);
        positions.values().forEach(position -> point(position, isolation, now)
                .ifPresent(point -> ask(cluster, point, partitions, asked)));
        Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> found = new HashMap<>();
        asked.forEach((point, pending) -> found.put(point, pending.await()));
        return partitions.stream()
                .map(each -> offsets(each, found, positions, isolation, now))
                .toList();
    }

    private static void ask(
            Cluster cluster,
            LogPoint point,
            List<TopicPartition> partitions,
            Map<LogPoint, Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> asked) {
        if (!asked.containsKey(point)) {
            asked.put(point, cluster.offsets(point, partitions));
        }
    }

    /** For readers of committed records the end of the log is the last stable offset. */
    private static Optional<LogPoint> point(Position position, Isolation isolation, Instant now) {
        return position.point(now)
                .map(point -> point == LogPoint.Named.LAST && isolation == Isolation.READ_COMMITTED
                        ? LogPoint.Named.LAST_STABLE
                        : point);
    }

    private static PartitionOffsets offsets(
            TopicPartition partition,
            Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> found,
            Map<String, Position> positions,
            Isolation isolation,
            Instant now) {
        Long first = offset(found.get(LogPoint.Named.FIRST).get(partition));
        Long last = offset(found.get(LogPoint.Named.LAST).get(partition));
        Long lastStable = offset(found.get(LogPoint.Named.LAST_STABLE).get(partition));
        Optional<ClusterException> problem = found.values().stream()
                .flatMap(answers -> answers.get(partition).problem().stream())
                .findFirst();
        Map<String, Optional<LogOffset>> resolved = new LinkedHashMap<>();
        positions.forEach((written, position) -> {
            Optional<LogOffset> answer = point(position, isolation, now)
                    .map(point -> found.get(point).get(partition).value().flatMap(offset -> offset))
                    .orElseGet(() -> position.from(0).map(LogOffset::at));
            resolved.put(
                    written,
                    first == null || last == null
                            ? Optional.empty()
                            : answer.flatMap(anchor -> shifted(position, anchor))
                                    .filter(offset -> offset.offset() >= first && offset.offset() <= last));
        });
        return new PartitionOffsets(partition, first, last, lastStable, resolved, problem);
    }

    /** The anchor moved; timestamp and epoch belong to the anchor's own place alone. */
    private static Optional<LogOffset> shifted(Position position, LogOffset anchor) {
        return position.from(anchor.offset()).map(offset -> offset == anchor.offset() ? anchor : LogOffset.at(offset));
    }

    private static Long offset(Outcome<Optional<LogOffset>> outcome) {
        return outcome.value().flatMap(offset -> offset).map(LogOffset::offset).orElse(null);
    }

    private static TopicPartition partitionOf(Topic topic, String number) {
        int partitions = topic.partitions().size();
        if (number.isEmpty() || number.length() > 10 || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw ClusterException.partitionNotFound(topic.name(), number, partitions);
        }
        long parsed = Long.parseLong(number);
        if (parsed >= partitions) {
            throw ClusterException.partitionNotFound(topic.name(), number, partitions);
        }
        return new TopicPartition(topic.name(), (int) parsed);
    }

    /**
     * Where a consumer's seek to a position would end; never clamped.
     *
     * @param current the offset {@code current} counts from; empty where the position does not need it
     * @throws PositionNotFoundException when the log has no such place
     */
    public SoughtOffset seek(
            Cluster cluster, String topic, String partition, Position position, Optional<Long> current) {
        TopicPartition log = partitionOf(describe(cluster, topic), partition);
        return seek(cluster, log, position, current);
    }

    private SoughtOffset seek(Cluster cluster, TopicPartition log, Position position, Optional<Long> current) {
        List<TopicPartition> one = List.of(log);
        Optional<LogPoint> point = position.point(clock.instant());
        Optional<Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> asked =
                point.map(asking -> cluster.offsets(asking, one));
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> asksFirst =
                cluster.offsets(LogPoint.Named.FIRST, one);
        Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> asksLast = cluster.offsets(LogPoint.Named.LAST, one);
        long first = asksFirst.await().get(log).orThrow().orElseThrow().offset();
        long last = asksLast.await().get(log).orThrow().orElseThrow().offset();
        long anchor = asked.isPresent()
                ? asked.get()
                        .await()
                        .get(log)
                        .orThrow()
                        .orElseThrow(() -> noRecord(log, position, last))
                        .offset()
                : current.orElse(0L);
        long offset = position.from(anchor)
                .filter(found -> found >= first && found <= last)
                .orElseThrow(() -> new PositionNotFoundException(
                        Reason.OUT_OF_RANGE,
                        "Position " + position + " lies outside partition " + log.partition() + " of topic \""
                                + log.topic() + "\", which holds offsets " + first + " to " + last
                                + " (the last is the next to be written)."
                                + (position instanceof Position.Absolute absolute ? absolute.hint() : "")));
        return new SoughtOffset(offset, first, last);
    }

    private static PositionNotFoundException noRecord(TopicPartition log, Position position, long last) {
        return new PositionNotFoundException(
                Reason.NO_RECORD,
                "Partition " + log.partition() + " of topic \"" + log.topic() + "\" has no record at " + position
                        + "; its last offset is " + last + ".");
    }

    /**
     * Records from a position on, as they lie in the log.
     *
     * @param limit the most records
     * @throws PositionNotFoundException when the log has no such place
     */
    public ReadRecords records(
            Cluster cluster, String topic, String partition, Position position, int limit, Isolation isolation) {
        TopicPartition log = partitionOf(describe(cluster, topic), partition);
        SoughtOffset from = seek(cluster, log, position, Optional.empty());
        long end = from.lastOffset();
        if (isolation == Isolation.READ_COMMITTED) {
            end = cluster.offsets(LogPoint.Named.LAST_STABLE, List.of(log))
                    .await()
                    .get(log)
                    .orThrow()
                    .orElseThrow()
                    .offset();
        }
        RecordBatch batch = from.offset() >= end
                ? new RecordBatch(List.of(), from.offset(), false)
                : cluster.read(new RecordQuery(log, from.offset(), end, limit, MAX_BYTES, isolation));
        return new ReadRecords(batch, from.firstOffset(), from.lastOffset());
    }
}
