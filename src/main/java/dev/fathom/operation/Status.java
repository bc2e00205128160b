package dev.fathom.operation;

import dev.fathom.cluster.WireNames;

/** Where an operation is in its life. */
public enum Status {
    /** Waits for its group to be empty. */
    WAITING,
    /** Its intent is in the journal and what came of it is not. */
    APPLYING,
    /** Done, all of it. */
    APPLIED,
    /** Some of it is done; the changes say which. */
    PARTIAL,
    /** Nothing of it is done. */
    FAILED,
    /** Nobody can tell whether it was done: the brokers did not say, and what is there now is neither before nor after. */
    UNKNOWN,
    /** Another change was in the way, or the plan was outdated; nothing was done. */
    REFUSED,
    /** The group was not empty in time; nothing was done. */
    EXPIRED,
    /** Called off while it waited; nothing was done. */
    CANCELLED;

    public boolean ended() {
        return this != WAITING && this != APPLYING;
    }

    /** Whether something may be there that an undo could put back. */
    public boolean leftTraces() {
        return this == APPLIED || this == PARTIAL || this == UNKNOWN;
    }

    /** The name in answers and filters. */
    public String wireName() {
        return WireNames.of(this);
    }
}
