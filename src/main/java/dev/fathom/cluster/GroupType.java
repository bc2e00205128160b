package dev.fathom.cluster;

/** The protocol family a group belongs to; it decides which calls describe it. */
public enum GroupType {
    CLASSIC,
    CONSUMER,
    SHARE,
    STREAMS,
    /** A kind this version has no word for. */
    UNKNOWN;

    /** The name in answers and filters. */
    public String wireName() {
        return WireNames.of(this);
    }
}
