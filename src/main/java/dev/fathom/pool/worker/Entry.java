package dev.fathom.pool.worker;

import dev.fathom.pool.sink.Verdict;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that was received, and how far it has come. Guarded by the {@link PartitionWork} that holds it, but
 * for that it is done. */
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
    /** Failed ones that count: those while the breaker was closed. */
    int attempts;
    /** How many records the sink had taken when this one last failed. */
    long takenBefore;
    /** It has failed often enough, and what is missing is that the sink takes any other. */
    boolean wantsEvidence;

    long offeredAt;
    Verdict last;

    Entry(ConsumerRecord<byte[], byte[]> record) {
        this.record = record;
        this.size = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    @Override
    public String toString() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
