package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.operation.RefusedException;
import dev.fathom.operation.Result.Fate;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Definition.Failure;
import dev.fathom.pool.definition.Definition.KnownTopic;
import dev.fathom.pool.store.Definitions;
import dev.fathom.pool.store.StatusBoard;
import dev.fathom.pool.worker.MemberFailure;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.reset.Guard;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetRequest.Target;
import dev.fathom.reset.Resets;
import dev.fathom.reset.UnplannableException;
import dev.fathom.reset.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * What one replica does for all of them, for each consumer whose first slot is its own: begins topics that were never read,
 * notices topics that are gone, ends resets and deletions. Every step is idempotent and decided by compare-and-set, so two
 * replicas may do it at once.
 */
final class Housekeeping {

    private static final Logger LOG = Logger.getLogger(Housekeeping.class);
    private static final Duration OPERATION_LOST = Duration.ofMinutes(1);

    private final Supplier<Cluster> cluster;
    private final Definitions definitions;
    private final StatusBoard board;
    private final Resets resets;
    private final Operations operations;
    private final Clock clock;
    private final Map<String, Long> missingSince = new HashMap<>();

    Housekeeping(
            Supplier<Cluster> cluster,
            Definitions definitions,
            StatusBoard board,
            Resets resets,
            Operations operations,
            Clock clock) {
        this.cluster = cluster;
        this.definitions = definitions;
        this.board = board;
        this.resets = resets;
        this.operations = operations;
        this.clock = clock;
    }

    /**
     * Does what there is to do for one consumer.
     *
     * @param live whether any of its members may be in its group; asked of one that is being deleted only
     * @param topics as {@link #topics} found them
     * @return what it waits for, where it cannot go on now
     */
    Optional<String> keep(Definition definition, boolean live, Map<String, Outcome<Topic>> topics) {
        try {
            if (definition.reset().isPresent()) {
                endReset(definition);
            } else if (definition.deleting()) {
                endDeletion(definition, live);
            } else if (definition.wantsMembers()) {
                return definition.begun() ? watchTopics(definition, topics) : begin(definition);
            }
            return Optional.empty();
        } catch (ClusterException | RefusedException | ConflictException | UnplannableException e) {
            LOG.debugf("Consumer %s: %s", definition.name(), e.getMessage());
            return Optional.of(Required.message(e));
        }
    }

    /**
     * Commits where the group is to start on topics it has not read yet, while it has no members: so the place is chosen
     * once, for all partitions, whoever comes to own them.
     */
    private Optional<String> begin(Definition definition) {
        Cluster asked = cluster.get();
        Set<String> names = new HashSet<>(definition.spec().topics());
        names.removeAll(definition.known().keySet());
        Map<String, KnownTopic> known = new HashMap<>(definition.known());
        Set<TopicPartition> partitions = new HashSet<>();
        for (Map.Entry<String, Outcome<Topic>> found : asked.topics(names).entrySet()) {
            Topic topic = found.getValue().orThrow();
            known.put(
                    topic.name(),
                    new KnownTopic(topic.topicId(), topic.partitions().size()));
            partitions.addAll(partitions(topic.name(), 0, topic.partitions().size()));
        }
        Set<TopicPartition> without = withoutCommit(asked, definition, partitions);
        if (!without.isEmpty()) {
            Caller caller = new Caller(
                    definition.updated().by(),
                    "consumer-" + definition.name() + "-" + definition.version(),
                    Optional.empty());
            resets.apply(
                    cluster.get(), definition.spec().groupId(), startFrom(definition, without), Guard.APPROVED, caller);
        }
        update(definition, current -> current.knowing(known));
        return Optional.empty();
    }

    private static Set<TopicPartition> partitions(String topic, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> new TopicPartition(topic, number))
                .collect(Collectors.toSet());
    }

    private static ResetRequest startFrom(Definition definition, Set<TopicPartition> without) {
        Map<String, List<Integer>> numbers = new HashMap<>();
        without.stream().sorted().forEach(partition -> numbers.computeIfAbsent(
                        partition.topic(), topic -> new ArrayList<>())
                .add(partition.partition()));
        List<Target> targets = new ArrayList<>();
        numbers.forEach((topic, all) ->
                targets.add(new Target(topic, Optional.of(all), Optional.empty(), "/targets/" + targets.size())));
        return new ResetRequest(
                Optional.of(definition.spec().start().startFrom()),
                targets,
                // A log that moves meanwhile, or is too short, is no reason not to start.
                Policy.of(OutOfRange.CLAMP, NoRecord.LATEST).creatingGroup(true),
                Set.of(Acknowledgement.STATE_KEPT),
                new Waiting(Optional.empty(), true),
                Optional.of("startFrom of managed consumer " + definition.name()));
    }

    private static Set<TopicPartition> withoutCommit(
            Cluster asked, Definition definition, Set<TopicPartition> partitions) {
        GroupListing group =
                new GroupListing(definition.spec().groupId(), GroupType.CLASSIC, GroupState.UNKNOWN, "", false);
        Commits commits = Required.in(
                        asked.commitsOn(List.of(group), partitions).await(), group.id())
                .orThrow();
        return partitions.stream()
                .filter(partition -> commits.of(partition).isEmpty())
                .collect(Collectors.toSet());
    }

    /** The topics of consumers that have been begun, as they are now: one question for all of them. */
    Map<String, Outcome<Topic>> topics(Collection<Definition> all) {
        Set<String> names = all.stream()
                .filter(definition -> definition.wantsMembers() && definition.begun())
                .flatMap(definition -> definition.spec().topics().stream())
                .collect(Collectors.toSet());
        if (names.isEmpty()) {
            return Map.of();
        }
        try {
            return cluster.get().topics(names);
        } catch (ClusterException e) {
            return names.stream().collect(Collectors.toMap(Function.identity(), name -> Outcome.failed(e)));
        }
    }

    /** Topics that are gone, are others, or have grown. */
    private Optional<String> watchTopics(Definition definition, Map<String, Outcome<Topic>> topics) {
        Map<String, KnownTopic> grown = new HashMap<>();
        for (String name : definition.spec().topics()) {
            Outcome<Topic> found = Required.in(topics, name);
            KnownTopic known = Required.in(definition.known(), name);
            boolean gone = found.problem()
                    .filter(problem -> problem.reason() == ClusterException.Reason.TOPIC_NOT_FOUND)
                    .isPresent();
            if (gone) {
                fail(definition, MemberFailure.topicDeleted(name));
                return Optional.empty();
            }
            Topic topic = found.orThrow();
            if (!topic.topicId().equals(known.topicId())) {
                fail(definition, MemberFailure.topicRecreated(name));
                return Optional.empty();
            }
            if (topic.partitions().size() > known.partitions()) {
                grown.put(
                        name, new KnownTopic(topic.topicId(), topic.partitions().size()));
            }
        }
        if (!grown.isEmpty()) {
            know(cluster.get(), definition, grown);
        }
        return Optional.empty();
    }

    /** New partitions are known once they have a commit: before that, one without is new and not lost. */
    private void know(Cluster asked, Definition definition, Map<String, KnownTopic> grown) {
        Set<TopicPartition> fresh = new HashSet<>();
        grown.forEach((topic, now) -> fresh.addAll(
                partitions(topic, Required.in(definition.known(), topic).partitions(), now.partitions())));
        if (withoutCommit(asked, definition, fresh).isEmpty()) {
            Map<String, KnownTopic> all = new HashMap<>(definition.known());
            all.putAll(grown);
            update(definition, current -> current.knowing(all));
        }
    }

    /** Stops a consumer until an operator decides. */
    void fail(Definition definition, MemberFailure failure) {
        LOG.warnf("Consumer %s fails: %s: %s", definition.name(), failure.reason(), failure.getMessage());
        update(
                definition,
                current -> current.generation() == definition.generation()
                                && current.failure().isEmpty()
                        ? current.failed(new Failure(failure.reason(), Required.message(failure), clock.instant()))
                        : current);
    }

    /** Pauses a consumer whose sink wants no more. */
    void gone(Definition definition, String message) {
        update(definition, current -> current.pausedBecause("The sink wants no more records: " + message));
    }

    private void endReset(Definition definition) {
        String id = definition.reset().orElseThrow();
        Operation operation;
        try {
            operation = operations.find(id).operation();
            missingSince.remove(id);
        } catch (Operations.OperationNotFoundException e) {
            long since = missingSince.computeIfAbsent(id, any -> System.nanoTime());
            if (System.nanoTime() - since > OPERATION_LOST.toNanos()) {
                missingSince.remove(id);
                update(definition, current -> current.resetting(Optional.empty()));
            }
            return;
        }
        if (!operation.status().ended()) {
            return;
        }
        moved(definition, operation);
        update(
                definition,
                current -> current.reset().equals(Optional.of(id)) ? current.resetting(Optional.empty()) : current);
    }

    /** Outdates the commits that members reported, where the operation moved them. */
    void moved(Definition definition, Operation operation) {
        List<PartitionReport> commits = operation.changes().get().stream()
                .filter(change -> operation.fateOf(change.partition()).equals(Optional.of(Fate.APPLIED)))
                .map(change -> PartitionReport.committed(
                        change.partition().topic(),
                        change.partition().partition(),
                        change.topicId(),
                        change.after().map(Commit::offset).orElse(null),
                        clock.instant()))
                .toList();
        if (!commits.isEmpty()) {
            board.moved(definition.name(), definition.uid(), definition.generation(), commits);
        }
    }

    private void endDeletion(Definition definition, boolean live) {
        if (!live) {
            definitions.change(definition.name(), all -> Optional.ofNullable(all.get(definition.name()))
                    .filter(current -> !current.uid().equals(definition.uid()) || !current.deleting()));
            board.forget(definition.uid());
        }
    }

    private void update(Definition definition, Function<Definition, Definition> change) {
        definitions.change(definition.name(), all -> Optional.ofNullable(all.get(definition.name()))
                .map(current -> current.uid().equals(definition.uid()) ? change.apply(current) : current));
    }
}
