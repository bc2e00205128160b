package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.group.Groups;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Journal;
import dev.fathom.past.PastCommits;
import dev.fathom.past.PastCommits.Known;
import dev.fathom.position.Position;
import dev.fathom.position.PositionResolver;
import dev.fathom.position.PositionResolver.Question;
import dev.fathom.reset.GroupReader.Committed;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.ResetRequest.Target;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.UnplannableException.Kind;
import dev.fathom.reset.UnplannableException.ValidationError;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Asks a cluster everything that a plan is made of. The only place of this package that reads. */
@ApplicationScoped
class SnapshotReader {

    /** The most partitions one request may move. */
    static final int MOST_PARTITIONS = 10_000;

    private final Groups groups;
    private final Journal journal;
    private final UseDetector use;
    private final ManagedGroups managed;
    private final PastCommits pastCommits;
    private final Clock clock;

    SnapshotReader(
            Groups groups,
            Journal journal,
            UseDetector use,
            ManagedGroups managed,
            PastCommits pastCommits,
            Clock clock) {
        this.groups = groups;
        this.journal = journal;
        this.use = use;
        this.managed = managed;
        this.pastCommits = pastCommits;
        this.clock = clock;
    }

    /**
     * Looks at a group and at the logs a request names.
     *
     * @throws UnplannableException when the request names topics or partitions that do not exist
     * @throws ClusterException {@code GROUP_NOT_FOUND} unless the request may create the group
     */
    ResetSnapshot survey(Cluster cluster, ResetProposal proposal) {
        ResetRequest request = proposal.request();
        // First what the request itself names: a typo there is answered without a look at the group.
        Map<String, Outcome<Topic>> topics = new HashMap<>(
                cluster.topics(request.targets().stream().map(Target::topic).collect(Collectors.toSet())));
        List<PartitionTarget> named = targets(request, topics);
        Optional<Committed> committed = committed(
                cluster, proposal.group(), proposal.look(), request.policy().createGroup());
        GroupListing listing = committed.map(Committed::listing).orElseGet(() -> toBeMade(proposal.group()));
        Map<String, Commits> others = others(cluster, request);
        List<String> internal =
                InternalTopics.of(cluster, committed, request.policy().sourceTopics());
        List<PartitionTarget> targets =
                request.targets().isEmpty() ? everything(request, committed, others, internal) : named;
        refuseWhatDoesNotFit(listing, request, targets, internal);
        return snapshot(cluster, proposal, listing, committed, targets, topics, others, internal);
    }

    /** What can be found out about a group and about partitions of it, whatever is to be done with them. */
    ResetSnapshot snapshot(
            Cluster cluster,
            Proposal proposal,
            GroupListing listing,
            Optional<Committed> committed,
            List<PartitionTarget> targets,
            Map<String, Outcome<Topic>> knownTopics,
            Map<String, Commits> others,
            List<String> internal) {
        boolean mayHideCommits = proposal.concernsEverything() && !cluster.canDescribeAllTopics();
        Map<String, Outcome<Topic>> topics = new HashMap<>(knownTopics);
        Set<String> unknown =
                targets.stream().map(target -> target.partition().topic()).collect(Collectors.toSet());
        unknown.removeAll(topics.keySet());
        topics.putAll(cluster.topics(unknown));
        List<PartitionTarget> sorted = targets.stream()
                .sorted(Comparator.comparing(PartitionTarget::partition))
                .toList();
        boolean inUse = !proposal.acknowledged().contains(Acknowledgement.IN_USE)
                && committed.filter(known -> use.inUse(cluster, known)).isPresent();
        Instant now = clock.instant();
        return new ResetSnapshot(
                cluster.name(),
                listing,
                committed,
                sorted,
                topics,
                rights(cluster, topics),
                logs(cluster, sorted, topics, now),
                others,
                past(cluster, listing, sorted, now),
                internal,
                inUse,
                mayHideCommits,
                proposal.waits(),
                blockers(cluster, listing.id(), proposal),
                now);
    }

    /** The same snapshot with the group as it is now; the logs are not asked again. */
    ResetSnapshot again(Cluster cluster, Proposal proposal, ResetSnapshot snapshot) {
        boolean mayBeMissing = snapshot.committed().isEmpty();
        return committed(cluster, snapshot.group().id(), proposal.look(), mayBeMissing)
                .map(now -> snapshot.again(
                        now, !proposal.acknowledged().contains(Acknowledgement.IN_USE) && use.movedSince(cluster, now)))
                .orElse(snapshot);
    }

    /** As a group would be listed once something is committed to it. */
    static GroupListing toBeMade(String group) {
        return new GroupListing(group, GroupType.CLASSIC, GroupState.EMPTY, "", true);
    }

    private List<Blocker> blockers(Cluster cluster, String group, Proposal proposal) {
        List<Blocker> blockers = new ArrayList<>(blockers(cluster, group));
        if (proposal.request().waiting().pauseConsumers()) {
            blockers.removeIf(blocker -> blocker.why() == Blocker.Why.MANAGED);
        }
        if (proposal.waits() && !journal.required()) {
            journal.blockerOfWaiting(cluster).ifPresent(blockers::add);
        }
        return blockers;
    }

    /** Those that do not depend on what is to be done. */
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
        List<ValidationError> errors = new ArrayList<>();
        Set<TopicPartition> seen = new HashSet<>();
        for (Target target : request.targets()) {
            Outcome<Topic> topic = Required.in(topics, target.topic());
            Position position = request.positionOf(target);
            String pointer = target.to().isPresent() ? target.pointer() + "/to" : "/to";
            Optional<ClusterException> gone =
                    topic.problem().filter(problem -> problem.reason() == Reason.TOPIC_NOT_FOUND);
            if (gone.isPresent()) {
                errors.add(new ValidationError(
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
                    errors.add(new ValidationError(
                            Kind.UNFIT,
                            place,
                            Optional.of(partition),
                            ClusterException.partitionNotFound(
                                            target.topic(),
                                            Integer.toString(partition.partition()),
                                            topic.orThrow().partitions().size())
                                    .getMessage()));
                } else if (!seen.add(partition)) {
                    errors.add(new ValidationError(
                            Kind.AMBIGUOUS, place, Optional.of(partition), partition + " is named more than once."));
                }
                targets.add(new PartitionTarget(partition, position, pointer));
            }
        }
        if (!errors.isEmpty()) {
            throw new UnplannableException(errors);
        }
        return targets;
    }

    private static List<Integer> numbersOf(Outcome<Topic> topic) {
        // A hidden topic gets one row, so that the plan can say so.
        int partitions = topic.value().map(known -> known.partitions().size()).orElse(1);
        return IntStream.range(0, partitions).boxed().toList();
    }

    /** Every partition the group has a commit for, or, to copy another group, every one that group has one for. */
    private static List<PartitionTarget> everything(
            ResetRequest request, Optional<Committed> committed, Map<String, Commits> others, List<String> internal) {
        Position to = request.to().orElseThrow();
        Commits source = to.otherGroup()
                .map(others::get)
                .orElseGet(() -> committed.map(Committed::commits).orElseGet(Commits::new));
        Set<String> left = new HashSet<>(internal);
        List<PartitionTarget> targets = new ArrayList<>();
        source.forEach((topic, partition, offset) -> {
            if (!left.contains(topic)) {
                targets.add(new PartitionTarget(new TopicPartition(topic, partition), to, "/to"));
            }
        });
        // A group with members is told of its members first, and may commit before it is empty.
        boolean occupied = committed
                .flatMap(known -> Blocker.notEmpty(known.description()))
                .isPresent();
        if (targets.isEmpty() && !occupied) {
            throw new UnplannableException(List.of(new ValidationError(
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
        List<ValidationError> errors = new ArrayList<>();
        if (targets.size() > MOST_PARTITIONS) {
            errors.add(new ValidationError(
                    Kind.UNFIT,
                    "/targets",
                    Optional.empty(),
                    "That is " + targets.size() + " partitions, more than the " + MOST_PARTITIONS
                            + " one request may move; name fewer targets."));
        }
        Set<String> left = new HashSet<>(internal);
        for (PartitionTarget target : targets) {
            if (left.contains(target.partition().topic())) {
                errors.add(new ValidationError(
                        Kind.UNFIT,
                        target.pointer(),
                        Optional.of(target.partition()),
                        "\"" + target.partition().topic()
                                + "\" is by its name an internal topic of the application, and"
                                + " only its source topics can be reset. If it is a source, name it in sourceTopics."));
            }
            boolean ofCommits = target.position().deletes()
                    || target.position().otherGroup().isPresent()
                    || target.position().moment(Instant.EPOCH).isPresent();
            if (ofCommits && !group.type().hasCommits()) {
                errors.add(new ValidationError(
                        Kind.UNFIT,
                        target.pointer(),
                        Optional.of(target.partition()),
                        "Group \"" + group.id() + "\" is a share group: " + target.position()
                                + " does not apply to it. Start offsets are moved to a place in the log, and deleted by"
                                + " topic with DELETE …/offsets?topic=."));
            }
        }
        if (!group.type().keepsMetadata() && request.policy().metadata().isPresent()) {
            errors.add(new ValidationError(
                    Kind.UNFIT, "/metadata", Optional.empty(), "Start offsets of share groups carry no metadata."));
        }
        if (!errors.isEmpty()) {
            throw new UnplannableException(errors);
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
        request.targets().forEach(target -> request.positionOf(target)
                .otherGroup()
                .ifPresent(id -> ids.putIfAbsent(id, target.to().isPresent() ? target.pointer() + "/to" : "/to")));
        request.to().flatMap(Position::otherGroup).ifPresent(id -> ids.putIfAbsent(id, "/to"));
        Map<String, Commits> others = new HashMap<>();
        ids.forEach((id, pointer) -> {
            Committed other = committed(cluster, id, new Look.Nowhere(), true)
                    .filter(known -> known.listing().type().hasCommits())
                    .orElseThrow(() -> new UnplannableException(List.of(new ValidationError(
                            Kind.UNFIT,
                            pointer,
                            Optional.empty(),
                            "Cluster \"" + cluster.name() + "\" has no group \"" + id + "\" with commits to go by."))));
            others.put(id, other.commits());
        });
        return others;
    }

    private Map<PartitionTarget, Known> past(
            Cluster cluster, GroupListing group, List<PartitionTarget> targets, Instant now) {
        Map<Instant, Set<TopicPartition>> asked = new HashMap<>();
        targets.forEach(target -> target.position().moment(now).ifPresent(moment -> asked.computeIfAbsent(
                        moment, m -> new HashSet<>())
                .add(target.partition())));
        Map<Instant, Map<TopicPartition, Known>> found = new HashMap<>();
        asked.forEach((moment, logs) -> found.put(moment, pastCommits.at(cluster, group.id(), moment, logs)));
        Map<PartitionTarget, Known> past = new HashMap<>();
        targets.forEach(target -> target.position()
                .moment(now)
                .ifPresent(moment -> past.put(target, Required.in(Required.in(found, moment), target.partition()))));
        return past;
    }

    private static Map<String, Set<String>> rights(Cluster cluster, Map<String, Outcome<Topic>> topics) {
        Set<String> visible = topics.entrySet().stream()
                .filter(entry -> entry.getValue().value().isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        Map<String, Set<String>> rights = new TreeMap<>();
        if (!visible.isEmpty()) {
            cluster.topicRights(visible)
                    .forEach((topic, outcome) -> outcome.value().ifPresent(granted -> rights.put(topic, granted)));
        }
        return rights;
    }

    private static PositionResolver logs(
            Cluster cluster, List<PartitionTarget> targets, Map<String, Outcome<Topic>> topics, Instant now) {
        Question question = new Question(Isolation.READ_UNCOMMITTED, now);
        for (PartitionTarget target : targets) {
            boolean visible =
                    Required.in(topics, target.partition().topic()).value().isPresent();
            if (visible) {
                question.add(target.position(), List.of(target.partition()));
            }
        }
        return question.ask(cluster);
    }
}
