package dev.fathom.operation;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Result.Row;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Finds out what became of intents whose replica is gone: reads back what is committed and ends them as applied, failed,
 * partial or unknown. It never applies anything.
 *
 * <p>An intent is taken for abandoned when this replica has seen it open for a minute, on its own clock: so no difference
 * between clocks can make it judge one that is still at work.
 */
@ApplicationScoped
public class Recovery {

    private static final Logger LOG = Logger.getLogger(Recovery.class);

    private final Clusters clusters;
    private final Journal journal;
    private final ClusterRounds rounds;
    private final LongSupplier nanoTime;
    private final Map<String, Long> openSince = new HashMap<>();

    @Inject
    Recovery(Clusters clusters, Journal journal) {
        this(clusters, journal, System::nanoTime);
    }

    Recovery(Clusters clusters, Journal journal, LongSupplier nanoTime) {
        this.clusters = clusters;
        this.journal = journal;
        this.rounds = new ClusterRounds(clusters, "Recovery of operations");
        this.nanoTime = nanoTime;
    }

    @Scheduled(every = "5s", identity = "operation-recovery", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everywhere() {
        rounds.run(name -> on(clusters.named(name, false)));
    }

    /** Ends what has been open on one cluster for too long. */
    synchronized void on(Cluster cluster) {
        if (!journal.enabled() || cluster.readOnly() || !journal.exists(cluster)) {
            return;
        }
        List<Operation> open = journal.ask(cluster, history -> history.in(Status.APPLYING));
        Set<String> ids = new HashSet<>();
        for (Operation operation : open) {
            String key = cluster.name() + "/" + operation.id();
            ids.add(key);
            long since = openSince.computeIfAbsent(key, id -> nanoTime.getAsLong());
            if (nanoTime.getAsLong() - since > History.INTENT_STANDS.toNanos()) {
                end(cluster, operation);
            }
        }
        openSince.keySet().removeIf(key -> key.startsWith(cluster.name() + "/") && !ids.contains(key));
    }

    private void end(Cluster cluster, Operation operation) {
        Result result;
        try {
            result = readBack(clusters.named(cluster.name(), true), operation);
        } catch (ClusterException e) {
            LOG.warnf("The outcome of operation %s cannot be read back yet: %s", operation.id(), e.getMessage());
            return;
        }
        LOG.warnf(
                "Operation %s on group \"%s\" had no recorded outcome; read back, it is %s",
                operation.id(), operation.group(), result.status().wireName());
        journal.append(
                cluster,
                operation.group(),
                new Entry.Ended(
                        operation.id(),
                        journal.replica(),
                        result.status(),
                        false,
                        History.stored(result),
                        "The replica that started it is gone; its outcome was found by reading back."));
    }

    private static Result readBack(Cluster cluster, Operation operation) {
        if (operation.kind() == Kind.REMOVE_MEMBERS) {
            return Result.failed(new ClusterException(
                    Reason.UNAVAILABLE, "Whether members were removed cannot be read back: they may have rejoined."));
        }
        if (operation.redrive().isPresent()) {
            return Result.failed(new ClusterException(
                    Reason.UNAVAILABLE,
                    "Whether the record was put back cannot be read back: it looks like any other."));
        }
        GroupListing group = new GroupListing(operation.group(), operation.type(), GroupState.UNKNOWN, "", false);
        Commits now = committed(cluster, group);
        Map<TopicPartition, Row> rows = new LinkedHashMap<>();
        for (Change change : operation.changes().get()) {
            rows.put(change.partition(), row(change, now.of(change.partition()), group.type()));
        }
        return Result.ofRows(rows);
    }

    private static Commits committed(Cluster cluster, GroupListing group) {
        boolean gone = Required.in(cluster.describeGroups(List.of(group)).await(), group.id())
                .failed(Reason.GROUP_NOT_FOUND);
        return gone
                ? new Commits()
                : Required.in(cluster.commits(List.of(group), false).await(), group.id())
                        .orThrow();
    }

    private static Row row(Change change, Optional<Commit> now, GroupType type) {
        if (Change.same(now, change.after(), type)) {
            return Row.applied(true);
        }
        if (Change.same(now, change.before(), type)) {
            return Row.failed(new ClusterException(Reason.UNAVAILABLE, "It was not applied."));
        }
        return Row.unknown(new ClusterException(
                Reason.TIMED_OUT,
                "What is committed now is neither what was there before nor what was to be: "
                        + now.map(commit -> Long.toString(commit.offset())).orElse("nothing") + "."));
    }
}
