package dev.fathom.pool.definition;

import dev.fathom.cluster.Word;

/** What an operator wants a managed consumer to do. */
public enum Desired implements Word {
    RUNNING,
    /** Its members stay in the group and take nothing. */
    PAUSED,
    /** It has no members. */
    STOPPED;
}
