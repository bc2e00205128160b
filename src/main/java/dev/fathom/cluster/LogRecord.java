package dev.fathom.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One record as it lies in the log.
 *
 * @param timestamp empty when the record has none
 * @param timestampType {@code create-time}, {@code log-append-time} or {@code no-timestamp-type}
 * @param key null when absent
 * @param value null for a tombstone
 * @param headers in the order of the record; a key may occur more than once
 */
@SuppressWarnings("ArrayRecordComponent")
public record LogRecord(
        long offset,
        Optional<Instant> timestamp,
        String timestampType,
        byte[] key,
        byte[] value,
        List<Header> headers) {

    public record Header(String key, byte[] value) {}
}
