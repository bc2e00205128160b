package dev.fathom.diagnosis;

import dev.fathom.cluster.Word;
import dev.fathom.progress.Verdict;
import java.util.Optional;

/** What there is to find, worst first. */
public enum FindingKind implements Word {
    LOSING(Severity.CRITICAL),
    BLOCKED(Severity.CRITICAL),
    /** An open transaction that has held a group for longer than any sensible one. */
    HANGING_TRANSACTION(Severity.CRITICAL),
    STOPPED(Severity.CRITICAL),
    STALLED(Severity.CRITICAL),
    /** The log was truncated, or made again. */
    BEYOND_LAST(Severity.CRITICAL),
    UNSTABLE(Severity.WARNING),
    REWOUND(Severity.WARNING),
    BEHIND(Severity.WARNING),
    SLOW_MEMBER(Severity.WARNING),
    HOT_PARTITION(Severity.WARNING),
    BELOW_FIRST(Severity.WARNING),
    TOPIC_DELETED(Severity.WARNING),
    /** Nobody is in the group, so that what it has committed will be deleted. */
    OFFSETS_EXPIRE(Severity.INFO),
    PARTITION_UNCOMMITTED(Severity.INFO),
    UNBALANCED(Severity.INFO),
    IDLE_MEMBERS(Severity.INFO),
    /** A member reads partitions of which no replica is in its rack. */
    RACK_MISMATCH(Severity.INFO),
    STALE_TOPIC(Severity.INFO),
    /** No commit for longer than there is as a rule. */
    COMMIT_AGE(Severity.INFO),
    IN_USE_BY_ASSIGN(Severity.INFO),
    PERIODIC(Severity.INFO);

    private final Severity severity;

    FindingKind(Severity severity) {
        this.severity = severity;
    }

    /** How much it matters. */
    public enum Severity implements Word {
        /** Records are lost, or nothing moves. */
        CRITICAL,
        /** It moves, and not as it should. */
        WARNING,
        /** Good to know. */
        INFO
    }

    public Severity severity() {
        return severity;
    }

    /** That of a verdict; empty for those in which there is nothing to find. */
    static Optional<FindingKind> of(Verdict verdict) {
        return switch (verdict) {
            case LOSING -> Optional.of(LOSING);
            case BLOCKED -> Optional.of(BLOCKED);
            case REWOUND -> Optional.of(REWOUND);
            case UNSTABLE -> Optional.of(UNSTABLE);
            case STOPPED -> Optional.of(STOPPED);
            case STALLED -> Optional.of(STALLED);
            case PERIODIC -> Optional.of(PERIODIC);
            case BEHIND -> Optional.of(BEHIND);
            case OK, UNKNOWN -> Optional.empty();
        };
    }
}
