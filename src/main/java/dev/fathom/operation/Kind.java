package dev.fathom.operation;

import dev.fathom.cluster.WireNames;

public enum Kind {
    RESET,
    /** Moves offsets to where another group is. */
    COPY,
    UNDO,
    DELETE_OFFSETS,
    DELETE_GROUP,
    REMOVE_MEMBERS;

    public String wireName() {
        return WireNames.of(this);
    }
}
