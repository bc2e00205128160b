package dev.fathom.progress;

import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.Member;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who was in a group at the last looks: whether anybody is, and how often that changed. A look is a bit, the newest the lowest.
 */
final class Membership {

    private static final Set<GroupState> SETTLED =
            EnumSet.of(GroupState.STABLE, GroupState.EMPTY, GroupState.DEAD, GroupState.UNKNOWN);
    private static final int MOST_CHANGES = 3;
    private static final int MOST_LOOKS = 64;

    private long changed;
    private long unsettled;
    private int looks;
    private int signature;
    private int members;
    private int emptySince = Ticks.NEVER;
    private GroupState state = GroupState.UNKNOWN;

    /**
     * Takes a look into account.
     *
     * @param watched whether there was no pause before it
     */
    void saw(GroupDescription group, boolean watched, int now) {
        int next = signature(group);
        boolean another = looks > 0 && next != signature;
        changed = changed << 1 | (another ? 1 : 0);
        unsettled = unsettled << 1 | (SETTLED.contains(group.state()) ? 0 : 1);
        looks = Math.min(MOST_LOOKS, looks + 1);
        signature = next;
        members = group.members().size();
        state = group.state();
        if (members > 0) {
            emptySince = Ticks.NEVER;
        } else if (emptySince == Ticks.NEVER || !watched) {
            emptySince = now;
        }
    }

    /** The epoch where the protocol has one; else who is in it and what each owns, which a rebalance changes or may change. */
    private static int signature(GroupDescription group) {
        if (group.groupEpoch().isPresent()) {
            return group.groupEpoch().getAsInt();
        }
        int hash = 0;
        for (Member member : group.members()) {
            hash += member.memberId().hashCode() * 31 + member.assignment().hashCode();
        }
        return hash;
    }

    /** Whether it changed more than three times in the window, or was out of stable for half of it. */
    boolean unstable(int window) {
        int counted = Math.min(window, MOST_LOOKS);
        long mask = counted >= MOST_LOOKS ? -1 : (1L << counted) - 1;
        return Long.bitCount(changed & mask) > MOST_CHANGES || 2 * Long.bitCount(unsettled & mask) >= counted;
    }

    int changes(int window) {
        int counted = Math.min(window, MOST_LOOKS);
        return Long.bitCount(changed & (counted >= MOST_LOOKS ? -1 : (1L << counted) - 1));
    }

    boolean justChanged() {
        return (changed & 1) == 1;
    }

    int members() {
        return members;
    }

    int emptySince() {
        return emptySince;
    }

    GroupState state() {
        return state;
    }
}
