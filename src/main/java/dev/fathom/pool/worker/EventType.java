package dev.fathom.pool.worker;

import dev.fathom.cluster.Word;

/** What can happen to a member that an operator may want to know. */
public enum EventType implements Word {
    STARTED,
    STOPPED,
    ASSIGNED,
    REVOKED,
    LOST,
    POSITION_CHOSEN,
    PAUSED,
    RESUMED,
    BREAKER_OPENED,
    BREAKER_CLOSED,
    DEAD_LETTERED,
    DEAD_LETTER_FAILED,
    SKIPPED,
    GONE,
    FAILED,
    REPLACED;
}
