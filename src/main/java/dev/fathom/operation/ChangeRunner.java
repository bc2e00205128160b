package dev.fathom.operation;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Required;
import dev.fathom.operation.Entry.StoredChange;
import dev.fathom.operation.Entry.StoredParking;
import dev.fathom.operation.Entry.StoredRedrive;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries out changes, one at a time for each group: on this replica by a lock, among all replicas through the journal.
 *
 * <p>The order is what makes it safe. The intent is appended first; then the journal is read to its end, and a replica that
 * finds an earlier open intent for the group yields; only then is the group looked at for the last time and changed. Two
 * replicas that append at the same moment both see both intents, in the same order, so exactly one goes on.
 */
@ApplicationScoped
public class ChangeRunner {

    private static final Logger LOG = Logger.getLogger(ChangeRunner.class);

    /** Half of the time an intent stands: a change that is not reached by then is dropped. */
    private static final Duration PATIENCE = History.INTENT_STANDS.dividedBy(2);

    /** How long a change waits for another one of the same group on this replica. */
    private static final Duration WAIT_FOR_OTHERS = Duration.ofSeconds(5);

    private final Clusters clusters;
    private final Journal journal;
    /** One for each group that is being changed. */
    private final LoadingCache<Key, ReentrantLock> locks =
            Caffeine.newBuilder().weakValues().build(key -> new ReentrantLock());

    ChangeRunner(Clusters clusters, Journal journal) {
        this.clusters = clusters;
        this.journal = journal;
    }

    private record Key(String cluster, String group) {}

    /**
     * A change that was carried out.
     *
     * @param operation its id in the journal; empty where it could not be, or is not to be, journaled
     * @param change as it was in the end
     */
    public record Done<D extends JournaledChange>(Optional<String> operation, D change, Result result) {}

    /**
     * Journals a change, carries it out, and journals the outcome.
     *
     * @throws ConflictException when another change of the group is under way
     * @throws RefusedException when the change, looked at again, can no longer be done
     */
    public <D extends JournaledChange> Done<D> carryOut(Cluster cluster, Caller caller, D change) {
        return locked(cluster, change.intent().group(), () -> {
            if (!journal.enabled()) {
                return unjournaled(change);
            }
            String id = journal.newId();
            long began;
            try {
                // Once in a cluster's life, and not on the time that an intent stands for.
                journal.make(clusters.named(cluster.name(), false));
                began = System.nanoTime();
                append(cluster, change.intent().group(), begun(cluster, id, caller, change.intent(), null));
            } catch (ClusterException e) {
                if (journal.required()) {
                    throw new RefusedException(List.of(Blocker.journal(e)));
                }
                LOG.warnf(
                        "A change of group \"%s\" is made without the journal: %s",
                        change.intent().group(), e.getMessage());
                return unjournaled(change);
            }
            return goOn(cluster, id, change, false, began);
        });
    }

    /**
     * Takes on an operation that waited, if no other replica was first and nothing blocks it.
     *
     * @return empty when it was left to others, or for later
     */
    public <D extends JournaledChange> Optional<Done<D>> takeOn(Cluster cluster, String id, D change) {
        return locked(cluster, change.intent().group(), () -> {
            long began = System.nanoTime();
            append(cluster, change.intent().group(), applying(id, change.intent()));
            try {
                if (!ask(cluster, history -> history.isOwner(id, journal.replica()))) {
                    return Optional.empty();
                }
            } catch (ClusterException e) {
                giveWay(cluster, change.intent().group(), id, true, Required.message(e));
                throw e;
            }
            try {
                return Optional.of(goOn(cluster, id, change, true, began));
            } catch (ConflictException e) {
                return Optional.empty();
            }
        });
    }

    /** From the open intent on: yields to an earlier one, plans again, does it, and journals the outcome. */
    private <D extends JournaledChange> Done<D> goOn(Cluster cluster, String id, D change, boolean waited, long began) {
        String group = change.intent().group();
        D looked;
        try {
            ask(cluster, history -> history.before(id)).ifPresent(first -> {
                throw new ConflictException("Operation " + first.id() + " on group \"" + group
                        + "\" is in progress; look at what it did and plan again.");
            });
            looked = again(change);
            if (!looked.intent().changes().equals(change.intent().changes())) {
                append(cluster, group, applying(id, looked.intent()));
            }
            refuseLate(group, began);
        } catch (RuntimeException e) {
            giveWay(cluster, group, id, waited, Required.message(e));
            throw e;
        }
        D last = prepared(cluster, id, looked, waited, began);
        Result result;
        try {
            result = last.carryOut();
        } catch (RuntimeException e) {
            say(cluster, group, ended(id, Status.UNKNOWN, List.of(), e.getMessage()));
            throw begun(e, "It was started and may have been done: look at the group, and at operation " + id + ".");
        }
        say(
                cluster,
                group,
                ended(
                        id,
                        result.status(),
                        History.stored(result),
                        result.problem().map(ClusterException::getMessage).orElse(null)));
        return new Done<>(Optional.of(id), last, result);
    }

    private static void refuseLate(String group, long began) {
        if (System.nanoTime() - began > PATIENCE.toNanos()) {
            throw new ClusterException(
                    ClusterException.Reason.TIMED_OUT,
                    "It took too long to reach the change of group \"" + group + "\"; nothing was changed.");
        }
    }

    /** Does what must stand before any commit is touched, and has the journal name it. */
    private <D extends JournaledChange> D prepared(Cluster cluster, String id, D looked, boolean waited, long began) {
        String group = looked.intent().group();
        try {
            D last = prepared(looked);
            if (!last.intent().equals(looked.intent())) {
                append(cluster, group, applying(id, last.intent()));
            }
            refuseLate(group, began);
            return last;
        } catch (RuntimeException e) {
            if (wroteNothing(e)) {
                giveWay(cluster, group, id, waited, Required.message(e));
                throw e;
            }
            say(cluster, group, ended(id, Status.UNKNOWN, List.of(), e.getMessage()));
            throw begun(
                    e,
                    "No commit of the group was changed, but the record may have been written: look at operation " + id
                            + " and at the topic.");
        }
    }

    private static boolean wroteNothing(RuntimeException failure) {
        return failure instanceof ConflictException
                || failure instanceof RefusedException
                || (failure instanceof ClusterException known && !Result.open(known));
    }

    /** Nothing was done: one that waited is still waiting, any other ends here. */
    private void giveWay(Cluster cluster, String group, String id, boolean waited, String why) {
        say(
                cluster,
                group,
                waited ? new Entry.Withdrawn(id, journal.replica()) : ended(id, Status.REFUSED, List.of(), why));
    }

    private static <D extends JournaledChange> Done<D> unjournaled(D change) {
        D looked = again(change);
        D last;
        try {
            last = prepared(looked);
        } catch (RuntimeException e) {
            throw wroteNothing(e)
                    ? e
                    : begun(
                            e,
                            "No commit of the group was changed, but the record may have been written: look at its topic.");
        }
        try {
            return new Done<>(Optional.empty(), last, last.carryOut());
        } catch (RuntimeException e) {
            throw begun(e, "It was started and may have been done: look at the group.");
        }
    }

    private static RuntimeException begun(RuntimeException failure, String words) {
        return failure instanceof ClusterException cluster ? cluster.begun(words) : failure;
    }

    @SuppressWarnings("unchecked")
    private static <D extends JournaledChange> D again(D change) {
        return (D) change.again();
    }

    @SuppressWarnings("unchecked")
    private static <D extends JournaledChange> D prepared(D change) {
        return (D) change.prepared();
    }

    /** What was done is done, whether or not the journal takes it: {@link Recovery} finds out if it does not. */
    private void say(Cluster cluster, String group, Entry outcome) {
        try {
            append(cluster, group, outcome);
        } catch (ClusterException e) {
            LOG.warnf(
                    "An outcome could not be journaled and will be found by reading back: %s; %s",
                    outcome, e.getMessage());
        }
    }

    /** Journals an operation that waits for its group to be empty; its id. */
    public String defer(Cluster cluster, Caller caller, Intent intent, Deferral deferral) {
        String id = journal.newId();
        try {
            journal.make(clusters.named(cluster.name(), false));
        } catch (ClusterException e) {
            throw new RefusedException(List.of(Blocker.journal(e)));
        }
        try {
            append(cluster, intent.group(), begun(cluster, id, caller, intent, deferral));
        } catch (ClusterException e) {
            boolean open = e.reason() == ClusterException.Reason.TIMED_OUT
                    || e.reason() == ClusterException.Reason.UNAVAILABLE;
            throw new RefusedException(List.of(Blocker.journal(
                    open
                            ? e.begun("It is not known whether it waits now: check whether there is an operation " + id
                                    + " before you send it again.")
                            : e)));
        }
        return id;
    }

    /** Ends an operation that has waited long enough, or cannot be done; unless a replica has taken it on. */
    public void giveUp(Cluster cluster, Operation operation, Status status, @Nullable String why) {
        append(
                cluster,
                operation.group(),
                new Entry.Ended(operation.id(), journal.replica(), status, true, List.of(), why));
    }

    private Entry.Begun begun(Cluster cluster, String id, Caller caller, Intent intent, @Nullable Deferral deferral) {
        return new Entry.Begun(
                id,
                intent.kind(),
                cluster.name(),
                intent.group(),
                intent.type(),
                caller.actor(),
                caller.requestId(),
                intent.reason().orElse(null),
                journal.replica(),
                intent.undoOf().orElse(null),
                caller.idempotencyKey().orElse(null),
                stored(intent),
                intent.members(),
                deferral,
                intent.unseen() ? true : null,
                StoredParking.of(intent.parking()),
                StoredRedrive.of(intent.redrive()));
    }

    private Entry.Applying applying(String id, Intent intent) {
        return new Entry.Applying(
                id,
                journal.replica(),
                stored(intent),
                StoredParking.of(intent.parking()),
                StoredRedrive.of(intent.redrive()));
    }

    private static List<StoredChange> stored(Intent intent) {
        return intent.changes().stream().map(StoredChange::of).toList();
    }

    private Entry.Ended ended(String id, Status status, List<Entry.StoredRow> rows, @Nullable String problem) {
        return new Entry.Ended(id, journal.replica(), status, false, rows, problem);
    }

    /** Each step has its own deadline: a slow beginning must not keep the end from being written. */
    private void append(Cluster cluster, String group, Entry entry) {
        journal.append(clusters.named(cluster.name(), false), group, entry);
    }

    private <T> T ask(Cluster cluster, Function<History, T> question) {
        return journal.ask(clusters.named(cluster.name(), false), question);
    }

    private <T> T locked(Cluster cluster, String group, Supplier<T> action) {
        ReentrantLock lock = locks.get(new Key(cluster.name(), group));
        try {
            if (!lock.tryLock(WAIT_FOR_OTHERS.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ConflictException("Another change of group \"" + group + "\" is in progress.");
            }
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        }
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
