package dev.fathom.cluster;

/**
 * The protocol family a group belongs to. What a group can do follows from it and is asked here: share groups have no commits
 * but a start offset for each partition, and the state of single records after it.
 */
public enum GroupType {
    CLASSIC,
    CONSUMER,
    SHARE,
    STREAMS,
    /** A kind this version has no word for. */
    UNKNOWN;

    public String wireName() {
        return WireNames.of(this);
    }

    /** Whether it commits offsets, with members or by {@code assign()}, and in transactions. */
    public boolean hasCommits() {
        return this != SHARE;
    }

    /** Whether an offset is stored with a leader epoch and metadata. */
    public boolean keepsMetadata() {
        return hasCommits();
    }

    /** Whether offsets can be deleted by whole topics only. */
    public boolean deletesOffsetsByTopic() {
        return !hasCommits();
    }

    /** Whether offsets can be put back once they are deleted. */
    public boolean canRestoreDeleted() {
        return hasCommits();
    }

    /** Whether a move, even to the same place, discards what is known of single records. */
    public boolean movesDiscardDeliveryState() {
        return !hasCommits();
    }

    /** Whether only the brokers know how many records are left to do. */
    public boolean lagIsToldByBrokers() {
        return !hasCommits();
    }

    /** Whether the brokers and the client can make members leave. */
    public boolean canRemoveMembers() {
        return takesConsumers();
    }

    /** Whether an ordinary consumer can join. */
    public boolean takesConsumers() {
        return this != SHARE && this != STREAMS;
    }

    /**
     * Whether members tell the coordinator what they subscribe to, so that it can delete offsets that none of them reads.
     *
     * @param protocol the protocol type of the members
     */
    public boolean tellsSubscriptions(String protocol) {
        return this == CONSUMER || (this == CLASSIC && protocol.equals("consumer"));
    }
}
