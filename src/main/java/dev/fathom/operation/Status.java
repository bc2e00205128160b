package dev.fathom.operation;

import dev.fathom.cluster.WireNames;

/** Where an operation is in its life. */
public enum Status {
    WAITING,
    /** Its intent is in the journal and its outcome is not. */
    APPLYING,
    APPLIED,
    /** Some of it is done; the changes say which. */
    PARTIAL,
    FAILED,
    /** It is not known whether it was done: the brokers did not say, and what is there now is neither before nor after. */
    UNKNOWN,
    /** Another change came first, or the plan was outdated; nothing was done. */
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

    public String wireName() {
        return WireNames.of(this);
    }
}
