package dev.fathom.sampling;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordBatch;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.progress.FirstUnread;
import dev.fathom.progress.Look;
import dev.fathom.progress.Unread;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/** Reads logs from unread offsets on, each as far as its first record, and tells the groups what is there. */
final class FirstRecords {

    private static final Logger LOG = Logger.getLogger(FirstRecords.class);

    /** A broker sends one batch at least, however little is asked for. */
    private static final int BYTES = 1024;

    private FirstRecords() {}

    static void read(Cluster cluster, List<Unread> places) {
        List<RecordQuery> queries = places.stream().map(FirstRecords::query).toList();
        List<Outcome<RecordBatch>> answers = cluster.readFirst(queries);
        for (int i = 0; i < places.size(); i++) {
            Unread place = places.get(i);
            place.group().read(place.partition(), found(place, queries.get(i).end(), answers.get(i)));
        }
    }

    private static boolean open(Unread place) {
        return place.stable() != Look.UNKNOWN && place.stable() < place.end();
    }

    private static RecordQuery query(Unread place) {
        boolean open = open(place);
        // Aborted records are no records to read. What an open transaction holds back may become some.
        boolean heldBack = open && place.from() >= place.stable();
        Isolation isolation = heldBack ? Isolation.READ_UNCOMMITTED : Isolation.READ_COMMITTED;
        long end = open && !heldBack ? place.stable() : place.end();
        return new RecordQuery(place.partition(), place.from(), end, 1, BYTES, isolation);
    }

    private static FirstUnread found(Unread place, long end, Outcome<RecordBatch> answer) {
        answer.problem()
                .ifPresent(e ->
                        LOG.debugf("%s was not read from %d on: %s", place.partition(), place.from(), e.getMessage()));
        return answer.value()
                .map(batch -> found(place, end, batch))
                .orElseGet(() -> new FirstUnread.Unreadable(place.from()));
    }

    private static FirstUnread found(Unread place, long end, RecordBatch batch) {
        if (!batch.records().isEmpty()) {
            LogRecord record = batch.records().get(0);
            return new FirstUnread.Found(
                    place.from(),
                    record.offset(),
                    record.timestamp().map(Instant::toEpochMilli).orElse(-1L),
                    record.timestampType() == LogRecord.TimestampType.LOG_APPEND_TIME);
        }
        return batch.nextOffset() >= end && !open(place)
                ? new FirstUnread.Nothing(place.from(), end)
                : new FirstUnread.Unreadable(place.from());
    }
}
