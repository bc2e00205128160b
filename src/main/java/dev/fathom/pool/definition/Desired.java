package dev.fathom.pool.definition;

import dev.fathom.cluster.WireNames;

/** What an operator wants a managed consumer to do. */
public enum Desired {
    RUNNING,
    /** Its members stay in the group and take nothing. */
    PAUSED,
    /** It has no members. */
    STOPPED;

    /** The name in answers and in what is stored. */
    public String wireName() {
        return WireNames.of(this);
    }
}
