package dev.fathom.pool.sink;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Forwards records to another topic with their keys and headers, each acknowledged by every in-sync replica.
 *
 * <p>The producer is idempotent and never gives a record up by itself, so that what is sent in order arrives in order: a
 * record that timed out while later ones arrived would have to be sent after them. A brokers' outage therefore shows as
 * records in hand that nobody answers for, not as failures.
 */
final class TopicSink implements Sink {

    private final TopicWriter batches;
    /** For records that failed with others; has no producer until there is one. */
    private final TopicWriter alone;

    TopicSink(TopicWriter batches, TopicWriter alone) {
        this.batches = batches;
        this.alone = alone;
    }

    @Override
    public boolean keepsOrder() {
        return true;
    }

    @Override
    public void deliver(Delivery delivery, Consumer<Verdict> done) {
        ConsumerRecord<byte[], byte[]> record = delivery.record();
        if (Hops.of(record.headers()) >= Hops.MOST) {
            done.accept(Verdict.RecordFault.of("Written on " + Hops.MOST + " times already (" + Hops.HEADER + ")."));
            return;
        }
        (delivery.alone() ? alone : batches).write(record, Hops.counted(record.headers()), done);
    }

    @Override
    public void close() {
        try {
            batches.close();
        } finally {
            alone.close();
        }
    }
}
