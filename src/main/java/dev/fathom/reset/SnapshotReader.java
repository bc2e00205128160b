package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.group.Groups;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Journal;
import dev.fathom.position.Position;
import dev.fathom.position.Position.None;
import dev.fathom.position.Position.OfGroup;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.ResetRequest.Target;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.UnplannableException.Flaw;
import dev.fathom.reset.UnplannableException.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Asks a cluster everything that a plan is made of. The only place of this package that reads. */
@ApplicationScoped
class SnapshotReader {

    /** The most partitions one request may move. */
    static final int MOST_PARTITIONS = 10_000;

    private final Groups groups;
    private final Journal journal;
    private final UseDetector use;
    private final ManagedGroups managed;
    private final Clock clock;

    SnapshotReader(Groups groups, Journal journal, UseDetector use, ManagedGroups managed, Clock clock) {
        this.groups = groups;
        this.journal = journal;
        this.use = use;
        this.managed = managed;
        this.clock = clock;
    }

    /** A group with what it committed, read at once. */
    record Committed(
            GroupListing listing, GroupDescription description, Commits commits, Set<TopicPartition> pending) {}

    /**
     * Looks at a group and at the logs a request names.
     *
     * @throws UnplannableException when the request names topics or partitions that do not exist
     * @throws ClusterException {@code GROUP_NOT_FOUND} unless the request may create the group
     */
    ResetSnapshot survey(Cluster cluster, String group, ResetRequest request) {
        // First what the request itself names: a typo there is answered without a look at the group.
        Map<String, Outcome<Topic>> topics = new HashMap<>(
                cluster.topics(request.targets().stream().map(Target::topic).collect(Collectors.toSet())));
        List<PartitionTarget> named = targets(request, topics);
        Optional<Committed> committed = committed(cluster, group, look(request), request.createGroup());
        GroupListing listing = committed.map(Committed::listing).orElseGet(() -> toBeMade(group));
        Map<String, Commits> others = others(cluster, request);
        List<String> internal = InternalTopics.of(cluster, committed, request.sourceTopics());
        List<PartitionTarget> targets =
                request.targets().isEmpty() ? everything(request, committed, others, internal) : named;
        refuseWhatDoesNotFit(listing, request, targets, internal);
        ResetSnapshot found =
                snapshot(cluster, listing, committed, targets, topics, others, internal, request.acknowledgeInUse());
        ResetSnapshot snapshot = request.pauseConsumers() ? found.without(Blocker.Why.MANAGED) : found;
        boolean mayWait = request.waitForEmpty().isPresent() && !journal.required();
        return mayWait ? journal.blockerOfWaiting(cluster).map(snapshot::with).orElse(snapshot) : snapshot;
    }

    static Look look(ResetRequest request) {
        return request.stable()
                ? new Look.At(request.targets().stream().map(Target::topic).collect(Collectors.toSet()))
                : new Look.Nowhere();
    }

    /** What can be found out about a group and about partitions of it, whatever is to be done with them. */
    ResetSnapshot snapshot(
            Cluster cluster,
            GroupListing listing,
            Optional<Committed> committed,
            List<PartitionTarget> targets,
            Map<String, Outcome<Topic>> knownTopics,
            Map<String, Commits> others,
            List<String> internal,
            boolean acknowledgeInUse) {
        Map<String, Outcome<Topic>> topics = new HashMap<>(knownTopics);
        Set<String> unknown =
                targets.stream().map(target -> target.partition().topic()).collect(Collectors.toSet());
        unknown.removeAll(topics.keySet());
        topics.putAll(cluster.topics(unknown));
        List<PartitionTarget> sorted = targets.stream()
                .sorted((one, other) -> one.partition().compareTo(other.partition()))
                .toList();
        boolean inUse = !acknowledgeInUse
                && committed.filter(known -> use.inUse(cluster, known)).isPresent();
        Instant now = clock.instant();
        return new ResetSnapshot(
                listing,
                committed.map(Committed::description),
                committed.map(Committed::commits).orElseGet(Commits::new),
                committed.map(Committed::pending).orElse(Set.of()),
                sorted,
                topics,
                rights(cluster, topics),
                points(cluster, sorted, topics, now),
                others,
                internal,
                inUse,
                blockers(cluster, listing.id()),
                now);
    }

    /** The same snapshot with the group as it is now; the logs are not asked again. */
    ResetSnapshot again(Cluster cluster, ResetSnapshot snapshot, Look look, boolean acknowledgeInUse) {
        boolean mayBeMissing = snapshot.description().isEmpty();
        Optional<Committed> now = committed(cluster, snapshot.group().id(), look, mayBeMissing);
        if (now.isEmpty()) {
            return snapshot;
        }
        boolean inUse = !acknowledgeInUse && use.movedSince(cluster, now.get());
        return snapshot.with(
                now.get().description(), now.get().commits(), now.get().pending(), inUse);
    }

    /** A group that does not exist yet, as it would be listed once something is committed to it. */
    static GroupListing toBeMade(String group) {
        return new GroupListing(group, GroupType.CLASSIC, GroupState.EMPTY, "", true);
    }

    List<Blocker> blockers(Cluster cluster, String group) {
        List<Blocker> blockers = new ArrayList<>();
        if (cluster.readOnly()) {
            blockers.add(Blocker.readOnly(cluster.name()));
        } else {
            journal.blocker(cluster).ifPresent(blockers::add);
        }
        if (!cluster.mayChange(group)) {
            blockers.add(Blocker.forbidden(group));
        }
        Blocker.own(group).ifPresent(blockers::add);
        managed.consumerOf(cluster.name(), group)
                .map(consumer -> Blocker.managed(group, consumer))
                .ifPresent(blockers::add);
        return blockers;
    }

    private static List<PartitionTarget> targets(ResetRequest request, Map<String, Outcome<Topic>> topics) {
        List<PartitionTarget> targets = new ArrayList<>();
        List<Flaw> flaws = new ArrayList<>();
        Set<TopicPartition> seen = new HashSet<>();
        for (Target target : request.targets()) {
            Outcome<Topic> topic = topics.get(target.topic());
            Position position = request.positionOf(target);
            String pointer = target.to().isPresent() ? target.pointer() + "/to" : "/to";
            Optional<ClusterException> gone =
                    topic.problem().filter(problem -> problem.reason() == Reason.TOPIC_NOT_FOUND);
            if (gone.isPresent()) {
                flaws.add(new Flaw(
                        Kind.UNFIT,
                        target.pointer() + "/topic",
                        Optional.empty(),
                        gone.get().getMessage()));
                continue;
            }
            List<Integer> numbers = target.partitions().orElseGet(() -> numbersOf(topic));
            for (int i = 0; i < numbers.size(); i++) {
                TopicPartition partition = new TopicPartition(target.topic(), numbers.get(i));
                String place = target.pointer() + (target.partitions().isPresent() ? "/partitions/" + i : "/topic");
                if (topic.value()
                        .filter(known -> !known.has(partition.partition()))
                        .isPresent()) {
                    flaws.add(new Flaw(
                            Kind.UNFIT,
                            place,
                            Optional.of(partition),
                            ClusterException.partitionNotFound(
                                            target.topic(),
                                            Integer.toString(partition.partition()),
                                            topic.orThrow().partitions().size())
                                    .getMessage()));
                } else if (!seen.add(partition)) {
                    flaws.add(new Flaw(
                            Kind.AMBIGUOUS, place, Optional.of(partition), partition + " is named more than once."));
                }
                targets.add(new PartitionTarget(partition, position, pointer));
            }
        }
        if (!flaws.isEmpty()) {
            throw new UnplannableException(flaws);
        }
        return targets;
    }

    private static List<Integer> numbersOf(Outcome<Topic> topic) {
        // A topic that is hidden is a row of its own, so that the plan can say so.
        int partitions = topic.value().map(known -> known.partitions().size()).orElse(1);
        return IntStream.range(0, partitions).boxed().toList();
    }

    /** Every partition the group has a commit for, or, to copy another group, every one that group has one for. */
    private static List<PartitionTarget> everything(
            ResetRequest request, Optional<Committed> committed, Map<String, Commits> others, List<String> internal) {
        Position to = request.to().orElseThrow();
        Commits source = to instanceof OfGroup other
                ? others.get(other.group())
                : committed.map(Committed::commits).orElseGet(Commits::new);
        Set<String> left = new HashSet<>(internal);
        List<PartitionTarget> targets = new ArrayList<>();
        source.forEach((topic, partition, offset) -> {
            if (!left.contains(topic)) {
                targets.add(new PartitionTarget(new TopicPartition(topic, partition), to, "/to"));
            }
        });
        // Of a group with members that is said first; it may commit before it is empty.
        boolean occupied = committed
                .flatMap(known -> Blocker.notEmpty(known.description()))
                .isPresent();
        if (targets.isEmpty() && !occupied) {
            throw new UnplannableException(List.of(new Flaw(
                    Kind.NO_COMMIT,
                    "/targets",
                    Optional.empty(),
                    "Without targets every partition the group has a commit for is moved, and there is none; name"
                            + " targets.")));
        }
        return targets;
    }

    private static void refuseWhatDoesNotFit(
            GroupListing group, ResetRequest request, List<PartitionTarget> targets, List<String> internal) {
        List<Flaw> flaws = new ArrayList<>();
        if (targets.size() > MOST_PARTITIONS) {
            flaws.add(new Flaw(
                    Kind.UNFIT,
                    "/targets",
                    Optional.empty(),
                    "That is " + targets.size() + " partitions, more than the " + MOST_PARTITIONS
                            + " one request may move; name fewer targets."));
        }
        Set<String> left = new HashSet<>(internal);
        for (PartitionTarget target : targets) {
            if (left.contains(target.partition().topic())) {
                flaws.add(new Flaw(
                        Kind.UNFIT,
                        target.pointer(),
                        Optional.of(target.partition()),
                        "\"" + target.partition().topic()
                                + "\" is by its name an internal topic of the application, and"
                                + " only its source topics can be reset. If it is a source, name it in sourceTopics."));
            }
            boolean notForShare = target.position() instanceof None || target.position() instanceof OfGroup;
            if (group.type() == GroupType.SHARE && notForShare) {
                flaws.add(new Flaw(
                        Kind.UNFIT,
                        target.pointer(),
                        Optional.of(target.partition()),
                        "Group \"" + group.id() + "\" is a share group: " + target.position()
                                + " does not apply to it. Start offsets are moved to a place in the log, and deleted by"
                                + " topic with DELETE …/offsets?topic=."));
            }
        }
        if (group.type() == GroupType.SHARE && request.metadata().isPresent()) {
            flaws.add(new Flaw(
                    Kind.UNFIT, "/metadata", Optional.empty(), "Start offsets of share groups carry no metadata."));
        }
        if (!flaws.isEmpty()) {
            throw new UnplannableException(flaws);
        }
    }

    /** A group with its commits; empty when there is none and there need not be. */
    Optional<Committed> committed(Cluster cluster, String group, Look look, boolean mayBeMissing) {
        try {
            return Optional.of(groups.withGroup(cluster, group, listing -> GroupReader.read(cluster, listing, look)));
        } catch (ClusterException e) {
            if (mayBeMissing && e.reason() == Reason.GROUP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Map<String, Commits> others(Cluster cluster, ResetRequest request) {
        Map<String, String> ids = new LinkedHashMap<>();
        request.targets().forEach(target -> otherOf(request.positionOf(target))
                .ifPresent(id -> ids.putIfAbsent(id, target.to().isPresent() ? target.pointer() + "/to" : "/to")));
        request.to().flatMap(SnapshotReader::otherOf).ifPresent(id -> ids.putIfAbsent(id, "/to"));
        Map<String, Commits> others = new HashMap<>();
        ids.forEach((id, pointer) -> {
            Committed other = committed(cluster, id, new Look.Nowhere(), true)
                    .filter(known -> known.listing().type() != GroupType.SHARE)
                    .orElseThrow(() -> new UnplannableException(List.of(new Flaw(
                            Kind.UNFIT,
                            pointer,
                            Optional.empty(),
                            "Cluster \"" + cluster.name() + "\" has no group \"" + id + "\" with commits to go by."))));
            others.put(id, other.commits());
        });
        return others;
    }

    private static Optional<String> otherOf(Position position) {
        return position instanceof OfGroup other ? Optional.of(other.group()) : Optional.empty();
    }

    private static Map<String, Set<String>> rights(Cluster cluster, Map<String, Outcome<Topic>> topics) {
        Set<String> visible = topics.entrySet().stream()
                .filter(entry -> entry.getValue().value().isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Map<String, Set<String>> rights = new TreeMap<>();
        if (!visible.isEmpty()) {
            cluster.topicRights(visible)
                    .forEach((topic, outcome) -> outcome.value().ifPresent(words -> rights.put(topic, words)));
        }
        return rights;
    }

    private static Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points(
            Cluster cluster, List<PartitionTarget> targets, Map<String, Outcome<Topic>> topics, Instant now) {
        Map<LogPoint, Set<TopicPartition>> wanted = new LinkedHashMap<>();
        for (PartitionTarget target : targets) {
            boolean visible = topics.get(target.partition().topic()).value().isPresent();
            if (visible) {
                // The last first: where a group is at the end, nothing asked for later lies beyond what is known of it.
                Stream.of(
                                target.position().point(now),
                                Optional.<LogPoint>of(LogPoint.Named.FIRST),
                                Optional.<LogPoint>of(LogPoint.Named.LAST))
                        .flatMap(Optional::stream)
                        .forEach(point -> wanted.computeIfAbsent(point, p -> new TreeSet<>())
                                .add(target.partition()));
            }
        }
        Map<LogPoint, Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> asked = new LinkedHashMap<>();
        wanted.forEach((point, partitions) -> asked.put(point, cluster.offsets(point, partitions)));
        Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> found = new HashMap<>();
        asked.forEach((point, pending) -> found.put(point, pending.await()));
        return found;
    }
}
