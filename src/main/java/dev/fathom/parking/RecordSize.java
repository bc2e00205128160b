package dev.fathom.parking;

import dev.fathom.cluster.LogRecord;
import java.nio.charset.StandardCharsets;

/** How large records are. */
public final class RecordSize {

    /** What a batch has beside its records, and a record beside its fields at the least. */
    private static final int FRAME = 61 + 6;

    private RecordSize() {}

    /** The bytes of key, value and headers. */
    public static long ofContent(LogRecord record) {
        long size = length(record.key()) + (long) length(record.value());
        for (LogRecord.Header header : record.headers()) {
            size += header.key().getBytes(StandardCharsets.UTF_8).length + (long) length(header.value());
        }
        return size;
    }

    /** What a batch of this record alone has at the least, uncompressed: a topic that takes less refuses it. */
    public static long leastOfBatch(LogRecord record) {
        // Each length takes a byte or more: of key, value, the headers together, and of both parts of each.
        return FRAME + ofContent(record) + 3 + 2L * record.headers().size();
    }

    public static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
