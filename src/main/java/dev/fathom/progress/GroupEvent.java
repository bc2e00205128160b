package dev.fathom.progress;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.cluster.Word;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened to a group.
 *
 * @param at the first look that showed it
 * @param what in words
 * @param moved with {@code MOVED_BY_OTHERS}
 */
public record GroupEvent(Instant at, Kind kind, String what, Optional<Moved> moved) {

    public GroupEvent(Instant at, Kind kind, String what) {
        this(at, kind, what, Optional.empty());
    }

    /** What kind of thing. */
    public enum Kind implements Word {
        /** Members came, went, or own something else. */
        MEMBERS,
        /** A commit fell. */
        REWOUND,
        /**
         * Commits went back, or jumped while nobody was in the group. Whether that was done through this service is for those to
         * say who may read its journal.
         */
        MOVED_BY_OTHERS,
        /** The group's verdict is another. */
        VERDICT
    }

    /**
     * Commits that moved in a way no member moves them.
     *
     * @param after the look before, when it began
     * @param partitions some of them
     * @param others how many more
     */
    public record Moved(Instant after, List<OfPartition> partitions, int others) {

        /** One of them. In offsets. */
        public record OfPartition(TopicPartition partition, long from, long to) {}
    }
}
