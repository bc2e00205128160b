package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Retention;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.operation.Parking;
import dev.fathom.operation.Status;
import dev.fathom.parking.ParkedRecord;
import dev.fathom.parking.ParkingTopic;
import dev.fathom.parking.ParkingTopic.Search;
import dev.fathom.parking.RecordSize;
import dev.fathom.position.PositionResolver;
import dev.fathom.position.PositionResolver.Question;
import dev.fathom.reset.GroupReader.Committed;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.ParkProposal.Found;
import dev.fathom.reset.UnplannableException.Kind;
import dev.fathom.reset.UnplannableException.ValidationError;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the record a group stands at, and what is known of copies of it. */
@ApplicationScoped
class ParkFinder {

    /** A broker sends the first batch whole, however large. */
    private static final long ONE_RECORD = 1 << 20;

    /** What is parked has to stay so long at the least. */
    private static final Duration LEAST_KEPT = Duration.ofHours(1);

    /** How the names of topics begin that are Kafka's, or the service's. */
    private static final String INTERNAL = "__";

    private final SnapshotReader reader;
    private final Operations operations;
    private final Clock clock;

    ParkFinder(SnapshotReader reader, Operations operations, Clock clock) {
        this.reader = reader;
        this.operations = operations;
        this.clock = clock;
    }

    /**
     * @throws UnplannableException when there is no such record, or no topic to park it in
     * @throws ClusterException {@code GROUP_NOT_FOUND}
     */
    ParkProposal find(Cluster cluster, String group, ParkRequest request) {
        TopicPartition partition = request.partition();
        Map<String, Outcome<Topic>> topics =
                cluster.topics(Stream.of(partition.topic(), request.to()).collect(Collectors.toSet()));
        Topic source = named(topics, partition.topic(), "/topic");
        if (!source.has(partition.partition())) {
            throw unfit(
                    "/partition",
                    partition,
                    ClusterException.partitionNotFound(
                                    source.name(),
                                    Integer.toString(partition.partition()),
                                    source.partitions().size())
                            .getMessage());
        }
        ParkingTopic topic = new ParkingTopic(parking(topics, request));
        Commit commit = commit(cluster, group, partition);
        LogRecord record = record(cluster, group, request, commit);
        List<Blocker> blockers = new ArrayList<>(
                taking(cluster, topic.name(), ParkedRecord.copyOf(partition, record, group, request.reason())));
        tooOld(cluster, topic.name(), record).ifPresent(blockers::add);
        boolean unreadable = blockers.stream().anyMatch(blocker -> blocker.why() == Why.NOT_AUTHORIZED);
        List<Operation> earlier = earlier(cluster, group, new RecordPlace(partition, record.offset()), topic);
        List<RecordPlace> known = earlier.stream()
                .flatMap(operation -> operation.parking().flatMap(Parking::copy).stream())
                .distinct()
                .toList();
        Search search =
                unreadable ? new Search(Optional.empty(), true) : topic.find(cluster, partition, record, group, known);
        if (search.copy().isEmpty() && !search.whole()) {
            maybeParked(earlier, topic).ifPresent(blockers::add);
        }
        return ParkProposal.of(
                group,
                request,
                new Found(
                        commit,
                        record,
                        topic,
                        search.copy(),
                        search.copy().isPresent(),
                        known,
                        search.whole(),
                        blockers));
    }

    private static Topic named(Map<String, Outcome<Topic>> topics, String name, String pointer) {
        Outcome<Topic> topic = Required.in(topics, name);
        if (topic.failed(Reason.TOPIC_NOT_FOUND)) {
            throw unfit(pointer, null, topic.problem().orElseThrow().getMessage());
        }
        return topic.orThrow();
    }

    private static Topic parking(Map<String, Outcome<Topic>> topics, ParkRequest request) {
        Topic topic = named(topics, request.to(), "/to");
        if (topic.internal() || topic.name().startsWith(INTERNAL)) {
            throw unfit("/to", null, "\"" + topic.name() + "\" is an internal topic: nothing is parked there.");
        }
        if (topic.name().equals(request.partition().topic())) {
            throw unfit("/to", null, "A record is parked in another topic than the one it is read from.");
        }
        return topic;
    }

    private Commit commit(Cluster cluster, String group, TopicPartition partition) {
        Committed committed =
                reader.committed(cluster, group, new Look.Nowhere(), false).orElseThrow();
        if (!committed.listing().type().hasCommits()) {
            throw unfit(
                    "/topic",
                    partition,
                    "Group \"" + group + "\" is a share group: it acknowledges records one by one, and its brokers"
                            + " have dead letters of their own.");
        }
        return committed
                .commits()
                .of(partition)
                .orElseThrow(() -> new UnplannableException(List.of(new ValidationError(
                        Kind.NO_COMMIT,
                        "/partition",
                        Optional.of(partition),
                        "Group \"" + group + "\" has committed nothing on " + partition
                                + ", so it stands at no record there."))));
    }

    /** The record at the commit, or the first after it that exists. */
    private LogRecord record(Cluster cluster, String group, ParkRequest request, Commit commit) {
        TopicPartition partition = request.partition();
        PositionResolver logs = new Question(Isolation.READ_UNCOMMITTED, clock.instant())
                .add(LogPoint.Named.LAST_STABLE, List.of(partition))
                .ask(cluster);
        logs.problem(partition).ifPresent(problem -> {
            throw problem;
        });
        long first = logs.first(partition).orElseThrow();
        long last = logs.last(partition).orElseThrow();
        if (commit.offset() < first || commit.offset() > last) {
            throw new UnplannableException(List.of(new ValidationError(
                    Kind.OUT_OF_RANGE,
                    "/partition",
                    Optional.of(partition),
                    "Group \"" + group + "\" stands at " + commit.offset() + " of " + partition
                            + ", which holds offsets " + first + " to " + last
                            + ": its members go where auto.offset.reset sends them. Move it first.")));
        }
        long end = request.isolation() == Isolation.READ_COMMITTED
                ? logs.find(LogPoint.Named.LAST_STABLE, partition)
                        .map(LogOffset::offset)
                        .orElse(last)
                : last;
        LogRecord record = read(cluster, request, commit.offset(), end)
                .orElseThrow(() -> new UnplannableException(List.of(new ValidationError(
                        Kind.NO_RECORD,
                        "/partition",
                        Optional.of(partition),
                        "No record of " + partition + " is at or after " + commit.offset() + ", where group \"" + group
                                + "\" stands; the log ends at " + end + "."))));
        if (request.offset().isPresent() && request.offset().getAsLong() != record.offset()) {
            throw unfit(
                    "/offset",
                    partition,
                    "Group \"" + group + "\" stands at the record with offset " + record.offset() + " of " + partition
                            + ", not at " + request.offset().getAsLong() + ": only that one can be parked.");
        }
        return record;
    }

    private static Optional<LogRecord> read(Cluster cluster, ParkRequest request, long from, long end) {
        long next = from;
        while (next < end) {
            RecordBatch batch =
                    cluster.read(new RecordQuery(request.partition(), next, end, 1, ONE_RECORD, request.isolation()));
            if (!batch.records().isEmpty()) {
                return Optional.of(batch.records().get(0));
            }
            if (cluster.left().isZero() || batch.nextOffset() <= next) {
                throw new ClusterException(
                        Reason.TIMED_OUT,
                        "The record that the group stands at was not reached in time, from offset " + from + " on.");
            }
            next = batch.nextOffset();
        }
        return Optional.empty();
    }

    /** Why a topic would not take a record, as far as that can be asked. */
    static List<Blocker> taking(Cluster cluster, String topic, LogRecord copy) {
        List<Blocker> blockers = new ArrayList<>();
        Required.in(cluster.topicRights(Set.of(topic)), topic)
                .value()
                .flatMap(granted -> Blocker.lackingOn(topic, granted, List.of("READ", "WRITE")))
                .ifPresent(blockers::add);
        long bytes = RecordSize.leastOfBatch(copy);
        cluster.largestBatch(topic)
                .filter(most -> bytes > most)
                .ifPresent(most -> blockers.add(Blocker.recordRefused(topic, bytes, most)));
        return blockers;
    }

    /** Brokers delete by the time a record comes with: an old one would not stay parked. */
    private Optional<Blocker> tooOld(Cluster cluster, String topic, LogRecord record) {
        Instant soon = clock.instant().plus(LEAST_KEPT);
        return Required.in(cluster.retention(Set.of(topic)), topic)
                .value()
                .filter(retention -> !retention.byAppendTime())
                .flatMap(Retention::time)
                .flatMap(kept -> record.timestamp()
                        .filter(time -> time.isBefore(soon.minus(kept)))
                        .map(time -> Blocker.recordTooOld(topic, time, kept)));
    }

    /** What was begun before about the same record and topic. */
    private List<Operation> earlier(Cluster cluster, String group, RecordPlace record, ParkingTopic topic) {
        return operations.on(cluster, group).stream()
                .filter(operation -> operation
                        .parking()
                        .filter(parking -> parking.record().equals(record)
                                && parking.to().equals(topic.name())
                                && parking.toTopicId().equals(topic.topicId()))
                        .isPresent())
                .toList();
    }

    private static Optional<Blocker> maybeParked(List<Operation> earlier, ParkingTopic topic) {
        return earlier.stream()
                .filter(operation -> operation.status() != Status.REFUSED
                        && operation.parking().flatMap(Parking::copy).isEmpty())
                .findFirst()
                .map(operation -> Blocker.of(
                                Why.MAYBE_PARKED,
                                "Operation " + operation.id()
                                        + " began to park this record and did not say where; topic \""
                                        + topic.name()
                                        + "\" has so many records that it is not known whether there is a"
                                        + " copy.")
                        .unless(Acknowledgement.MAYBE_PARKED, "Send {} to park it, perhaps a second time."));
    }

    static UnplannableException unfit(String pointer, @Nullable TopicPartition partition, String message) {
        return new UnplannableException(
                List.of(new ValidationError(Kind.UNFIT, pointer, Optional.ofNullable(partition), message)));
    }
}
