package dev.fathom.cluster;

/** Where the end of a log is for a reader: the high watermark, or the last stable offset. */
public enum Isolation {
    READ_UNCOMMITTED,
    READ_COMMITTED;

    /** In Kafka's words. */
    public String wireName() {
        return WireNames.of(this).replace('-', '_');
    }
}
