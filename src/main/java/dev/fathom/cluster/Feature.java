package dev.fathom.cluster;

/** Something newer clusters can do and older ones cannot. */
public enum Feature {
    /** Groups of the consumer protocol (KIP-848). */
    CONSUMER_GROUPS,
    /** Share groups (KIP-932). */
    SHARE_GROUPS,
    /** Streams groups (KIP-1071). */
    STREAMS_GROUPS,
    /** Older segments of a log kept in remote storage (KIP-405). */
    TIERED_STORAGE;

    public enum Support {
        SUPPORTED,
        UNSUPPORTED,
        UNKNOWN;

        public String wireName() {
            return WireNames.of(this);
        }
    }
}
