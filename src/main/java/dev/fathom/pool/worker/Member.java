package dev.fathom.pool.worker;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Sink;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.pool.worker.Starts.Start;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * One member of a managed consumer: a KafkaConsumer, and the one thread that may touch it. The thread polls, takes commands,
 * and commits what is done; it waits for a sink only while partitions are taken from it, so that what is in hand is still
 * committed by who owned it.
 */
public final class Member {

    private static final Logger LOG = Logger.getLogger(Member.class);

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(5);
    private static final Duration FIRST_COMMIT_RETRY = Duration.ofMillis(100);
    private static final int MOST_BUSY_POLL_MILLIS = 16;
    /** Within which whoever owns a partition next has said so. */
    private static final long LEFT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long OBSERVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What a member is told when it is made. @param since a name for it, in the group and in threads */
    public record Assignment(
            String cluster,
            String clusterId,
            Definition definition,
            int slot,
            String replica,
            Map<String, Object> connection,
            boolean paused) {

        /** Says whose member it is, so that it can be told from a stranger in the group. */
        public String clientId() {
            return clientId(definition.name(), slot, definition.uid());
        }

        static String clientId(String name, int slot, String uid) {
            return "fathom." + name + "." + slot + "." + uid;
        }
    }

    /** Whether a member of a group, by its client id, is one of a definition's own. */
    public static boolean isOwn(Definition definition, String clientId) {
        return clientId.startsWith("fathom." + definition.name() + ".") && clientId.endsWith("." + definition.uid());
    }

    /** Whom a member tells what it cannot decide. Called on the member's threads; must not block for long. */
    public interface Supervisor {

        void failed(Member member, MemberFailure failure);

        /** The sink wants no more records. */
        void gone(Member member, String message);

        /** Its state is another than before. */
        void changed(Member member);
    }

    private enum Pause {
        OPERATOR,
        BACK_PRESSURE,
        RETRY,
        BREAKER,
        DRAIN
    }

    private final Assignment assignment;
    private final Spec spec;
    private final Clients clients;
    private final Starts starts;
    private final MemberStats stats;
    private final Supervisor supervisor;
    private final Clock clock;
    private final Dispatch dispatch;
    private final PartitionWork.Order order;
    private final Load load = new Load();
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<TopicPartition, PartitionWork> owned = new ConcurrentHashMap<>();

    private volatile boolean operatorPaused;
    private volatile boolean stopping;
    private volatile Duration drain;
    private volatile MemberFailure failure;
    private volatile long lastPoll = System.nanoTime();
    private volatile boolean joined;
    private volatile String memberId;
    private volatile State shown;
    private volatile List<PartitionReport> partitions = List.of();
    /** What was owned lately, here or by the predecessor, by when it is to be forgotten. */
    private final Map<TopicPartition, Left> left = new ConcurrentHashMap<>();

    private volatile MemberReport.Totals totals;

    private KafkaConsumer<byte[], byte[]> consumer;
    private boolean committing;
    private long nextCommit = System.nanoTime();
    private int commitFailures;
    private long observed;
    private int quietTurns;

    private record Left(PartitionReport report, long until) {}

    private record State(MemberState state, Optional<String> reason, Instant since) {}

    /**
     * @param cluster gives a handle whose deadline starts then
     * @param before what the slot's last member said last
     * @param timers run short tasks only
     */
    public Member(
            Assignment assignment,
            Supplier<Cluster> cluster,
            Checkpoints checkpoints,
            Sinks sinks,
            MemberStats stats,
            Optional<MemberReport> before,
            Supervisor supervisor,
            ScheduledExecutorService timers,
            Clock clock) {
        before.ifPresent(report -> {
            report.left().forEach(this::leave);
            report.partitions().forEach(this::leave);
        });
        this.assignment = assignment;
        this.spec = assignment.definition().spec();
        this.clients = new Clients(assignment.connection(), spec, assignment.clientId());
        this.starts = new Starts(cluster, assignment.definition(), checkpoints, clock);
        this.stats = stats;
        this.supervisor = supervisor;
        this.clock = clock;
        this.operatorPaused = assignment.paused();
        this.drain = spec.drainTimeout();
        this.shown = new State(MemberState.STARTING, Optional.empty(), clock.instant());
        String name = "fathom-" + assignment.definition().name() + "-" + assignment.slot();
        Sink sink = sinks.of(spec, () -> clients.sinkProducer(largestBatch(cluster)));
        this.order = Dispatch.order(spec, sink);
        this.dispatch = new Dispatch(
                spec,
                sink,
                spec.deadLetterTopic().map(topic -> new DeadLetters(topic, clients::deadLetterProducer)),
                stats,
                topicId -> new Origin(
                        assignment.cluster(),
                        assignment.clusterId(),
                        assignment.definition().name(),
                        spec.groupId(),
                        topicId),
                assignment.definition().name(),
                name + "-sink",
                new Dispatch.Outcomes() {
                    @Override
                    public void failed(MemberFailure failure) {
                        fail(failure);
                    }

                    @Override
                    public void gone(String message) {
                        operatorPaused = true;
                        stats.event("gone", message);
                        supervisor.gone(Member.this, message);
                    }
                },
                timers);
        this.totals = stats.totals(Map.of(), 0, 0, Breaker.State.CLOSED.wireName());
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    /** What the sink's topic takes at once; empty where there is none, or the service may not ask. */
    private Optional<Integer> largestBatch(Supplier<Cluster> cluster) {
        try {
            return spec.sink().topic().flatMap(topic -> cluster.get().largestBatch(topic));
        } catch (ClusterException e) {
            return Optional.empty();
        }
    }

    public void start() {
        dispatch.open(!operatorPaused);
        thread.start();
    }

    public Assignment assignment() {
        return assignment;
    }

    /** Takes nothing new, or goes on. */
    public void pause(boolean paused) {
        if (operatorPaused != paused && !stopping) {
            operatorPaused = paused;
            dispatch.open(!paused);
            stats.event(paused ? "paused" : "resumed", paused ? "Takes nothing new." : "Goes on.");
        }
    }

    /** Drains, commits, leaves the group and ends; returns at once. @param patience caps the definition's own */
    public void stop(Duration patience) {
        if (patience.compareTo(drain) < 0) {
            drain = patience;
        }
        stopping = true;
        dispatch.open(false);
    }

    /** Waits until it has left and holds nothing any more. */
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Whether it has done and committed everything it knows of. */
    public boolean hasSettled() {
        return partitions.stream()
                .allMatch(partition -> partition.oldestUndone() == null
                        && partition.position() != null
                        && partition.position().equals(partition.committed()));
    }

    /** Why it ended by itself. */
    public Optional<MemberFailure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether it has not polled for so long that the group has given it up. */
    public boolean isStuck() {
        return !hasEnded()
                && System.nanoTime() - lastPoll > clients.maxPollInterval().toNanos();
    }

    /** Gives up on a member whose thread does not come back: it may touch nothing any more. */
    public void abandon() {
        stopping = true;
        dispatch.close();
        owned.values().forEach(PartitionWork::purge);
        KafkaConsumer<byte[], byte[]> hanging = consumer;
        if (hanging != null) {
            hanging.wakeup();
        }
        thread.interrupt();
        ended.countDown();
    }

    private void fail(MemberFailure why) {
        if (failure == null) {
            failure = why;
            stats.event("failed", why.reason() + ": " + why.getMessage());
            stats.error(why.getMessage());
            stopping = true;
        }
    }

    // ---- the thread

    private void run() {
        stats.event("started", "Joins group \"" + spec.groupId() + "\".");
        try {
            consumer = clients.consumer();
            consumer.subscribe(spec.topics(), new Rebalances());
            while (!stopping) {
                turn();
            }
        } catch (WakeupException | InterruptException e) {
            LOG.debugf("Member %s was interrupted", assignment.clientId());
        } catch (RuntimeException e) {
            fail(failureOf(e));
        } finally {
            end();
        }
    }

    private MemberFailure failureOf(RuntimeException thrown) {
        // What a rebalance callback throws comes wrapped.
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof MemberFailure ours) {
                return ours;
            }
            if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
                return MemberFailure.passing(
                        MemberFailure.NOT_AUTHORIZED,
                        "The cluster does not let the service read " + spec.topics() + " as group \"" + spec.groupId()
                                + "\": " + cause.getMessage());
            }
            if (cause instanceof ClusterException cluster) {
                return MemberFailure.passing(
                        cluster.reason() == ClusterException.Reason.NOT_AUTHORIZED
                                ? MemberFailure.NOT_AUTHORIZED
                                : MemberFailure.UNAVAILABLE,
                        cluster.getMessage());
            }
        }
        stats.pollErrors.increment();
        LOG.warnf(thrown, "Member %s cannot go on", assignment.clientId());
        return MemberFailure.passing(
                MemberFailure.UNAVAILABLE,
                "The Kafka client cannot go on: " + thrown.getClass().getSimpleName() + ".");
    }

    private void turn() {
        applyPauses(owned.keySet());
        ConsumerRecords<byte[], byte[]> records;
        lastPoll = System.nanoTime();
        try {
            records = consumer.poll(pollTime());
        } catch (OffsetOutOfRangeException e) {
            stats.pollErrors.increment();
            begin(starts.outOfRange(ours(e.offsetOutOfRangePartitions())));
            return;
        } catch (NoOffsetForPartitionException e) {
            // Its commit went while it was being positioned.
            stats.pollErrors.increment();
            Set<dev.fathom.cluster.TopicPartition> lost =
                    e.partitions().stream().map(Member::ours).collect(Collectors.toSet());
            begin(starts.withoutCommit(lost, starts.topicIds(Set.copyOf(spec.topics()))));
            return;
        }
        take(records);
        long now = System.nanoTime();
        if (now - observed > OBSERVE_NANOS) {
            observe();
            observed = now;
        }
        commitWhatIsDone(now);
        show();
    }

    /** Short while the sink has something to say, so that it is committed at once; longer the longer nothing happens. */
    private Duration pollTime() {
        boolean busy = committing || owned.values().stream().anyMatch(work -> !work.empty());
        if (!busy || operatorPaused) {
            return LONGEST_POLL;
        }
        return Duration.ofMillis(Math.min(MOST_BUSY_POLL_MILLIS, 1L << Math.min(quietTurns, 10)));
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        if (records.isEmpty()) {
            stats.emptyPolls.increment();
            quietTurns++;
        } else {
            quietTurns = 0;
        }
        Map<TopicPartition, OffsetAndMetadata> goesOn = records.nextOffsets();
        for (TopicPartition partition : records.partitions()) {
            PartitionWork work = owned.get(partition);
            if (work == null || !consumer.assignment().contains(partition)) {
                // Buffered for a partition that was lost meanwhile: its new owner has it.
                stats.staleCompletions.add(records.records(partition).size());
                continue;
            }
            var received = records.records(partition);
            work.received(received, Optional.ofNullable(goesOn.get(partition)));
            stats.records.add(received.size());
            received.forEach(record -> stats.bytes.add(
                    Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize())));
        }
        goesOn.forEach((partition, next) ->
                Optional.ofNullable(owned.get(partition)).ifPresent(work -> work.advanced(next.offset())));
        if (!records.isEmpty()) {
            dispatch.wake();
        }
    }

    private void applyPauses(Collection<TopicPartition> among) {
        boolean full =
                load.records() + Clients.polled(spec) > spec.queueCapacity() || load.bytes() >= spec.queueBytes();
        boolean broken = dispatch.breaker() != Breaker.State.CLOSED;
        Set<TopicPartition> assigned = consumer.assignment();
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>();
        Set<TopicPartition> toResume = new HashSet<>();
        for (TopicPartition partition : among) {
            PartitionWork work = owned.get(partition);
            if (work == null || !assigned.contains(partition)) {
                continue;
            }
            boolean still = !reasons(work, full, broken).isEmpty();
            if (still && !paused.contains(partition)) {
                toPause.add(partition);
            } else if (!still && paused.contains(partition)) {
                toResume.add(partition);
            }
        }
        if (!toPause.isEmpty()) {
            consumer.pause(toPause);
        }
        if (!toResume.isEmpty()) {
            consumer.resume(toResume);
        }
    }

    /** Everything that speaks against fetching a partition now; it is fetched only when nothing does. */
    private Set<Pause> reasons(PartitionWork work, boolean full, boolean broken) {
        Set<Pause> reasons = EnumSet.noneOf(Pause.class);
        if (operatorPaused) {
            reasons.add(Pause.OPERATOR);
        }
        if (full) {
            reasons.add(Pause.BACK_PRESSURE);
        }
        if (work.retrying()) {
            reasons.add(Pause.RETRY);
        }
        if (broken) {
            reasons.add(Pause.BREAKER);
        }
        if (stopping) {
            reasons.add(Pause.DRAIN);
        }
        return reasons;
    }

    private void commitWhatIsDone(long now) {
        if (committing || now - nextCommit < 0) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> due = due(owned.values());
        if (due.isEmpty()) {
            return;
        }
        quietTurns = 0;
        committing = true;
        due.keySet().forEach(partition -> owned.get(partition).committing());
        Map<TopicPartition, PartitionWork> works = new HashMap<>(owned);
        consumer.commitAsync(due, (offsets, failed) -> {
            committing = false;
            if (failed == null) {
                commitFailures = 0;
                offsets.forEach((partition, offset) -> works.get(partition).committed(offset.offset()));
                nextCommit = System.nanoTime() + spec.commitInterval().toNanos();
            } else {
                commitFailed(failed);
            }
        });
    }

    private static Map<TopicPartition, OffsetAndMetadata> due(Collection<PartitionWork> works) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        works.forEach(work -> work.committable().ifPresent(offset -> due.put(work.partition(), offset)));
        return due;
    }

    /** Nothing is lost: it is committed a little later, with what is done by then, if the partition is still ours. */
    private void commitFailed(Exception failed) {
        stats.commitErrors.increment();
        if (failed instanceof AuthorizationException) {
            fail(failureOf((AuthorizationException) failed));
            return;
        }
        if (!(failed instanceof RebalanceInProgressException)) {
            stats.error("A commit failed: " + failed.getClass().getSimpleName() + ".");
        }
        Duration wait = FIRST_COMMIT_RETRY.multipliedBy(1L << Math.min(commitFailures++, 6));
        nextCommit = System.nanoTime() + (wait.compareTo(LONGEST_COMMIT) > 0 ? LONGEST_COMMIT : wait).toNanos();
    }

    /** Begins at places other than the commit, and commits them at once. */
    private void begin(Map<dev.fathom.cluster.TopicPartition, Start> places) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        places.forEach((partition, start) -> {
            TopicPartition theirs = theirs(partition);
            replace(theirs, start.offset());
            consumer.seek(theirs, start.offset());
            commits.put(theirs, new OffsetAndMetadata(start.offset()));
            stats.event("position-chosen", partition + " at " + start.offset() + ": " + start.why());
        });
        if (!commits.isEmpty()) {
            consumer.commitSync(commits, LONGEST_COMMIT);
        }
    }

    private void replace(TopicPartition partition, long position) {
        PartitionWork before = owned.get(partition);
        String topicId = before == null ? "" : before.topicId();
        forget(partition);
        own(partition, topicId, position);
    }

    private void own(TopicPartition partition, String topicId, long position) {
        PartitionWork work = new PartitionWork(
                partition,
                topicId,
                position,
                order,
                spec.lanes(),
                spec.commitInterval().isZero(),
                load);
        owned.put(partition, work);
        left.remove(partition);
        dispatch.add(work);
    }

    private void leave(PartitionReport report) {
        if (report.committed() != null && report.at() != null) {
            left.put(
                    new TopicPartition(report.topic(), report.partition()),
                    new Left(report, System.nanoTime() + LEFT_NANOS));
        }
    }

    private void forget(TopicPartition partition) {
        PartitionWork work = owned.remove(partition);
        if (work != null) {
            leave(new PartitionReport(
                    partition.topic(),
                    partition.partition(),
                    work.topicId(),
                    null,
                    work.committedOffset(),
                    null,
                    null,
                    null,
                    clock.instant()));
            dispatch.remove(work);
            work.purge();
        }
    }

    /** Partitions come, go, and are lost. Called within poll. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            stats.rebalances.increment();
            joined = true;
            memberId = consumer.groupMetadata().memberId();
            if (!assigned.isEmpty()) {
                // Until it is known where to begin, and what speaks against fetching: they come unpaused.
                consumer.pause(assigned);
                take(assigned);
                applyPauses(assigned);
                stats.event("assigned", assigned.toString());
            }
            observe();
            show();
        }

        private void take(Collection<TopicPartition> assigned) {
            Map<String, String> topicIds =
                    starts.topicIds(assigned.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(assigned), LONGEST_COMMIT);
            Set<dev.fathom.cluster.TopicPartition> without = new HashSet<>();
            for (TopicPartition partition : assigned) {
                OffsetAndMetadata commit = committed.get(partition);
                own(partition, topicIds.get(partition.topic()), commit == null ? 0 : commit.offset());
                if (commit == null) {
                    without.add(ours(partition));
                } else {
                    consumer.seek(partition, commit);
                }
            }
            begin(starts.withoutCommit(without, topicIds));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            release(revoked, drain);
            if (!revoked.isEmpty()) {
                stats.event("revoked", revoked.toString());
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            lost.forEach(Member.this::forget);
            if (!lost.isEmpty()) {
                stats.event("lost", lost.toString());
            }
        }
    }

    /** Lets the sink finish what it has in hand of partitions, commits, and owns them no more. */
    private void release(Collection<TopicPartition> partitions, Duration patience) {
        List<PartitionWork> works =
                partitions.stream().map(owned::get).filter(work -> work != null).toList();
        if (works.isEmpty()) {
            return;
        }
        works.forEach(PartitionWork::stop);
        Duration half = clients.maxPollInterval().dividedBy(2);
        long end = System.nanoTime() + (patience.compareTo(half) < 0 ? patience : half).toNanos();
        try {
            for (PartitionWork work : works) {
                work.awaitLanded(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Map<TopicPartition, OffsetAndMetadata> due = due(works);
        if (!due.isEmpty()) {
            try {
                consumer.commitSync(due, LONGEST_COMMIT);
                due.forEach((partition, offset) -> owned.get(partition).committed(offset.offset()));
            } catch (KafkaException e) {
                // Whoever comes next begins at the commit before: records come again, none is lost.
                stats.commitErrors.increment();
                stats.error("The last commit before partitions were given up failed: "
                        + e.getClass().getSimpleName() + ".");
            }
        }
        observe();
        partitions.forEach(this::forget);
    }

    private void end() {
        try {
            dispatch.open(false);
            show();
            if (consumer != null) {
                release(Set.copyOf(owned.keySet()), drain);
                stats.closing(consumer.metrics());
                consumer.close(CloseOptions.timeout(LONGEST_COMMIT));
            }
        } catch (RuntimeException e) {
            LOG.debugf(e, "Member %s did not leave cleanly", assignment.clientId());
        } finally {
            owned.keySet().forEach(this::forget);
            dispatch.close();
            totals = stats.totals(Map.of(), 0, 0, Breaker.State.CLOSED.wireName());
            stats.event("stopped", "Left group \"" + spec.groupId() + "\".");
            ended.countDown();
            show();
            if (failure != null) {
                supervisor.failed(this, failure);
            }
        }
    }

    // ---- what it says of itself

    /** Where each partition is. On the thread. */
    private void observe() {
        partitions = owned.values().stream()
                .map(this::report)
                .sorted(Comparator.comparing(PartitionReport::topic).thenComparingInt(PartitionReport::partition))
                .toList();
        totals = stats.totals(
                consumer.metrics(),
                inFlight(),
                load.records(),
                dispatch.breaker().wireName());
    }

    private int inFlight() {
        return owned.values().stream().mapToInt(PartitionWork::inFlight).sum();
    }

    private PartitionReport report(PartitionWork work) {
        Long position = position(work.partition());
        if (position != null) {
            work.advanced(position);
        }
        Long lag = null;
        try {
            OptionalLong known = consumer.currentLag(work.partition());
            lag = known.isPresent() ? known.getAsLong() : null;
        } catch (IllegalStateException e) {
            // Not assigned any more.
        }
        return new PartitionReport(
                work.partition().topic(),
                work.partition().partition(),
                work.topicId(),
                position,
                work.committedOffset(),
                position == null || lag == null ? null : position + lag,
                lag,
                work.oldestUndone().map(Instant::ofEpochMilli).orElse(null),
                clock.instant());
    }

    private Long position(TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (TimeoutException
                | IllegalStateException
                | OffsetOutOfRangeException
                | NoOffsetForPartitionException e) {
            return null;
        }
    }

    private void show() {
        State now = state();
        State before = shown;
        if (now.state() != before.state() || !now.reason().equals(before.reason())) {
            shown = now;
            supervisor.changed(this);
        }
    }

    private State state() {
        Instant now = clock.instant();
        if (hasEnded()) {
            return new State(
                    failure == null ? MemberState.STOPPED : MemberState.FAILED,
                    Optional.ofNullable(failure).map(why -> why.reason() + ": " + why.getMessage()),
                    now);
        }
        if (stopping) {
            return new State(MemberState.STOPPING, Optional.empty(), now);
        }
        if (!joined) {
            return new State(MemberState.STARTING, Optional.empty(), now);
        }
        if (operatorPaused) {
            return new State(inFlight() > 0 ? MemberState.PAUSING : MemberState.PAUSED, Optional.empty(), now);
        }
        Optional<String> trouble = trouble();
        if (trouble.isPresent()) {
            return new State(MemberState.DEGRADED, trouble, now);
        }
        return new State(owned.isEmpty() ? MemberState.IDLE : MemberState.RUNNING, Optional.empty(), now);
    }

    /** What keeps records from going on. */
    private Optional<String> trouble() {
        String last = stats.lastError().map(MemberReport.LastError::message).orElse("");
        if (dispatch.deadLettersFail()) {
            return Optional.of("dead-letter topic: " + last);
        }
        if (dispatch.breaker() != Breaker.State.CLOSED) {
            return Optional.of("sink down: " + last);
        }
        if (owned.values().stream().anyMatch(PartitionWork::retrying)) {
            return Optional.of("sink failing: " + last);
        }
        long patience = spec.handlerTimeout().toNanos();
        boolean silent = owned.values().stream()
                .flatMap(work -> work.oldestInFlight().stream())
                .anyMatch(since -> System.nanoTime() - since > patience);
        return silent
                ? Optional.of("sink does not answer: a record is in its hands for longer than " + spec.handlerTimeout())
                : Optional.empty();
    }

    /** What it would tell another replica. */
    public MemberReport report() {
        State now = shown;
        return new MemberReport(
                assignment.definition().name(),
                assignment.definition().uid(),
                assignment.slot(),
                assignment.replica(),
                clock.instant(),
                assignment.definition().generation(),
                now.state(),
                now.since(),
                now.reason().orElse(null),
                memberId,
                partitions,
                left.values().stream()
                        .filter(known -> System.nanoTime() - known.until() < 0)
                        .map(Left::report)
                        .toList(),
                totals,
                stats.lastError().orElse(null),
                stats.events());
    }

    private static Map<dev.fathom.cluster.TopicPartition, Long> ours(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(entry -> ours(entry.getKey()), Map.Entry::getValue));
    }

    private static dev.fathom.cluster.TopicPartition ours(TopicPartition partition) {
        return new dev.fathom.cluster.TopicPartition(partition.topic(), partition.partition());
    }

    private static TopicPartition theirs(dev.fathom.cluster.TopicPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }
}
