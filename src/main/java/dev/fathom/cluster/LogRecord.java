package dev.fathom.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One record as it lies in the log.
 *
 * @param timestamp empty when the record has none
 * @param key null when absent
 * @param value null for a tombstone
 * @param headers in the order of the record; a key may occur more than once
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(
        long offset,
        Optional<Instant> timestamp,
        TimestampType timestampType,
        byte[] key,
        byte[] value,
        List<Header> headers) {

    /** Who set a timestamp. */
    public enum TimestampType {
        CREATE_TIME,
        LOG_APPEND_TIME,
        NO_TIMESTAMP_TYPE
    }

    public record Header(String key, byte[] value) {}
}
