package dev.fathom.pool.sink;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * How large a record may be that is written to a topic, in bytes of a batch of it alone.
 *
 * @param topic the topic's own {@code max.message.bytes}; empty where the service may not ask, or where records are compressed
 *     on the way
 * @param service the service's own bound, {@code fathom.pool.max-record-bytes}
 */
public record RecordBound(Optional<Integer> topic, int service) {

    private static final int USUAL = 1 << 20;
    /** By how much a producer overestimates a batch, rounded up. */
    private static final int SLACK = 64;

    private static final int BATCH_FRAME = 61;
    private static final int RECORD_FRAME = 21;

    public int most() {
        return topic.filter(takes -> takes < service)
                .map(takes -> Math.max(USUAL, takes + SLACK))
                .orElse(service);
    }

    /** Whether a record is larger than all that is batched for the topic, which is no more than it takes: it goes by itself. */
    boolean goesAlone(long size) {
        return topic.filter(takes -> size > takes + SLACK).isPresent();
    }

    /** Which limit a record exceeds that is larger than {@link #most}. */
    Verdict refusal(String name, long size) {
        if (goesAlone(size)) {
            return Verdict.RecordFault.of("Topic \"" + name + "\" refuses it: it has " + size
                    + " bytes, and the topic takes " + topic.get() + " (max.message.bytes).");
        }
        return new Verdict.BeyondBound("It has " + size + " bytes, and the service forwards no record larger than "
                + service + ": a bound of its own (fathom.pool.max-record-bytes), not the limit of topic \"" + name
                + "\"" + topic.map(takes -> ", which takes " + takes).orElse("") + ".");
    }

    static long size(ConsumerRecord<byte[], byte[]> record, Iterable<Header> headers) {
        long size = BATCH_FRAME + RECORD_FRAME + field(record.key()) + field(record.value());
        int count = 0;
        for (Header header : headers) {
            count++;
            size += field(header.key().getBytes(StandardCharsets.UTF_8)) + field(header.value());
        }
        return size + number(count);
    }

    private static long field(byte[] bytes) {
        return bytes == null ? 1 : number(bytes.length) + (long) bytes.length;
    }

    /** The bytes a length takes: seven bits each, of a number whose last bit is its sign. */
    private static int number(int length) {
        int bytes = 1;
        for (long left = (long) length << 1 >>> 7; left != 0; left >>>= 7) {
            bytes++;
        }
        return bytes;
    }
}
