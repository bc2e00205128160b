package dev.fathom.operation;

/** A change that is ready to be made: planned, allowed, and not yet in the journal. */
public interface JournaledChange {

    Intent intent();

    /**
     * The same change as it looks now: state and commits are read again. Called once the intent is in the journal, so from
     * then on no other replica changes the group.
     *
     * @throws RefusedException when it can no longer be done, or is no longer what was asked for
     */
    JournaledChange again();

    /**
     * The same change once that is done which must stand before any commit is touched, which its intent may name. Called once,
     * after {@link #again}.
     *
     * @throws dev.fathom.cluster.ClusterException when that was refused, so that nothing is there; or, timed out or the like,
     *     may be there all the same
     */
    default JournaledChange prepared() {
        return this;
    }

    /** Does it and reads back what is there then. Called at most once. */
    Result carryOut();
}
