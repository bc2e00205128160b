package dev.fathom.progress;

import dev.fathom.cluster.TopicPartition;

/**
 * A place in a log from which on it should be read once, to know what is there.
 *
 * @param from the first unread offset
 * @param end the high watermark
 * @param stable the last stable offset; {@link Look#UNKNOWN} when not known
 */
public record Unread(GroupProgress group, TopicPartition partition, long from, long end, long stable) {

    /** So few offsets may be nothing but markers. */
    static final long SMALL = 100;
}
