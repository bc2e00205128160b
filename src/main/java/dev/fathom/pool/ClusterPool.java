package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.OwnTopics;
import dev.fathom.cluster.Topic;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.Operations;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.store.Definitions;
import dev.fathom.pool.store.PoolLog;
import dev.fathom.pool.store.StatusBoard;
import dev.fathom.pool.worker.Assignment;
import dev.fathom.pool.worker.Member;
import dev.fathom.pool.worker.MemberFailure;
import dev.fathom.pool.worker.MemberReport;
import dev.fathom.pool.worker.MemberState;
import dev.fathom.reset.Resets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Managed consumers on one cluster, as far as this replica is concerned. One thread makes what runs here what the definitions
 * say.
 *
 * <pre>{@code
 *  start()          the topics are read          close()
 *  -----> READING ----------------------> RUNNING -----> LEAVING ----> DRAINING ----> closed
 *            ^                            |  ^  |        coordination  members, 20 s
 *            |  the topic is gone, and    |  |  |
 *            +--- held nothing -----------+  +--+ each turn: store failures, start and stop members, report;
 *                                                 each second, and on changes: keep house; each 2 s: measure lag
 * }</pre>
 *
 * <p>While READING, and always on a read-only cluster, nothing is run. The first turn that RUNS joins the coordination group,
 * and until that gives this replica a share no member is started.
 */
final class ClusterPool implements Member.Supervisor, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ClusterPool.class);
    private static final Duration TURN = Duration.ofMillis(250);
    private static final long HOUSEKEEPING_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final Duration STALE = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final Duration LEAVE = Duration.ofSeconds(22);

    private final String name;
    private final boolean readOnly;
    private final String replica;
    private final Clock clock;
    private final ScheduledExecutorService timers;
    private final Supplier<Cluster> cluster;
    private final OwnTopics.Shape status;
    private final PoolLog log;
    private final Definitions definitions;
    private final StatusBoard board;
    private final Coordination coordination;
    private final Roster roster;
    private final Housekeeping housekeeping;
    private final ConsumerLags lags;
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private final Queue<Runnable> todo = new ConcurrentLinkedQueue<>();
    private final Map<String, String> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile @Nullable String clusterId;
    private boolean coordinating;
    private long kept;
    private @Nullable SortedMap<String, Definition> keptFor;
    private long measured;
    private volatile Map<Roster.Slot, MemberReport> standing = Map.of();

    record Shared(
            Clusters clusters,
            PoolSettings settings,
            Sinks sinks,
            Resets resets,
            Operations operations,
            ScheduledExecutorService timers,
            String replica,
            Clock clock) {}

    ClusterPool(String name, boolean readOnly, Shared shared) {
        this.name = name;
        this.readOnly = readOnly;
        this.replica = shared.replica();
        this.clock = shared.clock();
        this.timers = shared.timers();
        this.cluster = () -> shared.clusters().named(name, true);
        this.status = shared.settings().topics().status();
        Supplier<Map<String, Object>> connection = () -> shared.clusters().clientProperties(name);
        this.log = new PoolLog(name, cluster, connection, shared.settings().topics(), this::wake);
        this.definitions = new Definitions(cluster, connection, log);
        this.board = new StatusBoard(log, connection, clock);
        this.coordination = new Coordination(
                name,
                shared.settings().topics().status(),
                shared.settings().topics().coordinationGroup(),
                connection,
                this::wake);
        LastCommits lastCommits = new LastCommits(cluster, board, shared.operations());
        this.roster = new Roster(
                board,
                (definition, slot, paused, stats, before) -> new Member(
                        new Assignment(name, clusterId(cluster), definition, slot, replica, connection.get(), paused),
                        cluster,
                        lastCommits,
                        shared.sinks(),
                        stats,
                        before,
                        this,
                        shared.timers(),
                        clock),
                clock);
        this.housekeeping = new Housekeeping(cluster, definitions, board, shared.resets(), shared.operations(), clock);
        this.lags = new ConsumerLags(() -> shared.clusters().named(name, false));
        this.thread = new Thread(this::run, "fathom-pool-" + name);
        this.thread.setDaemon(true);
    }

    private String clusterId(Supplier<Cluster> cluster) {
        if (clusterId == null) {
            clusterId = cluster.get().describe().await().clusterId();
        }
        return clusterId;
    }

    void start() {
        log.start();
        thread.start();
    }

    Definitions definitions() {
        return definitions;
    }

    Housekeeping housekeeping() {
        return housekeeping;
    }

    /** @throws ClusterException when they could not be read in time */
    SortedMap<String, Definition> all(Duration patience) {
        return log.definitions(patience);
    }

    SortedMap<String, Definition> known() {
        return log.held();
    }

    /** A consumer as this replica knows it. */
    ConsumerView view(Definition definition) {
        SortedMap<Integer, MemberReport> latest = new TreeMap<>();
        board.of(definition.uid()).forEach(report -> latest.put(report.slot(), report));
        roster.reports(definition.uid()).forEach(report -> latest.put(report.slot(), report));
        Instant now = clock.instant();
        List<MemberView> members = latest.values().stream()
                .filter(report -> report.slot() < definition.spec().members()
                        || report.state().live())
                .map(report -> new MemberView(
                        report, report.state().live() && report.at().plus(STALE).isBefore(now)))
                .toList();
        ConsumerView view = ConsumerView.of(definition, members);
        return view.reason().isPresent() || !waiting.containsKey(definition.uid())
                ? view
                : new ConsumerView(
                        definition,
                        view.state(),
                        Optional.of(waiting.get(definition.uid())),
                        members,
                        OptionalLong.empty());
    }

    ConsumerLags lags() {
        return lags;
    }

    /** The reports of the members that run here; for those that do not fetch with their lag as last looked up. */
    List<MemberReport> here() {
        Map<Roster.Slot, MemberReport> known = standing;
        return roster.reports().stream()
                .map(report -> {
                    MemberReport looked = known.get(new Roster.Slot(report.uid(), report.slot()));
                    return looked == null || fetches(report) ? report : report.withPartitions(looked.partitions());
                })
                .toList();
    }

    private static boolean fetches(MemberReport report) {
        return report.state() == MemberState.RUNNING || report.state() == MemberState.IDLE;
    }

    /** Looks up the lag of members that do not fetch, for the metrics. */
    private void measureStanding(SortedMap<String, Definition> all) {
        Set<String> stand = roster.reports().stream()
                .filter(report -> report.state().live() && !fetches(report))
                .map(MemberReport::uid)
                .collect(Collectors.toSet());
        List<ConsumerView> views = all.values().stream()
                .filter(definition -> stand.contains(definition.uid()))
                .map(this::view)
                .toList();
        Map<Roster.Slot, MemberReport> looked = new HashMap<>();
        lags.of(views).forEach(view -> view.members().stream()
                .map(MemberView::report)
                .forEach(report -> looked.put(new Roster.Slot(report.uid(), report.slot()), report)));
        standing = looked;
    }

    void wake() {
        wake.release();
    }

    private void run() {
        while (!closed) {
            try {
                turn();
            } catch (RuntimeException e) {
                LOG.warnf(e, "The pool of cluster %s failed unexpectedly; continuing", name);
            }
            try {
                if (wake.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void turn() {
        if (!log.ready() || readOnly) {
            return;
        }
        if (!coordinating) {
            coordinating = true;
            coordination.start();
        }
        for (Runnable next = todo.poll(); next != null; next = todo.poll()) {
            next.run();
        }
        SortedMap<String, Definition> all = log.held();
        roster.follow(all.values(), coordination::owns);
        roster.tell();
        if (all != keptFor || System.nanoTime() - kept > HOUSEKEEPING_NANOS) {
            keepHouse(all);
            keptFor = all;
            kept = System.nanoTime();
        }
        if (System.nanoTime() - measured > MEASURE_NANOS) {
            measureStanding(all);
            measured = System.nanoTime();
        }
    }

    private void keepHouse(SortedMap<String, Definition> all) {
        if (log.statusMissing() && !all.isEmpty()) {
            makeStatusTopic();
        }
        Set<String> uids = all.values().stream().map(Definition::uid).collect(Collectors.toSet());
        List<Definition> mine = awaitedFirst(all.values()).stream()
                .filter(definition -> coordination.owns(StatusBoard.partition(definition.uid(), 0)))
                .toList();
        Map<String, Outcome<Topic>> topics = housekeeping.topics(mine);
        Set<String> waitingHere = new HashSet<>();
        for (Definition definition : mine) {
            boolean live = definition.deleting() && live(definition);
            housekeeping.keep(definition, live, topics).ifPresent(why -> {
                waiting.put(definition.uid(), why);
                waitingHere.add(definition.uid());
            });
        }
        waiting.keySet().retainAll(waitingHere);
        roster.retain(uids);
    }

    /** Deletions and resets first: somebody waits for them. */
    private static List<Definition> awaitedFirst(Collection<Definition> all) {
        return all.stream()
                .sorted(Comparator.comparing(definition ->
                        !definition.deleting() && definition.reset().isEmpty()))
                .toList();
    }

    /** It was deleted; members report again every few seconds. */
    private void makeStatusTopic() {
        try {
            cluster.get().ownTopics().make(status);
        } catch (ClusterException e) {
            LOG.warnf("The topic %s is gone and cannot be created: %s", status.name(), e.getMessage());
        }
    }

    private boolean live(Definition definition) {
        return view(definition).members().stream()
                .anyMatch(member -> member.report().state().live() && !member.stale());
    }

    @Override
    public void failed(Member member, MemberFailure failure) {
        if (!failure.passes()) {
            todo.add(() -> retrying(() -> housekeeping.fail(member.assignment().definition(), failure)));
        }
        wake();
    }

    @Override
    public void gone(Member member, String message) {
        todo.add(() -> retrying(() -> housekeeping.gone(member.assignment().definition(), message)));
        wake();
    }

    /** Stores later what cannot be stored now; until then only this replica knows it. */
    private void retrying(Runnable action) {
        try {
            action.run();
        } catch (ClusterException | ConflictException e) {
            LOG.debugf("The pool of cluster %s will retry: %s", name, e.getMessage());
            var unused = timers.schedule(() -> todo.add(() -> retrying(action)), 1, TimeUnit.SECONDS);
        }
    }

    @Override
    public void changed(Member member) {
        roster.changed(member);
        wake();
    }

    /** Drains the members here and reports their end; other replicas take over. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // First, so that others take the slots over while the members here drain.
        coordination.leave();
        roster.stop(DRAIN, LEAVE);
        coordination.close();
        definitions.close();
        board.close();
        log.close();
    }
}
