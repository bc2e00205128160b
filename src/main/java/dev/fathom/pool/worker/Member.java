package dev.fathom.pool.worker;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Required;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.RecordBound;
import dev.fathom.pool.sink.Sink;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.sink.TopicWriter;
import dev.fathom.pool.worker.MemberStatus.Life;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One member of a managed consumer: a KafkaConsumer, and the one thread that may touch it. What the thread does is {@link
 * PollLoop}; this is what others hold of it: they start, pause and stop it, and see how it ended.
 *
 * <pre>{@code
 *            first assignment
 *  STARTING -----------------> RUNNING <----> IDLE             partitions come and go
 *     |                         ^    ^
 *     |     the sink fails, or  |    |  pause, resume
 *     |     works again         v    v
 *     |                  DEGRADED    PAUSING ----> PAUSED      nothing in flight
 *     |                         |    |               |
 *     |     stop, or a failure  v    v               v
 *     +----------------------> STOPPING -------> STOPPED       drained, committed, left; FAILED after a failure
 * }</pre>
 *
 * <p>Of what holds at once the first is shown: stopping, paused, failing sink, no partitions. So a pause also leads out of
 * IDLE and DEGRADED, and the first assignment to whichever holds then. A member that is {@linkplain #abandon abandoned} is
 * STOPPED at once. Nothing leads out of STOPPED and FAILED.
 */
public final class Member {

    private static final Logger LOG = Logger.getLogger(Member.class);

    /** Whom a member tells what it cannot decide. Called on the member's threads; must not block for long. */
    public interface Supervisor {

        void failed(Member member, MemberFailure failure);

        void gone(Member member, String message);

        /** Its state or its reason changed. */
        void changed(Member member);
    }

    private final Assignment assignment;
    private final Spec spec;
    private final MemberStats stats;
    private final Supervisor supervisor;
    private final MemberControl control;
    private final Dispatch dispatch;
    private final OwnedPartitions owned;
    private final MemberStatus status;
    private final PollLoop loop;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile @Nullable MemberFailure failure;

    /**
     * @param cluster gives a handle whose deadline starts then
     * @param before the slot's last report
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
        this.stats = stats;
        this.supervisor = supervisor;
        this.control = new MemberControl(assignment.paused(), spec.limits().drainTimeout());
        Clients clients =
                new Clients(assignment.connection(), spec, assignment.clientId(), assignment.likelyPartitions());
        HeldRecords load = new HeldRecords();
        String name = "fathom-" + assignment.definition().name() + "-" + assignment.slot();
        Function<String, RecordBound> bounds = topic -> bound(topic, cluster, clients, sinks);
        Sink sink = sinks.of(
                spec,
                topic -> TopicWriter.inBatches(topic, () -> bounds.apply(topic), clients::sinkProducer),
                topic -> TopicWriter.oneByOne(topic, () -> bounds.apply(topic), clients::aloneProducer));
        Optional<DeadLetters> deadLetters = spec.faults()
                .deadLetterTopic()
                .map(topic -> new DeadLetters(
                        TopicWriter.oneByOne(topic, () -> bounds.apply(topic), clients::deadLetterProducer)));
        Order order = Dispatch.order(spec, sink);
        this.dispatch = dispatch(sink, deadLetters, name + "-sink", timers);
        this.owned = new OwnedPartitions(
                (partition, topicId, position) -> new PartitionWork(
                        partition,
                        topicId,
                        position,
                        order,
                        spec.handling().lanes(),
                        spec.limits().commitInterval().isZero(),
                        load),
                dispatch,
                before,
                clock);
        this.status = new MemberStatus(assignment, stats, owned, load, dispatch, clock);
        this.loop = new PollLoop(
                spec,
                clients,
                new Starts(cluster, assignment.definition(), checkpoints, clock),
                owned,
                dispatch,
                new Pauses(spec, clients.polled(), owned, load, dispatch, control),
                control,
                stats,
                status,
                this::show);
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    private Dispatch dispatch(
            Sink sink, Optional<DeadLetters> deadLetters, String threadName, ScheduledExecutorService timers) {
        return new Dispatch(
                spec,
                sink,
                deadLetters,
                stats,
                topicId -> new Origin(
                        assignment.cluster(),
                        assignment.clusterId(),
                        assignment.definition().name(),
                        spec.groupId(),
                        topicId),
                assignment.definition().name(),
                threadName,
                new Dispatch.Outcomes() {
                    @Override
                    public void failed(MemberFailure failure) {
                        fail(failure);
                    }

                    @Override
                    public void gone(String message) {
                        control.gone();
                        stats.event(EventType.GONE, message);
                        supervisor.gone(Member.this, message);
                    }
                },
                timers);
    }

    /** How large a record for a topic may be: the topic's own limit is unknown where the service may not ask. */
    private static RecordBound bound(String topic, Supplier<Cluster> cluster, Clients clients, Sinks sinks) {
        Optional<Integer> takes = Optional.empty();
        try {
            takes = clients.compresses() ? takes : cluster.get().largestBatch(topic);
        } catch (ClusterException e) {
            // The broker says what it does not take.
        }
        return new RecordBound(takes, sinks.maxRecordBytes());
    }

    public void start() {
        dispatch.open(!control.paused());
        thread.start();
    }

    public Assignment assignment() {
        return assignment;
    }

    /** Pauses or resumes taking records. */
    public void pause(boolean paused) {
        if (control.pause(paused)) {
            dispatch.open(!paused);
            stats.event(
                    paused ? EventType.PAUSED : EventType.RESUMED,
                    paused ? "Takes no new records." : "Takes records again.");
        }
    }

    /**
     * Drains, commits, leaves the group and ends; returns at once.
     *
     * @param patience caps the definition's drainTimeout
     */
    public void stop(Duration patience) {
        control.stop(patience);
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

    public Optional<MemberFailure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether it has not polled for so long that the group has given it up. */
    public boolean isStuck() {
        return !hasEnded() && loop.isOverdue();
    }

    /** Gives up on a member whose thread hangs, and keeps it from doing anything more. */
    public void abandon() {
        control.stop();
        dispatch.close();
        owned.all().forEach(PartitionWork::purge);
        loop.wakeup();
        thread.interrupt();
        // The supervisor is not told: it is the one who gives up.
        status.show(life(true));
        ended.countDown();
    }

    /** Shows the last state first: whoever sees that it has ended reports that state. */
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
            stats.event(EventType.FAILED, why.reason() + ": " + why.getMessage());
            stats.error(Required.message(why));
            control.stop();
        }
    }

    private void run() {
        stats.event(EventType.STARTED, "Joins group \"" + spec.groupId() + "\".");
        try {
            loop.run(refusal -> fail(MemberFailure.of(refusal, spec)));
        } catch (WakeupException | InterruptException e) {
            LOG.debugf("Member %s was interrupted", assignment.clientId());
        } catch (RuntimeException e) {
            MemberFailure why = MemberFailure.of(e, spec);
            if (why.isUnforeseen()) {
                stats.pollErrors.increment();
                LOG.warnf(e, "Member %s failed unexpectedly", assignment.clientId());
            }
            fail(why);
        } finally {
            end();
        }
    }

    private void end() {
        attempt(() -> {
            dispatch.open(false);
            show();
        });
        attempt(loop::leave);
        owned.partitions().forEach(owned::forget);
        attempt(dispatch::close);
        status.closed();
        stats.event(EventType.STOPPED, "Left group \"" + spec.groupId() + "\".");
        ended();
        if (failure != null) {
            supervisor.failed(this, failure);
        }
    }

    /** A step that fails does not keep the next from running. */
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.debugf(e, "Member %s did not leave cleanly", assignment.clientId());
        }
    }

    private void show() {
        if (status.show(life(hasEnded()))) {
            supervisor.changed(this);
        }
    }

    private Life life(boolean over) {
        return new Life(loop.joined(), control.paused(), control.stopping(), over, Optional.ofNullable(failure));
    }

    public MemberReport report() {
        return status.report();
    }
}
