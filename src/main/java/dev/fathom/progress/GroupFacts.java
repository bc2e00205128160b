package dev.fathom.progress;

/**
 * What of a group counts for each of its partitions, in ticks.
 *
 * @param members how many
 * @param emptySince since when it was seen without members; {@link Ticks#NEVER} while it has some
 * @param lastMove when one of its commits was last seen to move
 * @param evidenceFrom what was before was not watched without a gap, so nothing follows from nothing having happened
 * @param unstable whether its members change again and again
 * @param period between the beginnings of its work; 0 while none is known
 * @param lastBegin when it last began to work
 */
record GroupFacts(
        int members, int emptySince, int lastMove, int evidenceFrom, boolean unstable, int period, int lastBegin) {

    /** Whether it works by a period and the next time is not overdue. */
    boolean resting(int now) {
        return period > 0 && now - lastBegin <= period + period / 2;
    }

    /** Whether nobody is in it, and none of its commits has been seen to move: nobody uses it by {@code assign()} either. */
    boolean neverSeenToMove() {
        return members == 0 && lastMove <= evidenceFrom;
    }

    /** Since when nobody is in it and nobody commits, as far as was watched; {@link Ticks#NEVER} when that is not so. */
    int abandonedSince() {
        return members > 0 || emptySince == Ticks.NEVER
                ? Ticks.NEVER
                : Math.max(evidenceFrom, Math.max(emptySince, lastMove));
    }
}
