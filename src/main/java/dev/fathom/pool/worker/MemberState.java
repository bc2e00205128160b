package dev.fathom.pool.worker;

import dev.fathom.cluster.Word;

/** What a member is doing. */
public enum MemberState implements Word {
    STARTING,
    RUNNING,
    /** In the group, with no partition: there are more members than partitions. */
    IDLE,
    /** The sink or the dead-letter topic does not take records now; it keeps trying. */
    DEGRADED,
    /** Takes nothing new and waits for what the sink has in hand. */
    PAUSING,
    PAUSED,
    STOPPING,
    STOPPED,
    FAILED;

    /** Whether it is in the group, as far as it knows. */
    public boolean live() {
        return this != STOPPED && this != FAILED;
    }
}
