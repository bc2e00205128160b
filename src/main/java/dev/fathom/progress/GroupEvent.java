package dev.fathom.progress;

import dev.fathom.cluster.Word;
import java.time.Instant;

/**
 * Something that happened to a group.
 *
 * @param at the first look that showed it
 * @param what in words
 */
public record GroupEvent(Instant at, Kind kind, String what) {

    /** What kind of thing. */
    public enum Kind implements Word {
        /** Members came, went, or own something else. */
        MEMBERS,
        /** A commit fell. */
        REWOUND,
        /** The group's verdict is another. */
        VERDICT
    }
}
