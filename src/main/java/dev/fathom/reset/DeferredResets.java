package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Required;
import dev.fathom.operation.AuditLine;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ChangeRunner;
import dev.fathom.operation.ClusterRounds;
import dev.fathom.operation.Deferral;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.operation.RefusedException;
import dev.fathom.operation.Status;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries out resets and undos that wait for their group to be empty. Every replica looks for them, so they survive the one that
 * took the request; the journal makes sure that only one of them applies each.
 */
@ApplicationScoped
public class DeferredResets {

    private static final Logger LOG = Logger.getLogger(DeferredResets.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    /** Blockers that may go away by themselves while there is time. */
    private static final Set<Why> PASSING =
            Set.of(Why.GROUP_NOT_EMPTY, Why.GROUP_IN_USE, Why.PENDING_TRANSACTION, Why.JOURNAL);

    private final Clusters clusters;
    private final ClusterRounds rounds;
    private final Operations operations;
    private final ChangeRunner runner;
    private final SnapshotReader reader;
    private final Mover mover;
    private final Clock clock;
    private final Map<String, Instant> nextLook = new ConcurrentHashMap<>();

    DeferredResets(
            Clusters clusters,
            Operations operations,
            ChangeRunner runner,
            SnapshotReader reader,
            Mover mover,
            Clock clock) {
        this.clusters = clusters;
        this.rounds = new ClusterRounds(clusters, "Looking at deferred resets");
        this.operations = operations;
        this.runner = runner;
        this.reader = reader;
        this.mover = mover;
        this.clock = clock;
    }

    /** Where something waits each second; elsewhere now and then, for what other replicas took. */
    @Scheduled(every = "1s", identity = "deferred-resets", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everywhere() {
        rounds.run(name -> {
            if (!nextLook.getOrDefault(name, Instant.EPOCH).isAfter(clock.instant())) {
                nextLook.put(name, clock.instant().plus(BETWEEN_LOOKS));
                if (on(clusters.named(name, true))) {
                    nextLook.remove(name);
                }
            }
        });
    }

    /** Carries out a proposal, or, if it waits and the group has members, has it carried out once they are gone. */
    Move applyOrWait(Cluster cluster, Proposal proposal, Guard guard, Caller caller) {
        Planned planned = mover.allowed(cluster, proposal, guard);
        Plan plan = planned.plan();
        boolean occupied = plan.description().flatMap(Blocker::notEmpty).isPresent();
        Optional<Deferral> deferral = proposal.deferral(clock.instant()).filter(waits -> occupied);
        if (deferral.isEmpty()) {
            return mover.apply(cluster, planned, guard, caller);
        }
        String id = runner.defer(cluster, caller, planned.intent(List.of()), deferral.get());
        nextLook.remove(cluster.name());
        return new Move(plan, planned.tag(), Optional.empty(), Optional.of(id), true);
    }

    private boolean on(Cluster cluster) {
        if (cluster.readOnly()) {
            return false;
        }
        List<Operation> waiting = operations.waiting(cluster);
        for (Operation operation : waiting) {
            try {
                look(clusters.named(cluster.name(), true), operation);
            } catch (ClusterException e) {
                LOG.debugf("Operation %s is still waiting: %s", operation.id(), e.getMessage());
            }
        }
        return !waiting.isEmpty();
    }

    private void look(Cluster cluster, Operation operation) {
        if (clock.instant().isAfter(operation.deferral().orElseThrow().until())) {
            giveUp(cluster, operation, Status.EXPIRED, "The group was not empty in time.");
            return;
        }
        try {
            if (isEmpty(cluster, operation)) {
                apply(cluster, operation);
            }
        } catch (UnplannableException | Operations.OperationNotFoundException e) {
            giveUp(cluster, operation, Status.FAILED, Required.message(e));
        } catch (ClusterException e) {
            if (e.reason() != Reason.GROUP_NOT_FOUND) {
                throw e;
            }
            giveUp(cluster, operation, Status.FAILED, Required.message(e));
        }
    }

    private boolean isEmpty(Cluster cluster, Operation operation) {
        return reader.committed(cluster, operation.group(), new GroupReader.Look.Nowhere(), false)
                .filter(group -> Blocker.notEmpty(group.description()).isEmpty())
                .isPresent();
    }

    private void apply(Cluster cluster, Operation operation) {
        Planned planned = mover.plan(cluster, proposal(operation));
        Plan plan = planned.plan();
        if (plan.applicable()) {
            try {
                mover.takeOn(cluster, operation.id(), planned).ifPresent(move -> audited(operation, "done")
                        .changes(move.plan().rows().stream()
                                .map(DeferredResets::change)
                                .toList())
                        .write());
            } catch (RefusedException e) {
                audited(operation, "refused")
                        .text("detail", Required.message(e))
                        .write();
            }
        } else if (plan.blockers().stream().anyMatch(blocker -> !PASSING.contains(blocker.why()))) {
            giveUp(cluster, operation, Status.FAILED, plan.blockers().get(0).detail());
        }
    }

    private Proposal proposal(Operation operation) {
        Deferral deferral = operation.deferral().orElseThrow();
        return operation.undoOf().isPresent()
                ? new UndoProposal(
                        operations.find(operation.undoOf().get()).operation(), UndoProposal.request(deferral))
                : new ResetProposal(operation.group(), Resets.request(deferral));
    }

    private void giveUp(Cluster cluster, Operation operation, Status status, @Nullable String why) {
        runner.giveUp(cluster, operation, status, why);
        audited(operation, "refused").text("detail", why).write();
    }

    /** Under the name of the caller and the id of the request. */
    private static AuditLine audited(Operation operation, String outcome) {
        return new AuditLine(operation.caller().actor())
                .word("operation", "deferredReset")
                .text("cluster", operation.cluster())
                .text("group", operation.group())
                .word("outcome", outcome)
                .text("journal", operation.id())
                .text("requestId", operation.caller().requestId());
    }

    private static String change(PlanRow row) {
        return row.partition() + ":" + offset(row.from()) + ">" + offset(row.to());
    }

    private static String offset(Optional<Commit> commit) {
        return commit.map(known -> Long.toString(known.offset())).orElse("none");
    }
}
