package dev.fathom.progress;

/**
 * What was found when the log was read from an offset on: once found it stays so, for as long as the commit stands there.
 */
public sealed interface FirstUnread {

    /** The offset from which on it was read. */
    long from();

    /**
     * A record.
     *
     * @param timestamp in ms; negative where it has none
     * @param appendTime whether the broker set it when it appended the record; else the producer did, to whatever it liked
     */
    record Found(long from, long offset, long timestamp, boolean appendTime) implements FirstUnread {}

    /**
     * Markers, aborted or compacted records only.
     *
     * @param upTo the end of what was read, exclusive
     */
    record Nothing(long from, long upTo) implements FirstUnread {}

    /** It could not be read; not asked again for this offset. */
    record Unreadable(long from) implements FirstUnread {}
}
