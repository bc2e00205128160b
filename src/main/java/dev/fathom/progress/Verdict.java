package dev.fathom.progress;

import dev.fathom.cluster.Word;

/** What is the matter with a group on a partition, worst first: the first that fits. */
public enum Verdict implements Word {
    /** Unread records are deleted: already, or before they will be read. */
    LOSING(0),
    /** The commit stands at the last stable offset: an open transaction holds back what comes after. */
    BLOCKED(1),
    /** The commit fell and has not regained its old place. */
    REWOUND(2),
    /** The members or what they own change again and again. */
    UNSTABLE(3),
    /** Records to read, nobody in the group, and nobody commits. */
    STOPPED(4),
    /** Records to read, a member that owns them, and it does not commit. */
    STALLED(5),
    /** It works now and then, by a period that was seen, and its next time has not come. */
    PERIODIC(6),
    /** It commits, and its lag grows. */
    BEHIND(7),
    /** It is at the end, or was within the window, or its lag does not grow. */
    OK(8),
    /** Too little has been seen for any of these. */
    UNKNOWN(9);

    private static final Verdict[] BY_CODE = new Verdict[values().length];

    static {
        for (Verdict verdict : values()) {
            BY_CODE[verdict.code] = verdict;
        }
    }

    private final byte code;

    Verdict(int code) {
        this.code = (byte) code;
    }

    /** It in one byte, for where millions are kept. */
    byte code() {
        return code;
    }

    static Verdict of(byte code) {
        return BY_CODE[code];
    }

    /** The worse of two; unknown is no better than ok, but says less than anything that is known to be wrong. */
    Verdict worse(Verdict other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /**
     * What a group may be called whose partitions are no worse than this: not ok while one of them may yet be found not to be.
     *
     * @param pending whether a member, or nobody at all, has records to read on one of them that is not judged yet
     */
    Verdict ofAll(boolean pending) {
        return this == OK && pending ? UNKNOWN : this;
    }
}
