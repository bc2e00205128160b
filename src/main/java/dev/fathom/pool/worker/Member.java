package dev.fathom.pool.worker;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.Sink;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.worker.MemberStatus.Life;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
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
    private static final int MOST_BUSY_POLL_MILLIS = 16;
    /** Turns without a record after which a busy member polls less often. */
    private static final int BRISK_TURNS = 20;

    /** How long it waits for the sink to make room before it pauses. */
    private static final int MOST_NAPS = 20;

    private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private static final long OBSERVE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Whom a member tells what it cannot decide. Called on the member's threads; must not block for long. */
    public interface Supervisor {

        void failed(Member member, MemberFailure failure);

        /** The sink wants no more records. */
        void gone(Member member, String message);

        /** Its state is another than before. */
        void changed(Member member);
    }

    private final Assignment assignment;
    private final Spec spec;
    private final Clients clients;
    private final Starts starts;
    private final MemberStats stats;
    private final Supervisor supervisor;
    private final Dispatch dispatch;
    private final Load load = new Load();
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Holdings holdings;
    private final Pauses pauses;
    private final MemberStatus status;

    private volatile boolean operatorPaused;
    /** The sink wants no more, which is not written down yet. */
    private volatile boolean goneBySink;

    private volatile boolean stopping;
    private volatile Duration drain;
    private volatile MemberFailure failure;
    private volatile long lastPoll = System.nanoTime();
    private volatile boolean joined;

    private KafkaConsumer<byte[], byte[]> consumer;
    private Committer committer;
    private Positions positions;
    private long observed;
    private int quietTurns;

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
        this.assignment = assignment;
        this.spec = assignment.definition().spec();
        this.clients = new Clients(assignment.connection(), spec, assignment.clientId());
        this.starts = new Starts(cluster, assignment.definition(), checkpoints, clock);
        this.stats = stats;
        this.supervisor = supervisor;
        this.operatorPaused = assignment.paused();
        this.drain = spec.drainTimeout();
        String name = "fathom-" + assignment.definition().name() + "-" + assignment.slot();
        Sink sink = sinks.of(spec, () -> clients.sinkProducer(largestBatch(cluster)));
        PartitionWork.Order order = Dispatch.order(spec, sink);
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
                        goneBySink = true;
                        operatorPaused = true;
                        stats.event("gone", message);
                        supervisor.gone(Member.this, message);
                    }
                },
                timers);
        this.holdings = new Holdings(
                (partition, topicId, position) -> new PartitionWork(
                        partition,
                        topicId,
                        position,
                        order,
                        spec.lanes(),
                        spec.commitInterval().isZero(),
                        load),
                dispatch,
                before,
                clock);
        this.pauses = new Pauses(spec, holdings, load, dispatch);
        this.status = new MemberStatus(assignment, stats, holdings, load, dispatch, clock);
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
        if (paused) {
            goneBySink = false;
        }
        if (operatorPaused != paused && !stopping && !goneBySink) {
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
        return status.settled();
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
        holdings.all().forEach(PartitionWork::purge);
        KafkaConsumer<byte[], byte[]> hanging = consumer;
        if (hanging != null) {
            hanging.wakeup();
        }
        thread.interrupt();
        // Not told to the supervisor: that is who gives up on it.
        status.show(life(true));
        ended.countDown();
    }

    /** Says so first: whoever sees that it has ended tells the others what it said last. */
    private void ended() {
        boolean changed = status.show(life(true));
        ended.countDown();
        if (changed) {
            supervisor.changed(this);
        }
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
            committer = new Committer(
                    consumer, spec.commitInterval(), stats, refusal -> fail(MemberFailure.of(refusal, spec)));
            positions = new Positions(consumer, spec, starts, holdings, stats);
            consumer.subscribe(spec.topics(), new Rebalances());
            while (!stopping) {
                turn();
            }
        } catch (WakeupException | InterruptException e) {
            LOG.debugf("Member %s was interrupted", assignment.clientId());
        } catch (RuntimeException e) {
            MemberFailure why = MemberFailure.of(e, spec);
            if (why.isUnforeseen()) {
                stats.pollErrors.increment();
                LOG.warnf(e, "Member %s cannot go on", assignment.clientId());
            }
            fail(why);
        } finally {
            end();
        }
    }

    private void turn() {
        makeRoom();
        pauses.apply(consumer, holdings.partitions(), operatorPaused, stopping);
        ConsumerRecords<byte[], byte[]> records;
        lastPoll = System.nanoTime();
        try {
            records = consumer.poll(pollTime());
        } catch (OffsetOutOfRangeException e) {
            stats.pollErrors.increment();
            positions.outOfRange(e.offsetOutOfRangePartitions());
            return;
        } catch (NoOffsetForPartitionException e) {
            // Its commit went while it was being positioned.
            stats.pollErrors.increment();
            positions.withoutCommit(e.partitions());
            return;
        }
        take(records);
        long now = System.nanoTime();
        if (now - observed > OBSERVE_NANOS) {
            observe();
            show();
            observed = now;
        }
        if (committer.commitWhatIsDue(holdings.all(), now)) {
            quietTurns = 0;
        }
    }

    /**
     * Lets go of what is done. While the sink is about to take more, waits a moment for it: a consumer that is paused stops
     * fetching ahead, and what it takes to go on again would come on top of each round.
     */
    private void makeRoom() {
        holdings.all().forEach(PartitionWork::pass);
        for (int nap = 0; nap < MOST_NAPS && waitsForSink(); nap++) {
            LockSupport.parkNanos(NAP_NANOS);
            holdings.all().forEach(PartitionWork::pass);
        }
    }

    private boolean waitsForSink() {
        boolean heldUntilCommitted = spec.commitInterval().isZero();
        return !heldUntilCommitted && !stopping && !operatorPaused && pauses.full();
    }

    /** Short while the sink has something to say, so that it is committed at once; longer the longer nothing happens. */
    private Duration pollTime() {
        boolean busy = committer.underWay() || holdings.anythingUndone();
        if (!busy || operatorPaused) {
            return LONGEST_POLL;
        }
        return Duration.ofMillis(
                Math.min(MOST_BUSY_POLL_MILLIS, 1L << Math.max(0, Math.min(quietTurns - BRISK_TURNS, 10))));
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
            PartitionWork work = holdings.of(partition).orElse(null);
            if (work == null || !consumer.assignment().contains(partition)) {
                // Buffered for a partition that was lost meanwhile: its new owner has it.
                stats.staleCompletions.add(records.records(partition).size());
                continue;
            }
            var received = records.records(partition);
            stats.records.add(received.size());
            stats.bytes.add(work.received(received, Optional.ofNullable(goesOn.get(partition))));
        }
        goesOn.forEach((partition, next) -> holdings.of(partition).ifPresent(work -> work.advanced(next.offset())));
        if (!records.isEmpty()) {
            dispatch.wake();
        }
    }

    /** Partitions come, go, and are lost. Called within poll. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            stats.rebalances.increment();
            joined = true;
            status.joinedAs(consumer.groupMetadata().memberId());
            if (!assigned.isEmpty()) {
                // Until it is known where to begin, and what speaks against fetching: they come unpaused.
                consumer.pause(assigned);
                positions.assigned(assigned);
                pauses.apply(consumer, assigned, operatorPaused, stopping);
                stats.event("assigned", assigned.toString());
            }
            observe();
            show();
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
            lost.forEach(holdings::forget);
            if (!lost.isEmpty()) {
                stats.event("lost", lost.toString());
            }
        }
    }

    /** Lets the sink finish what it has in hand of partitions, commits, and owns them no more. */
    private void release(Collection<TopicPartition> partitions, Duration patience) {
        List<PartitionWork> works = holdings.of(partitions);
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
        committer.commitBeforeLeaving(works);
        observe();
        partitions.forEach(holdings::forget);
    }

    private void end() {
        try {
            dispatch.open(false);
            show();
            if (consumer != null) {
                release(holdings.partitions(), drain);
                stats.closing(consumer.metrics());
                consumer.close(CloseOptions.timeout(Committer.LONGEST));
            }
        } catch (RuntimeException e) {
            LOG.debugf(e, "Member %s did not leave cleanly", assignment.clientId());
        } finally {
            holdings.partitions().forEach(holdings::forget);
            dispatch.close();
            status.closed();
            stats.event("stopped", "Left group \"" + spec.groupId() + "\".");
            ended();
            if (failure != null) {
                supervisor.failed(this, failure);
            }
        }
    }

    // ---- what it says of itself

    private void observe() {
        status.observe(consumer);
    }

    private void show() {
        if (status.show(life(hasEnded()))) {
            supervisor.changed(this);
        }
    }

    private Life life(boolean over) {
        return new Life(joined, operatorPaused, stopping, over, Optional.ofNullable(failure));
    }

    /** What it would tell another replica. */
    public MemberReport report() {
        return status.report();
    }
}
