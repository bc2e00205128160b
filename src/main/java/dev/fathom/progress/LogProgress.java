package dev.fathom.progress;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one log over time. Looks come from one thread, questions from any. */
public final class LogProgress {

    private static final int HEADERS = 104;

    private final EndRuns runs = new EndRuns();
    private @Nullable Anchors anchors;
    private boolean anchored;
    private long first = Look.UNKNOWN;
    private long end = Look.UNKNOWN;
    private long stable = Look.UNKNOWN;
    private long firstAtStart = Look.UNKNOWN;
    private long startedAt;
    private boolean asked;
    private long incarnation;

    /** Takes a look into account. */
    synchronized void saw(long first, long end, long stable, long askedAt, long answered, int capacity) {
        asked = first != Look.UNKNOWN && end != Look.UNKNOWN;
        if (!asked) {
            return;
        }
        if (runs.saw(end, askedAt, answered, capacity)) {
            madeAgain();
        }
        if (firstAtStart == Look.UNKNOWN || first < firstAtStart) {
            firstAtStart = first;
            startedAt = answered;
        }
        this.first = first;
        this.end = end;
        this.stable = stable;
    }

    /** What was seen before is of another log, or of one that was cut since. */
    private void madeAgain() {
        anchors = null;
        anchored = true;
        firstAtStart = Look.UNKNOWN;
        incarnation++;
    }

    /** The topic was deleted and made again. */
    synchronized void begin() {
        runs.clear();
        stable = Look.UNKNOWN;
        madeAgain();
    }

    /** Remembers where it ended before the first look; once. */
    public synchronized void anchor(Anchors known) {
        if (!anchored) {
            anchored = true;
            anchors = known;
        }
    }

    /** Whether nobody has asked yet where it ended before the first look. */
    synchronized boolean needsAnchors() {
        return !anchored && !runs.isEmpty();
    }

    synchronized TimeLag timeLag(TimeLag.Place place, Optional<FirstUnread> read, long observed, long now) {
        return runs.isEmpty()
                ? TimeLag.unseen(place)
                : TimeLag.of(place, runs, Optional.ofNullable(anchors), read, observed, now);
    }

    /** Whether two looks in a row found the same end. */
    synchronized boolean still() {
        return runs.still();
    }

    /** Whether the last look found out where it begins and ends. */
    synchronized boolean known() {
        return asked;
    }

    /** Its start at the last look that found it out. */
    public synchronized long first() {
        return first;
    }

    /** Its high watermark at the last look that found it out; {@link Look#UNKNOWN} before. */
    public synchronized long end() {
        return end;
    }

    synchronized long stable() {
        return stable;
    }

    /** How many logs it has been: changes when the topic is made again or the log cut. */
    synchronized long incarnation() {
        return incarnation;
    }

    /** How fast the log start moves, in offsets a second, since the first look; empty while it has not moved. */
    synchronized Optional<Double> trimmedPerSecond(long now) {
        double seconds = (now - startedAt) / 1000.0;
        return firstAtStart == Look.UNKNOWN || first <= firstAtStart || seconds < 1
                ? Optional.empty()
                : Optional.of((first - firstAtStart) / seconds);
    }

    /** Whether its start has moved since the first look. */
    synchronized boolean trimmed() {
        return firstAtStart != Look.UNKNOWN && first > firstAtStart;
    }

    synchronized void trim(int capacity, long now) {
        runs.trim(capacity, now);
    }

    synchronized long bytes() {
        return HEADERS + runs.bytes() + (anchors == null ? 0 : anchors.bytes());
    }
}
