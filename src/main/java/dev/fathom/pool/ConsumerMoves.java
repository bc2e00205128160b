package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.operation.RefusedException;
import dev.fathom.pool.definition.Definition;
import dev.fathom.reset.Guard;
import dev.fathom.reset.Move;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.Resets;
import dev.fathom.reset.UndoRequest;
import dev.fathom.reset.Undos;
import dev.fathom.reset.Waiting;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Moves the groups of managed consumers, whose members leave for that and rejoin afterwards. */
@ApplicationScoped
public class ConsumerMoves {

    /** How long a move waits for members to leave, unless the request says. */
    private static final Duration MAKING_WAY = Duration.ofMinutes(5);

    private final Clusters clusters;
    private final Pools pools;
    private final DefinitionChecks checks;
    private final Resets resets;
    private final Undos undos;
    private final Operations operations;

    ConsumerMoves(
            Clusters clusters,
            Pools pools,
            DefinitionChecks checks,
            Resets resets,
            Undos undos,
            Operations operations) {
        this.clusters = clusters;
        this.pools = pools;
        this.checks = checks;
        this.resets = resets;
        this.undos = undos;
        this.operations = operations;
    }

    /** The consumer that runs a group now, if a request to move it is willing to make it pause. */
    private Optional<String> toPauseFor(Cluster cluster, String group, Waiting waiting) {
        return waiting.pauseConsumers() ? pools.consumerOf(cluster.name(), group) : Optional.empty();
    }

    /** What moving a group would do, whoever runs it; see {@link Resets#dryRun}. */
    public Move dryRunOfGroup(Cluster cluster, String group, ResetRequest request) {
        return toPauseFor(cluster, group, request.waiting())
                .map(name -> dryRun(cluster, name, request))
                .orElseGet(() -> resets.dryRun(cluster, group, request));
    }

    /** Moves a group, whoever runs it; see {@link Resets#apply}. */
    public Move resetGroup(Cluster cluster, String group, ResetRequest request, Guard guard, Caller caller) {
        return toPauseFor(cluster, group, request.waiting())
                .map(name -> reset(cluster, name, request, guard, caller))
                .orElseGet(() -> resets.apply(cluster, group, request, guard, caller));
    }

    public Move dryRun(Cluster cluster, String name, ResetRequest request) {
        ClusterPool pool = pools.on(cluster.name());
        Definition definition = ManagedConsumers.definition(pool, cluster.name(), name);
        Move move = resets.dryRun(cluster, definition.spec().groupId(), request.pausingConsumers(MAKING_WAY));
        return blockedByStrangers(cluster, definition, move);
    }

    /** What putting back what an operation did would do, whoever runs its group. */
    public Move dryRunOfUndo(Cluster cluster, Operation operation, UndoRequest request) {
        Optional<String> consumer = toPauseFor(cluster, operation.group(), request.waiting());
        if (consumer.isEmpty()) {
            return undos.dryRun(cluster, operation, request);
        }
        Definition definition = ManagedConsumers.definition(pools.on(cluster.name()), cluster.name(), consumer.get());
        return blockedByStrangers(
                cluster, definition, undos.dryRun(cluster, operation, request.pausingConsumers(MAKING_WAY)));
    }

    private Move blockedByStrangers(Cluster cluster, Definition definition, Move move) {
        return checks.strangers(cluster, definition.spec().groupId(), Optional.of(definition))
                .map(move::blockedBy)
                .orElse(move);
    }

    /**
     * Moves a consumer's group: its members drain, commit and leave, the group is moved once it is empty, and what was wanted
     * before goes on. If a replica dies meanwhile, another completes it.
     */
    public Move reset(Cluster cluster, String name, ResetRequest request, Guard guard, Caller caller) {
        return moved(
                cluster,
                name,
                caller,
                group -> resets.apply(cluster, group, request.pausingConsumers(MAKING_WAY), guard, caller));
    }

    /** Puts back what an operation did, whoever runs its group. */
    public Move undo(Cluster cluster, Operation operation, UndoRequest request, Guard guard, Caller caller) {
        return toPauseFor(cluster, operation.group(), request.waiting())
                .map(name -> moved(
                        cluster,
                        name,
                        caller,
                        group -> undos.apply(cluster, operation, request.pausingConsumers(MAKING_WAY), guard, caller)))
                .orElseGet(() -> undos.apply(cluster, operation, request, guard, caller));
    }

    private Move moved(Cluster cluster, String name, Caller caller, Function<String, Move> moving) {
        ClusterPool pool = pools.on(cluster.name());
        Definition definition = ManagedConsumers.definition(pool, cluster.name(), name);
        if (definition.reset().isPresent()) {
            throw new ConflictException("Consumer \"" + name + "\" is being moved by operation "
                    + definition.reset().get() + ".");
        }
        checks.strangers(cluster, definition.spec().groupId(), Optional.of(definition))
                .ifPresent(strangers -> {
                    throw new RefusedException(List.of(strangers));
                });
        Move move = moving.apply(definition.spec().groupId());
        if (move.waiting()) {
            makeWay(pool, cluster, definition, move.operation().orElseThrow(), caller);
        } else {
            move.operation().ifPresent(operation -> moved(pool, definition, operation));
        }
        return move;
    }

    private void moved(ClusterPool pool, Definition definition, String operation) {
        try {
            pool.housekeeping().moved(definition, operations.find(operation).operation());
        } catch (ClusterException e) {
            throw e.begun("The group was moved anyway: see operation " + operation + ".");
        }
    }

    private void makeWay(ClusterPool pool, Cluster cluster, Definition definition, String operation, Caller caller) {
        try {
            ManagedConsumers.change(pool, cluster.name(), definition.name(), (current, all) -> {
                if (current.reset().isPresent() || !current.uid().equals(definition.uid())) {
                    throw new ConflictException(
                            "Consumer \"" + definition.name() + "\" is being moved or restarted by someone else.");
                }
                return current.resetting(Optional.of(operation));
            });
        } catch (ClusterException | ConflictException e) {
            operations.cancel(clusters.named(cluster.name(), true), operation, caller.actor());
            throw e;
        }
    }
}
