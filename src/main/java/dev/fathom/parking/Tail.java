package dev.fathom.parking;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The newest records of a log, read from its end backwards: a few first, then more at a time.
 *
 * @param records those wanted, the latest first
 * @param whole whether the log was read to its beginning
 */
record Tail(List<LogRecord> records, boolean whole) {

    private static final int FIRST_LOOK = 64;
    private static final int MORE_EACH_TIME = 4;

    /**
     * How far to read.
     *
     * @param offsets the most offsets of one log
     * @param bytes reading stops after so many bytes of keys, values and headers
     */
    record Bound(long offsets, long bytes) {}

    /**
     * @param first where the log begins
     * @param end where it ends, exclusive
     * @param wanted which records are kept
     * @param one whether the first that is wanted is enough
     */
    static Tail of(
            Cluster cluster,
            TopicPartition log,
            long first,
            long end,
            Bound bound,
            Predicate<LogRecord> wanted,
            boolean one) {
        List<LogRecord> found = new ArrayList<>();
        long least = Math.max(first, end - bound.offsets());
        long bytes = bound.bytes();
        long to = end;
        long step = FIRST_LOOK;
        while (to > least) {
            long from = Math.max(least, to - step);
            List<LogRecord> window = new ArrayList<>();
            long next = from;
            while (next < to) {
                if (bytes <= 0 || cluster.left().isZero()) {
                    return new Tail(found, false);
                }
                RecordBatch batch = cluster.read(
                        new RecordQuery(log, next, to, (int) (to - next), bytes, Isolation.READ_UNCOMMITTED));
                window.addAll(batch.records());
                bytes -= batch.records().stream()
                        .mapToLong(RecordSize::ofContent)
                        .sum();
                next = batch.nextOffset();
            }
            for (int i = window.size() - 1; i >= 0; i--) {
                if (wanted.test(window.get(i))) {
                    found.add(window.get(i));
                    if (one) {
                        return new Tail(found, least == first);
                    }
                }
            }
            to = from;
            step *= MORE_EACH_TIME;
        }
        return new Tail(found, least == first);
    }
}
