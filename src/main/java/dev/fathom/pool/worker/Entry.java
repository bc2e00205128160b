package dev.fathom.pool.worker;

import dev.fathom.pool.sink.Verdict;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A record that was received, and its state. Guarded by the {@link PartitionWork} that holds it, except for its end. */
final class Entry {

    enum State {
        PENDING,
        /** At the sink, or on its way to the dead letters. */
        IN_FLIGHT,
        DONE
    }

    final ConsumerRecord<byte[], byte[]> record;
    final int size;
    volatile State state = State.PENDING;
    /** It has failed, and is not done since. */
    volatile boolean failing;
    /** Failed ones; not those that came while the breaker was open to what was offered before. */
    int attempts;
    /** How many records the sink had taken when this one last failed. */
    long takenBefore;
    /** When it first failed, as {@link System#nanoTime}; means nothing while it has not. */
    long failingSince;
    /** How many records the sink had taken by then. */
    long takenAtFirst;
    /** It has failed often enough, and what is missing is that the sink takes any other. */
    boolean wantsEvidence;
    /** It is to share no batch with others: it failed in one, and nobody knows by whose fault. */
    boolean alone;
    /** It was offered to find out whether the sink is there again. */
    boolean probe;
    /** Dead-lettered or skipped: never to be sent again. */
    boolean givenUp;

    long offeredAt;
    /** What was said of it when it last failed; null while it has not. */
    @Nullable
    Verdict last;

    Entry(ConsumerRecord<byte[], byte[]> record) {
        this.record = record;
        this.size = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    /** The same for all of a key, never negative. Records without a key have no order among them. */
    long spread() {
        return record.key() == null ? record.offset() : Integer.toUnsignedLong(Arrays.hashCode(record.key()));
    }

    boolean hasFailed() {
        return last != null;
    }

    /** What was said of one that has failed. */
    Verdict lastVerdict() {
        return Objects.requireNonNull(last, "it has not failed");
    }

    /**
     * The sink did not take it.
     *
     * @param now as {@link System#nanoTime}
     * @param taken how many records it has taken so far
     */
    void failed(Verdict why, long now, long taken) {
        if (!hasFailed()) {
            failingSince = now;
            takenAtFirst = taken;
        }
        last = why;
    }

    /** It is done. @return whether it had failed before */
    boolean done() {
        boolean hadFailed = failing;
        failing = false;
        state = State.DONE;
        return hadFailed;
    }

    @Override
    public String toString() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
