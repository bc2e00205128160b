package dev.fathom.cluster;

import java.time.Instant;

/** A place in a log that the broker, and only the broker, can turn into an offset. */
public sealed interface LogPoint {

    enum Named implements LogPoint {
        /** The log start: the first offset still kept. */
        FIRST,
        /** The high watermark: one past the last offset that is replicated. */
        LAST,
        /** One past the last offset without an open transaction before it. */
        LAST_STABLE,
        MAX_TIMESTAMP,
        /** The first offset on the leader's own disk (tiered storage). */
        EARLIEST_LOCAL,
        /** The last offset in remote storage (tiered storage). */
        LATEST_TIERED
    }

    /** The first record with a timestamp at or after the instant. */
    record AtOrAfter(Instant instant) implements LogPoint {}
}
