package dev.fathom.topic;

import dev.fathom.cluster.RecordBatch;

/**
 * Records and the log they lie in.
 *
 * @param lastOffset the high watermark when the reading began
 */
public record ReadRecords(RecordBatch batch, long firstOffset, long lastOffset) {}
