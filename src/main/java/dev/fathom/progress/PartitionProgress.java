package dev.fathom.progress;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one group on one partition over time. There may be a million of these, so moments are {@link Ticks} and what
 * only some need is apart.
 */
final class PartitionProgress {

    private static final int HEADERS = 56;
    private static final int TROUBLE_BYTES = 112;

    /** A verdict is entered and left when so many evaluations in a row agree. */
    private static final int AGREEING = 2;

    /** What a log has left before its start, as a share of what it holds, when what is unread is about to be deleted. */
    private static final double ABOUT_TO_BE_LOST = 0.1;

    private long committed = Look.UNKNOWN;
    private int changedAt;
    private int readableSince = Ticks.NEVER;
    private int atEnd = Ticks.NEVER;
    private byte verdict = Verdict.UNKNOWN.code();
    private byte candidate = Verdict.UNKNOWN.code();
    private byte agreed;
    private boolean owned;
    private int since;
    private int candidateSince;
    private @Nullable Changes changes;
    private @Nullable Trouble trouble;

    /** What most partitions do not have. */
    private static final class Trouble {
        private long rewoundFrom = Look.UNKNOWN;
        private int rewoundAt;
        private long incarnation;
        /** How it stood before it fell the last time, and the look that showed it fallen. */
        private @Nullable Changes before;

        private int fellAt = Ticks.NEVER;
        /** When it was there again, or elsewhere, after a while in which nobody knew. */
        private int missedUntil = Ticks.NEVER;

        private @Nullable FirstUnread read;
    }

    /**
     * Takes a look into account.
     *
     * @param lookBefore when the look before began
     * @param ringCapacity how many changes of the commit may be remembered; 0 for none
     * @return by how much the commit moved forward
     */
    long saw(long commit, LogProgress log, boolean owned, int evidenceFrom, int lookBefore, int now, int ringCapacity) {
        this.owned = owned;
        long moved = 0;
        if (commit != committed) {
            if (committed != Look.UNKNOWN && commit != Look.UNKNOWN && log.known()) {
                moved = commit - committed;
                if (moved > 0) {
                    remember(commit, log.end(), gap(evidenceFrom, now), lookBefore, now, ringCapacity);
                } else {
                    fell(commit, log, lookBefore, now, ringCapacity);
                }
            } else if (changes != null || trouble != null) {
                trouble().missedUntil = now;
            }
            committed = commit;
            changedAt = now;
        }
        regained(log);
        boolean toRead = commit != Look.UNKNOWN && log.known() && commit < log.end() && !nothingReadable(log);
        if (!toRead) {
            readableSince = Ticks.NEVER;
        } else if (readableSince == Ticks.NEVER) {
            readableSince = now;
        }
        if (commit != Look.UNKNOWN && log.known() && commit <= log.end() && !toRead) {
            atEnd = now;
        }
        return Math.max(0, moved);
    }

    private int gap(int evidenceFrom, int now) {
        return readableSince == Ticks.NEVER ? Ticks.NEVER : now - standingSince(evidenceFrom);
    }

    private void remember(long commit, long end, int gap, int lookBefore, int now, int capacity) {
        if (capacity == 0) {
            changes = null;
            return;
        }
        if (changes == null) {
            changes = new Changes(capacity).after(committed, changedAt);
        } else if (changes.capacity() != capacity) {
            changes = changes.resized(capacity);
        }
        changes.add(now, commit, end, gap, lookBefore);
    }

    void trim(int capacity) {
        if (changes != null && changes.capacity() > capacity) {
            changes = capacity == 0 ? null : changes.resized(capacity);
        }
        if (trouble != null && trouble.before != null && trouble.before.capacity() > capacity) {
            trouble.before = capacity == 0 ? null : trouble.before.resized(capacity);
        }
    }

    /** Rates begin anew from there; where it was before is what it can be taken back to. */
    private void fell(long commit, LogProgress log, int lookBefore, int now, int capacity) {
        Trouble of = trouble();
        Changes before = changes;
        if (before == null && capacity > 0) {
            before = new Changes(Changes.LEAST_CAPACITY).after(committed, changedAt);
        }
        if (before != null) {
            before.add(now, commit, log.end(), Ticks.NEVER, lookBefore);
        }
        of.before = before;
        of.fellAt = now;
        changes = null;
        if (of.rewoundFrom == Look.UNKNOWN) {
            of.rewoundAt = now;
            of.incarnation = log.incarnation();
        }
        of.rewoundFrom = Math.max(of.rewoundFrom, committed);
    }

    /** Its old place is reached again, or is none: the log is another one, or no longer holds what was read before. */
    private void regained(LogProgress log) {
        if (trouble == null || trouble.rewoundFrom == Look.UNKNOWN) {
            return;
        }
        boolean another = trouble.incarnation != log.incarnation() || (trouble.rewoundFrom > log.end() && log.known());
        if (committed == Look.UNKNOWN || committed >= trouble.rewoundFrom || another) {
            trouble.rewoundFrom = Look.UNKNOWN;
        }
    }

    /**
     * Where the commit was at a moment; empty where no look before it, or none after it, is remembered.
     *
     * @param tick the moment
     * @param lastLook when the last look began
     */
    Optional<Seen> at(int tick, int lastLook) {
        if (committed == Look.UNKNOWN || (trouble != null && tick <= trouble.missedUntil)) {
            return Optional.empty();
        }
        if (tick > changedAt) {
            return tick < lastLook
                    ? Optional.of(new Seen(committed, committed, changedAt, lastLook))
                    : Optional.empty();
        }
        long standing = lastLook > changedAt ? committed : Look.UNKNOWN;
        if (trouble != null && tick <= trouble.fellAt) {
            long next = changes == null ? standing : changes.commit(0);
            return trouble.before == null ? Optional.empty() : trouble.before.at(tick, next);
        }
        return changes == null ? Optional.empty() : changes.at(tick, standing);
    }

    private Trouble trouble() {
        if (trouble == null) {
            trouble = new Trouble();
        }
        return trouble;
    }

    void read(FirstUnread found) {
        trouble().read = found;
    }

    Optional<FirstUnread> read() {
        return trouble == null ? Optional.empty() : Optional.ofNullable(trouble.read);
    }

    /** Whether it would help to read the first unread record: it has been there for two looks and was not read yet. */
    boolean wantsReading(LogProgress log, int now) {
        return committed != Look.UNKNOWN
                && log.known()
                && committed < log.end()
                && now > changedAt
                && read().filter(of -> of.from() == Math.max(committed, log.first()))
                        .filter(of -> !(of instanceof FirstUnread.Nothing nothing) || nothing.upTo() >= log.end())
                        .isEmpty();
    }

    boolean nothingReadable(LogProgress log) {
        return read().filter(of -> of.from() == Math.max(committed, log.first()))
                .filter(of -> of instanceof FirstUnread.Nothing nothing && nothing.upTo() >= log.end())
                .isPresent();
    }

    /** Since when the commit has stood while there was something to read, as far as was watched. */
    int standingSince(int evidenceFrom) {
        return Math.max(evidenceFrom, Math.max(changedAt, readableSince));
    }

    /** How often the member commits, in ticks. */
    OptionalInt usualGap() {
        return changes == null ? OptionalInt.empty() : changes.usualGap();
    }

    /** How long the commit may stand. */
    int stallLimit(Rules rules) {
        int least = Ticks.of(rules.stallAfter());
        OptionalInt usual = usualGap();
        return usual.isPresent()
                ? Math.max(Rules.GAPS * usual.getAsInt(), least)
                : Rules.PATIENCE_WITH_STRANGERS * least;
    }

    /** The window rates are taken over. */
    int paceWindow() {
        return Math.max(60 * Ticks.PER_SECOND, Rules.GAPS * usualGap().orElse(0));
    }

    Optional<Pace> pace(int now) {
        return changes == null ? Optional.empty() : Pace.of(changes, now, paceWindow());
    }

    /**
     * Evaluates what was seen.
     *
     * @param age how long the first unread record has been there at the least, in ms
     * @param retention how long the log keeps records, in ms; 0 when it keeps them for ever or that is not known
     */
    void judge(GroupFacts group, LogProgress log, Rules rules, long age, long retention, int now) {
        Verdict next = verdictNow(group, log, rules, age, retention, now);
        if (next == Verdict.UNKNOWN && nothingSpeaksAgainst(group)) {
            next = verdict();
        }
        if (next == verdict()) {
            candidate = verdict;
            agreed = 0;
            return;
        }
        if (next.code() != candidate || agreed == 0) {
            candidate = next.code();
            candidateSince = now;
            agreed = 1;
        } else {
            agreed++;
        }
        if (agreed >= AGREEING) {
            verdict = candidate;
            since = Math.min(candidateSince, speaksForItSince(next, group));
            agreed = 0;
        }
    }

    /** After a pause in looking: what stood still, and still does, has not begun to stand anew. */
    private boolean nothingSpeaksAgainst(GroupFacts group) {
        return switch (verdict()) {
            case STOPPED -> group.members() == 0 && readableSince != Ticks.NEVER && changedAt <= since;
            case STALLED -> owned && readableSince != Ticks.NEVER && changedAt <= since;
            default -> false;
        };
    }

    private Verdict verdictNow(GroupFacts group, LogProgress log, Rules rules, long age, long retention, int now) {
        if (committed == Look.UNKNOWN || !log.known() || committed > log.end()) {
            return Verdict.UNKNOWN;
        }
        boolean readable = readableSince != Ticks.NEVER;
        int window = Math.max(Ticks.of(rules.window()), Rules.GAPS * usualGap().orElse(0));
        boolean growing = readable && changes != null && Trend.grows(changes, now - window);
        boolean standing = readable && now - standingSince(group.evidenceFrom()) >= Ticks.of(rules.stallAfter());
        if (committed < log.first() || ((standing || growing) && aboutToBeLost(log, age, retention))) {
            return Verdict.LOSING;
        }
        if (blocked(group, log, rules, now)) {
            return Verdict.BLOCKED;
        }
        if (trouble != null && trouble.rewoundFrom != Look.UNKNOWN) {
            return Verdict.REWOUND;
        }
        if (group.unstable()) {
            return Verdict.UNSTABLE;
        }
        if (readable) {
            Verdict still = standsStill(group, rules, now);
            if (still != Verdict.UNKNOWN) {
                return still;
            }
            if (growing) {
                return Verdict.BEHIND;
            }
        }
        boolean touchedEnd = atEnd != Ticks.NEVER && now - atEnd <= window;
        boolean steady = changes != null && Trend.known(changes, now - window);
        return touchedEnd || steady ? Verdict.OK : Verdict.UNKNOWN;
    }

    private Verdict standsStill(GroupFacts group, Rules rules, int now) {
        int abandoned = group.abandonedSince();
        boolean stopped = abandoned != Ticks.NEVER && now - abandoned > Ticks.of(rules.stopAfter());
        boolean stalled = owned && now - standingSince(group.evidenceFrom()) > stallLimit(rules);
        if (!stopped && !stalled) {
            return Verdict.UNKNOWN;
        }
        if (group.resting(now)) {
            return Verdict.PERIODIC;
        }
        return stopped ? Verdict.STOPPED : Verdict.STALLED;
    }

    private boolean blocked(GroupFacts group, LogProgress log, Rules rules, int now) {
        return log.stable() != Look.UNKNOWN
                && log.stable() < log.end()
                && committed == log.stable()
                && readableSince != Ticks.NEVER
                && now - standingSince(group.evidenceFrom()) >= Ticks.of(rules.stallAfter());
    }

    /** By time, or by how much of the log lies before it while the log start moves: that is so whatever makes it move. */
    private boolean aboutToBeLost(LogProgress log, long age, long retention) {
        if (retention > 0 && age >= retention * (1 - ABOUT_TO_BE_LOST)) {
            return true;
        }
        double held = log.end() - log.first();
        return log.trimmed() && committed - log.first() < ABOUT_TO_BE_LOST * held;
    }

    private int speaksForItSince(Verdict entered, GroupFacts group) {
        return switch (entered) {
            case STOPPED -> group.abandonedSince();
            case STALLED, BLOCKED -> standingSince(group.evidenceFrom());
            case REWOUND -> trouble().rewoundAt;
            default -> candidateSince;
        };
    }

    /** Whether a member, or nobody at all, has something to read there, and too little was seen to say how that goes. */
    boolean pending(GroupFacts group) {
        return verdict() == Verdict.UNKNOWN && readableSince != Ticks.NEVER && (owned || group.neverSeenToMove());
    }

    Verdict verdict() {
        return Verdict.of(verdict);
    }

    int since() {
        return since;
    }

    long committed() {
        return committed;
    }

    boolean owned() {
        return owned;
    }

    int changedAt() {
        return changedAt;
    }

    /** Where the commit was before it fell; {@link Look#UNKNOWN} when it did not, or is there again. */
    long rewoundFrom() {
        return trouble == null ? Look.UNKNOWN : trouble.rewoundFrom;
    }

    long bytes() {
        return HEADERS + (changes == null ? 0 : changes.bytes()) + troubleBytes();
    }

    private long troubleBytes() {
        if (trouble == null) {
            return 0;
        }
        return TROUBLE_BYTES + (trouble.before == null ? 0 : trouble.before.bytes());
    }
}
