package dev.fathom.cluster;

/**
 * Which records to read.
 *
 * @param from the first offset wanted, inside the log
 * @param end where to stop, exclusive: the end of the log for this isolation
 * @param limit the most records
 * @param maxBytes reading stops after the record with which keys, values and headers together reach so many bytes
 */
public record RecordQuery(
        TopicPartition partition, long from, long end, int limit, long maxBytes, Isolation isolation) {}
