package dev.fathom.pool.sink;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Forwards records to another topic with their keys and headers, each acknowledged by every in-sync replica.
 *
 * <p>The producer is idempotent and never gives up a record by itself, so that what is sent in order arrives in order: a record
 * that timed out while later ones arrived would have to be sent after them. An outage of the brokers therefore shows as records
 * in flight without an answer, not as failures.
 */
final class TopicSink implements Sink {

    private final TopicWriter batches;
    /** For records that failed in a batch; makes its producer when it is first needed. */
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
            done.accept(Verdict.RecordFault.of("Forwarded " + Hops.MOST + " times already (" + Hops.HEADER + ")."));
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
