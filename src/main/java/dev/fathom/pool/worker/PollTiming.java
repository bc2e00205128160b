package dev.fathom.pool.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** How long a member waits in a turn: for its sink to make room, and for the broker to send. Used by its thread only. */
final class PollTiming {

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);
    private static final int MOST_BUSY_POLL_MILLIS = 16;
    /** Turns in which nothing happened after which a busy member polls less often. */
    private static final int BRISK_TURNS = 20;

    private static final int MOST_NAPS = 20;
    private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

    private int quietTurns;

    /**
     * Releases what is done. While the sink is about to take more, waits a moment for it: pausing the consumer would stop its
     * prefetching, which costs more.
     */
    void makeRoom(OwnedPartitions owned, BooleanSupplier waitsForSink) {
        owned.all().forEach(PartitionWork::pass);
        for (int nap = 0; nap < MOST_NAPS && waitsForSink.getAsBoolean(); nap++) {
            LockSupport.parkNanos(NAP_NANOS);
            owned.all().forEach(PartitionWork::pass);
        }
    }

    void nothingCame() {
        quietTurns++;
    }

    void somethingHappened() {
        quietTurns = 0;
    }

    /**
     * Short while the sink may answer, so that results are committed at once; longer the longer nothing happens.
     *
     * @param busy whether anything is in hand, or a commit is under way
     */
    Duration pollTime(boolean busy) {
        if (!busy) {
            return LONGEST_POLL;
        }
        return Duration.ofMillis(
                Math.min(MOST_BUSY_POLL_MILLIS, 1L << Math.max(0, Math.min(quietTurns - BRISK_TURNS, 10))));
    }
}
