package dev.fathom.operation;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Answers from the journals, each read to its end after the question was asked. */
@ApplicationScoped
public class Operations {

    private final Clusters clusters;
    private final Journal journal;
    private final ClusterSurvey survey;

    Operations(Clusters clusters, Journal journal, ClusterSurvey survey) {
        this.clusters = clusters;
        this.journal = journal;
        this.survey = survey;
    }

    /** Which operations are wanted; all filters together must fit. */
    public record Query(
            Optional<String> cluster,
            Optional<String> group,
            Optional<String> actor,
            Optional<Kind> kind,
            Optional<Instant> since) {

        private boolean fits(Operation operation) {
            return group.map(operation.group()::equals).orElse(true)
                    && actor.map(operation.caller().actor()::equals).orElse(true)
                    && kind.map(wanted -> operation.kind() == wanted).orElse(true)
                    && since.map(from -> !operation.at().isBefore(from)).orElse(true);
        }
    }

    /** A page of operations, and what went wrong with the journals of single clusters. */
    public record OperationList(Page<Operation> page, Map<String, ClusterException> problems) {}

    public static class OperationNotFoundException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        OperationNotFoundException(String id) {
            super("No journal has an operation \"" + id + "\".");
        }
    }

    /**
     * Operations, the last begun first.
     *
     * @param arrival when the request came: all journals together take no longer than one call may, counted from then
     * @param among the clusters whose journals are read where the query names none
     * @param visible which of them the caller may see
     */
    public OperationList list(
            Query query, Arrival arrival, Collection<String> among, Predicate<Operation> visible, PageRequest request) {
        List<Operation> found = new ArrayList<>();
        Map<String, ClusterException> problems = new TreeMap<>();
        Collection<String> names =
                query.cluster().<Collection<String>>map(List::of).orElse(among);
        survey.ask(handles(names, arrival), cluster -> read(cluster, History::operations))
                .forEach((name, outcome) -> {
                    if (query.cluster().isPresent()) {
                        found.addAll(outcome.orThrow());
                    }
                    outcome.value().stream()
                            .flatMap(List::stream)
                            .filter(operation -> query.cluster().isEmpty() && isHome(operation))
                            .forEach(found::add);
                    outcome.problem().ifPresent(problem -> problems.put(name, problem));
                });
        List<Operation> fitting =
                found.stream().filter(query::fits).filter(visible).toList();
        return new OperationList(Page.of(fitting, Operations::key, request), problems);
    }

    private List<Cluster> handles(Collection<String> names, Arrival arrival) {
        return names.stream()
                .map(name -> clusters.named(name, false, ClusterSurvey.leavingTime(arrival)))
                .toList();
    }

    /** Asks the journal of a cluster that answered its last probe; one that did not is not waited for. */
    private <T> T read(Cluster cluster, Function<History, T> question) {
        Reachability reachability = clusters.reachability(cluster.name());
        if (reachability.status() == Reachability.Status.DOWN) {
            throw new ClusterException(
                    ClusterException.Reason.UNAVAILABLE,
                    "Cluster \"" + cluster.name() + "\" does not answer: "
                            + reachability.detail().orElse("no broker answered") + ".");
        }
        return journal.ask(cluster, question);
    }

    /** Whether this is the name its cluster is shown under: the same cluster may be configured under several. */
    private boolean isHome(Operation operation) {
        return operation.cluster().equals(operation.madeOn())
                || !clusters.names().contains(operation.madeOn());
    }

    /** Sorts the latest first: keys sort as texts. */
    private static String key(Operation operation) {
        return String.format("%019d", Long.MAX_VALUE - operation.at().toEpochMilli()) + operation.id();
    }

    public record Found(Cluster cluster, Operation operation) {}

    /**
     * One operation.
     *
     * @throws OperationNotFoundException when every journal was read and none has it
     * @throws ClusterException when none of those that could be read has it, and one that might cannot be read
     */
    public Found find(String id) {
        return find(id, Arrival.now(), clusters.names());
    }

    /** The same, of the journals of some clusters: as soon as one has it, whatever becomes of the others. */
    public Found find(String id, Arrival arrival, Collection<String> among) {
        Map<String, Outcome<Optional<Operation>>> outcomes = survey.ask(
                handles(among, arrival),
                cluster -> read(cluster, history -> history.operation(id)).filter(this::isHome),
                Optional::isPresent);
        for (Map.Entry<String, Outcome<Optional<Operation>>> each : outcomes.entrySet()) {
            Optional<Operation> operation = each.getValue().value().flatMap(found -> found);
            if (operation.isPresent()) {
                // An undo must not rely on what is remembered of the topics.
                return new Found(clusters.named(each.getKey(), true, arrival), operation.get());
            }
        }
        outcomes.forEach((name, outcome) -> outcome.problem().ifPresent(problem -> {
            throw new ClusterException(
                    ClusterException.Reason.UNAVAILABLE,
                    "Whether there is an operation \"" + id + "\" is unknown: the journal of cluster \"" + name
                            + "\" cannot be read. " + problem.getMessage(),
                    problem);
        }));
        throw new OperationNotFoundException(id);
    }

    /**
     * Calls off an operation that waits.
     *
     * @return it as it is then
     * @throws ConflictException when it no longer waits
     */
    public Operation cancel(Cluster cluster, String id, String actor) {
        Operation operation = journal.ask(cluster, history -> history.operation(id))
                .orElseThrow(() -> new OperationNotFoundException(id));
        if (operation.status() == Status.WAITING) {
            try {
                journal.append(
                        cluster,
                        operation.group(),
                        new Entry.Ended(
                                id,
                                journal.replica(),
                                Status.CANCELLED,
                                true,
                                List.of(),
                                "Called off by " + actor + "."));
                operation =
                        journal.ask(cluster, history -> history.operation(id)).orElseThrow();
            } catch (ClusterException e) {
                throw e.begun("It is not known whether it was cancelled: look at operation " + id + ".");
            }
        }
        if (operation.status() != Status.CANCELLED) {
            throw new ConflictException("Operation " + id + " is "
                    + operation.status().wireName() + "; only one that waits can be cancelled.");
        }
        return operation;
    }

    /** Whether a group was changed through the service, by any replica, a short while ago. */
    public boolean touchedWithin(Cluster cluster, String group, Duration span) {
        return journal.enabled() && journal.ask(cluster, history -> history.touchedWithin(group, span));
    }

    /**
     * What an operation left on a partition.
     *
     * @param left empty for nothing
     * @param at when it ended
     */
    public record Left(Optional<Commit> left, Instant at) {}

    /**
     * What the last operation that changed a group's commit on a partition left there, by partition.
     *
     * @param topicIds of topics as they are now: an operation on another that had its name says nothing
     */
    public Map<TopicPartition, Left> lastChanges(Cluster cluster, String group, Map<String, String> topicIds) {
        Map<TopicPartition, Left> last = new HashMap<>();
        if (!journal.enabled() || !journal.exists(cluster)) {
            return last;
        }
        for (Operation operation : journal.ask(cluster, History::operations)) {
            if (operation.group().equals(group) && operation.status().leftTraces()) {
                Instant at = operation.endedAt().orElse(operation.at());
                for (Change change : operation.changes().get()) {
                    boolean done = operation
                            .fateOf(change.partition())
                            .filter(fate -> fate != Result.Fate.FAILED)
                            .isPresent();
                    if (done
                            && change.topicId()
                                    .equals(topicIds.get(change.partition().topic()))) {
                        last.merge(
                                change.partition(),
                                new Left(change.after(), at),
                                (one, other) -> other.at().isAfter(one.at()) ? other : one);
                    }
                }
            }
        }
        return last;
    }

    /** What was done to a group, the latest first; nothing where there is no journal. */
    public List<Operation> on(Cluster cluster, String group) {
        if (!journal.enabled() || !journal.exists(cluster)) {
            return List.of();
        }
        return journal.ask(cluster, History::operations).stream()
                .filter(operation -> operation.group().equals(group))
                .toList();
    }

    public List<Operation> waiting(Cluster cluster) {
        return journal.enabled() && journal.exists(cluster)
                ? journal.ask(cluster, history -> history.in(Status.WAITING))
                : List.of();
    }
}
