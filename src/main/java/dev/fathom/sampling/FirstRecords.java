package dev.fathom.sampling;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.progress.FirstUnread;
import dev.fathom.progress.Look;
import dev.fathom.progress.Unread;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Reads a log from an unread offset on, as far as its first record. */
final class FirstRecords {

    private static final Logger LOG = Logger.getLogger(FirstRecords.class);

    /** A broker sends one batch at least, however little is asked for. */
    private static final int BYTES = 1024;

    private FirstRecords() {}

    static FirstUnread read(Cluster cluster, Unread place) {
        boolean open = place.stable() != Look.UNKNOWN && place.stable() < place.end();
        // Aborted records are no records to read. What an open transaction holds back may become some.
        boolean heldBack = open && place.from() >= place.stable();
        Isolation isolation = heldBack ? Isolation.READ_UNCOMMITTED : Isolation.READ_COMMITTED;
        long end = open && !heldBack ? place.stable() : place.end();
        try {
            RecordBatch batch =
                    cluster.read(new RecordQuery(place.partition(), place.from(), end, 1, BYTES, isolation));
            if (!batch.records().isEmpty()) {
                LogRecord record = batch.records().get(0);
                return new FirstUnread.Found(
                        place.from(),
                        record.offset(),
                        record.timestamp().map(Instant::toEpochMilli).orElse(-1L),
                        record.timestampType() == LogRecord.TimestampType.LOG_APPEND_TIME);
            }
            return batch.nextOffset() >= end && !open
                    ? new FirstUnread.Nothing(place.from(), end)
                    : new FirstUnread.Unreadable(place.from());
        } catch (ClusterException e) {
            LOG.debugf("%s was not read from %d on: %s", place.partition(), place.from(), e.getMessage());
            return new FirstUnread.Unreadable(place.from());
        }
    }
}
