package dev.fathom.cluster;

import java.util.List;

/**
 * Records in the order of the log.
 *
 * @param nextOffset where to read on: past gaps that compaction, markers and aborted transactions leave
 * @param cutByBytes whether reading stopped because of the bytes
 */
public record RecordBatch(List<LogRecord> records, long nextOffset, boolean cutByBytes) {}
