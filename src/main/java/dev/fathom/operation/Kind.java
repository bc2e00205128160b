package dev.fathom.operation;

import dev.fathom.cluster.WireNames;

/** What an operation does. */
public enum Kind {
    /** Moves offsets to positions. */
    RESET,
    /** Moves offsets to where another group is. */
    COPY,
    /** Puts back what was there before another operation. */
    UNDO,
    DELETE_OFFSETS,
    DELETE_GROUP,
    REMOVE_MEMBERS;

    /** The name in answers and filters. */
    public String wireName() {
        return WireNames.of(this);
    }
}
