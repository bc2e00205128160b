package dev.fathom.topic;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicListing;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import dev.fathom.position.Place;
import dev.fathom.position.Position;
import dev.fathom.position.PositionResolver;
import dev.fathom.position.PositionResolver.Question;
import dev.fathom.topic.PositionNotFoundException.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Lists topics, finds offsets in their logs, reads their records. */
@ApplicationScoped
public class Topics {

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
     * @param internal whether Kafka's own topics, and those the service runs on, are listed too; one whose whole name is
     *     searched for always is
     */
    public TopicList list(Cluster cluster, Optional<String> search, boolean internal, PageRequest request) {
        List<TopicListing> fitting = cluster.listTopics().stream()
                .filter(topic -> internal
                        || !(topic.internal() || Blocker.isOwn(topic.name()))
                        || search.filter(topic.name()::equals).isPresent())
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
            Outcome<Topic> topic = Required.in(described, listing.name());
            topic.value().ifPresent(topics::add);
            topic.problem().ifPresent(problem -> problems.put(listing.name(), problem));
        }
        return new TopicList(page.withItems(topics), problems);
    }

    /** @throws ClusterException {@code TOPIC_NOT_FOUND}, {@code NOT_AUTHORIZED} */
    public Topic describe(Cluster cluster, String name) {
        return Required.in(cluster.topics(List.of(name)), name).orThrow();
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
        List<TopicPartition> partitions =
                partition.map(number -> List.of(partitionOf(described, number))).orElseGet(described::logs);
        // The last stable offset first: the resolver asks for the high watermark last, so the one never lies beyond the
        // other.
        Question question = new Question(isolation, clock.instant()).add(LogPoint.Named.LAST_STABLE, partitions);
        positions.values().forEach(position -> question.add(position, partitions));
        PositionResolver logs = question.ask(cluster);
        return partitions.stream().map(each -> offsets(each, logs, positions)).toList();
    }

    private static PartitionOffsets offsets(
            TopicPartition partition, PositionResolver logs, Map<String, Position> positions) {
        Optional<Long> first = logs.first(partition);
        Optional<Long> last = logs.last(partition);
        Map<String, Optional<LogOffset>> resolved = new LinkedHashMap<>();
        positions.forEach((written, position) -> resolved.put(
                written,
                first.flatMap(from ->
                        last.flatMap(to -> logs.resolve(position, partition).inside(from, to)))));
        return new PartitionOffsets(
                partition,
                first.orElse(null),
                last.orElse(null),
                logs.find(LogPoint.Named.LAST_STABLE, partition)
                        .map(LogOffset::offset)
                        .orElse(null),
                resolved,
                logs.problem(partition));
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
        PositionResolver logs = new Question(Isolation.READ_UNCOMMITTED, clock.instant())
                .add(position, List.of(log))
                .ask(cluster);
        logs.problem(log).ifPresent(problem -> {
            throw problem;
        });
        long first = logs.first(log).orElseThrow();
        long last = logs.last(log).orElseThrow();
        Place place = logs.resolve(
                position, log, current.map(offset -> new Commit(offset, OptionalInt.empty(), "")), Map.of());
        if (place.found().isEmpty()) {
            throw noRecord(log, position, last);
        }
        return place.inside(first, last)
                .map(found -> new SoughtOffset(found.offset(), first, last))
                .orElseThrow(() -> new PositionNotFoundException(
                        Reason.OUT_OF_RANGE,
                        "Position " + position + " lies outside partition " + log.partition() + " of topic \""
                                + log.topic() + "\", which holds offsets " + first + " to " + last
                                + " (the last is the next to be written)." + position.hint()));
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
            end = Required.in(
                            cluster.offsets(LogPoint.Named.LAST_STABLE, List.of(log))
                                    .await(),
                            log)
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
