package dev.fathom.operation;

/** A change that is ready to be made: planned, allowed, and not yet in the journal. */
public interface Deed {

    Intent intent();

    /**
     * The same deed as it looks now: state and commits are read again. Called once the intent is in the journal, so from
     * then on no other replica changes the group.
     *
     * @throws RefusedException when it can no longer be done, or is no longer what was asked for
     */
    Deed again();

    /** Does it and reads back what is there then. Called at most once. */
    Result carryOut();
}
