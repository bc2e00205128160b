package dev.fathom.cluster;

/** Where a group is in its life, in the words of all group protocols together. */
public enum GroupState {
    EMPTY,
    STABLE,
    PREPARING_REBALANCE,
    COMPLETING_REBALANCE,
    ASSIGNING,
    RECONCILING,
    NOT_READY,
    DEAD,
    UNKNOWN;

    public String wireName() {
        return WireNames.of(this);
    }
}
