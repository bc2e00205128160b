package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Clusters;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.RefusedException;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Definition.Signature;
import dev.fathom.pool.definition.DefinitionConflicts;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.SpecErrors.SpecError;
import dev.fathom.pool.worker.MemberFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Defines, changes and shows managed consumers; any replica answers for all of them. */
@ApplicationScoped
public class ManagedConsumers {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<String> OTHER_TOPICS = Set.of(MemberFailure.TOPIC_DELETED, MemberFailure.TOPIC_RECREATED);

    private final Clusters clusters;
    private final Pools pools;
    private final DefinitionChecks checks;
    private final Clock clock;

    ManagedConsumers(Clusters clusters, Pools pools, DefinitionChecks checks, Clock clock) {
        this.clusters = clusters;
        this.pools = pools;
        this.checks = checks;
        this.clock = clock;
    }

    public static final class ConsumerNotFoundException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ConsumerNotFoundException(String cluster, String name) {
            super("Cluster \"" + cluster + "\" has no managed consumer \"" + name + "\".");
        }
    }

    public static final class NameTakenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NameTakenException(String name) {
            super("A managed consumer \"" + name + "\" is defined already.");
        }
    }

    /**
     * The result of a change, without positions and lag.
     *
     * @param changed whether there was anything to change
     */
    public record Changed(ConsumerView view, boolean changed) {}

    public List<ConsumerView> all(String cluster) {
        ClusterPool pool = pools.on(cluster);
        return pool.all(PATIENCE).values().stream().map(pool::view).toList();
    }

    public ConsumerView named(String cluster, String name) {
        ClusterPool pool = pools.on(cluster);
        return pool.view(definition(pool, cluster, name));
    }

    /** The same consumers with where they are, as the logs and their groups' commits say now. */
    public List<ConsumerView> located(String cluster, List<ConsumerView> views) {
        return pools.on(cluster).lags().of(views);
    }

    /** The same consumer, with how old the records are that wait for it, too. */
    public ConsumerView timed(String cluster, ConsumerView view) {
        ConsumerLags lags = pools.on(cluster).lags();
        return lags.withTimes(lags.of(List.of(view)).get(0));
    }

    static Definition definition(ClusterPool pool, String cluster, String name) {
        Definition definition = pool.all(PATIENCE).get(name);
        if (definition == null) {
            throw new ConsumerNotFoundException(cluster, name);
        }
        return definition;
    }

    public int maxMembers() {
        return pools.settings().maxMembers();
    }

    /**
     * Whether a definition would be accepted now.
     *
     * @throws RuntimeException as {@link #create} does
     */
    public void validate(String cluster, String name, Desired desired, Spec spec) {
        Cluster handle = clusters.named(cluster, true);
        SortedMap<String, Definition> all = pools.on(cluster).all(PATIENCE);
        check(handle, Optional.ofNullable(all.get(name)), name, desired, spec, all.values());
    }

    private void check(
            Cluster handle,
            Optional<Definition> before,
            String name,
            Desired desired,
            Spec spec,
            Collection<Definition> all) {
        checks.check(handle, name, spec, all);
        Optional<Definition> sameGroup =
                before.filter(known -> known.spec().groupId().equals(spec.groupId()));
        Optional<Blocker> strangers = checks.strangers(handle, spec.groupId(), sameGroup);
        if (desired != Desired.STOPPED && strangers.isPresent()) {
            throw new RefusedException(List.of(strangers.get()));
        }
    }

    /**
     * Defines a consumer.
     *
     * @throws NameTakenException when there is one of that name
     * @throws DefinitionRefusedException when it does not fit the cluster
     * @throws ConflictException when it conflicts with another
     * @throws RefusedException when its group has members that are strangers
     */
    public ConsumerView create(String cluster, String name, Desired desired, Spec spec, Caller caller) {
        ClusterPool pool = pools.on(cluster);
        SortedMap<String, Definition> known = pool.all(PATIENCE);
        if (known.containsKey(name)) {
            throw new NameTakenException(name);
        }
        check(clusters.named(cluster, true), Optional.empty(), name, desired, spec, known.values());
        String uid = UUID.randomUUID().toString().substring(0, 13);
        Definition created = Definition.created(name, uid, desired, spec, signature(caller));
        Definition written = pool.definitions()
                .change(name, all -> {
                    if (all.containsKey(name)) {
                        throw new NameTakenException(name);
                    }
                    if (all.size() >= pools.settings().maxConsumers()) {
                        throw new DefinitionRefusedException(List.of(new SpecError(
                                "",
                                "cluster \"" + cluster + "\" has " + all.size()
                                        + " consumers, as many as fathom.pool.max-consumers allows.")));
                    }
                    conflict(name, spec, all);
                    return Optional.of(created);
                })
                .orElseThrow();
        pool.wake();
        return pool.view(written);
    }

    private static void conflict(String name, Spec spec, SortedMap<String, Definition> all) {
        DefinitionConflicts.conflict(name, spec, all.values()).ifPresent(why -> {
            throw new ConflictException(why);
        });
    }

    private Signature signature(Caller caller) {
        return new Signature(caller.actor(), clock.instant());
    }

    /**
     * Puts another definition in the place of one.
     *
     * @param version the one that is replaced
     * @throws ConflictException when it is another by now
     */
    public Changed replace(String cluster, String name, long version, Desired desired, Spec spec, Caller caller) {
        ClusterPool pool = pools.on(cluster);
        Definition before = definition(pool, cluster, name);
        refuseStale(before, version);
        check(
                clusters.named(cluster, true),
                Optional.of(before),
                name,
                desired,
                spec,
                pool.all(PATIENCE).values());
        return change(pool, cluster, name, (definition, all) -> {
            refuseStale(definition, version);
            conflict(name, spec, all);
            boolean same = definition.spec().equals(spec) && definition.desired() == desired;
            return same && definition.failure().isEmpty()
                    ? definition
                    : definition.with(spec, desired, signature(caller));
        });
    }

    private static void refuseStale(Definition definition, long version) {
        if (definition.version() != version) {
            throw new ConflictException("Consumer \"" + definition.name() + "\" is at version " + definition.version()
                    + " by now, changed by " + definition.updated().by() + " at "
                    + definition.updated().at() + "; version " + version + " is outdated.");
        }
    }

    interface Edit {
        Definition of(Definition definition, SortedMap<String, Definition> all);
    }

    static Changed change(ClusterPool pool, String cluster, String name, Edit edit) {
        long[] before = new long[1];
        Definition written = pool.definitions()
                .change(name, all -> {
                    Definition definition = all.get(name);
                    if (definition == null) {
                        throw new ConsumerNotFoundException(cluster, name);
                    }
                    before[0] = definition.version();
                    return Optional.of(edit.of(definition, all));
                })
                .orElseThrow();
        pool.wake();
        return new Changed(pool.view(written), written.version() != before[0]);
    }

    private Changed change(String cluster, String name, UnaryOperator<Definition> edit) {
        ClusterPool pool = pools.on(cluster);
        definition(pool, cluster, name);
        return change(pool, cluster, name, (definition, all) -> {
            if (definition.deleting()) {
                throw new ConflictException("Consumer \"" + name + "\" is being deleted.");
            }
            return edit.apply(definition);
        });
    }

    /** Its members stay in the group and take nothing new. */
    public Changed pause(String cluster, String name, Caller caller) {
        return desire(cluster, name, Desired.PAUSED, caller);
    }

    /** It runs again after a pause, or after it failed. */
    public Changed resume(String cluster, String name, Caller caller) {
        return desire(cluster, name, Desired.RUNNING, caller);
    }

    public Changed stop(String cluster, String name, Caller caller) {
        return desire(cluster, name, Desired.STOPPED, caller);
    }

    /** It runs, whatever it did; one that failed begins again. */
    public Changed start(String cluster, String name, Caller caller) {
        return desire(cluster, name, Desired.RUNNING, caller);
    }

    private Changed desire(String cluster, String name, Desired desired, Caller caller) {
        return change(cluster, name, definition -> {
            if (definition.failure().isPresent() && desired == Desired.RUNNING) {
                return definition.restarted(signature(caller), hasOtherTopics(definition));
            }
            return definition.desired() == desired && definition.failure().isEmpty()
                    ? definition
                    : definition.desiring(desired, signature(caller));
        });
    }

    private static boolean hasOtherTopics(Definition definition) {
        return definition
                .failure()
                .filter(failure -> OTHER_TOPICS.contains(failure.reason()))
                .isPresent();
    }

    /** Every member leaves and rejoins. */
    public Changed restart(String cluster, String name, Caller caller) {
        return change(cluster, name, definition -> definition.restarted(signature(caller), hasOtherTopics(definition)));
    }

    public Changed scale(String cluster, String name, int members, Caller caller) {
        return change(cluster, name, definition -> {
            Spec scaled = definition.spec().withMembers(members);
            return scaled.equals(definition.spec())
                    ? definition
                    : definition.with(scaled, definition.desired(), signature(caller));
        });
    }

    /** It goes away once its members are gone; what its group committed stays. */
    public Changed delete(String cluster, String name, Caller caller) {
        ClusterPool pool = pools.on(cluster);
        definition(pool, cluster, name);
        return change(
                pool,
                cluster,
                name,
                (definition, all) -> definition.deleting() ? definition : definition.deleted(signature(caller)));
    }

    /** Writes back what this replica holds, after the topic of definitions was lost. @return how many definitions */
    public int restore(String cluster) {
        return pools.on(cluster).definitions().restore();
    }
}
