package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Which of a member's partitions are fetched: those nothing speaks against. Every reason is looked at anew each time, so none
 * can be forgotten, or lifted by the end of another.
 */
final class Pauses {

    private final Spec spec;
    private final Holdings holdings;
    private final Load load;
    private final Dispatch dispatch;
    private final Directives directives;

    Pauses(Spec spec, Holdings holdings, Load load, Dispatch dispatch, Directives directives) {
        this.spec = spec;
        this.holdings = holdings;
        this.load = load;
        this.dispatch = dispatch;
        this.directives = directives;
    }

    /** Whether nothing but what is in hand keeps it from taking more, so that the sink may soon let it. */
    boolean waitsForSink() {
        boolean heldUntilCommitted = spec.commitInterval().isZero();
        return !heldUntilCommitted && !directives.stopping() && !directives.paused() && full();
    }

    /** Whether what another poll may return would be more than is to be held. */
    private boolean full() {
        return load.records() + Clients.polled(spec) > spec.queueCapacity() || load.bytes() >= spec.queueBytes();
    }

    /** Pauses and resumes what has to be. On the member's thread. */
    void apply(KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> among) {
        boolean sinkDown = dispatch.breaker() != Breaker.State.CLOSED;
        boolean all = directives.paused() || directives.stopping() || full();
        Set<TopicPartition> assigned = consumer.assignment();
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>();
        Set<TopicPartition> toResume = new HashSet<>();
        for (TopicPartition partition : among) {
            PartitionWork work = holdings.of(partition).orElse(null);
            if (work == null || !assigned.contains(partition)) {
                continue;
            }
            boolean still = all || (sinkDown || work.retrying()) && !work.wantsAnother();
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
}
