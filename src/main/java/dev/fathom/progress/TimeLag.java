package dev.fathom.progress;

import dev.fathom.cluster.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long the first unread record has been there, since its arrival.
 *
 * @param value null when it is not known, in which case the reason is there
 * @param errorBound the true one is at most so far from the value; null with {@code at-least}, which has no upper end, and where
 *     there is no value
 * @param method how it was found; null where there is no value
 * @param reason why there is no value; null where there is one
 * @param arrivedBefore when the record was there at the latest, in ms; for what follows from it
 */
public record TimeLag(
        @Nullable Duration value,
        @Nullable Duration errorBound,
        @Nullable Method method,
        List<Note> notes,
        @Nullable Reason reason,
        OptionalLong arrivedAfter,
        OptionalLong arrivedBefore) {

    /** How it was found, best first. */
    public enum Method implements Word {
        /** Nothing is unread. */
        CAUGHT_UP,
        /** Between two looks at the end of the log. */
        SAMPLED,
        /** From the timestamp of the record. */
        RECORD,
        /** Between two instants, by the timestamps of the records around. */
        ESTIMATED,
        /** It was there at the first look: as long as that, or longer. */
        AT_LEAST
    }

    /** What to know about a value. */
    public enum Note implements Word {
        /** The record's timestamp does not fit what was seen, and is not used. */
        TIMESTAMP_UNTRUSTED,
        /** The timestamp is the producer's: the bound holds if the record was made when it arrived. */
        PRODUCER_CLOCK,
        /** What is left below the end are markers, aborted or compacted records. */
        NOTHING_READABLE
    }

    /** Why there is none. */
    public enum Reason implements Word {
        NO_COMMIT,
        /** The commit lies after the end: the log was truncated or made again. */
        BEYOND_LAST,
        /** The ends of the log are not known. */
        LOG_UNKNOWN,
        /** Nobody has looked yet. */
        NOT_SAMPLED,
        /** {@code fathom.lag.sampling=off}. */
        SAMPLING_OFF,
        /** Share groups have no commits. */
        NO_COMMITS_IN_SHARE_GROUPS
    }

    /** Longer ago than any record could sensibly have been made: such a timestamp is not believed. */
    private static final long YEAR = Duration.ofDays(366).toMillis();

    public static final TimeLag CAUGHT_UP = new TimeLag(
            Duration.ZERO,
            Duration.ZERO,
            Method.CAUGHT_UP,
            List.of(),
            null,
            OptionalLong.empty(),
            OptionalLong.empty());

    private static final TimeLag NOTHING_READABLE = new TimeLag(
            Duration.ZERO,
            Duration.ZERO,
            Method.CAUGHT_UP,
            List.of(Note.NOTHING_READABLE),
            null,
            OptionalLong.empty(),
            OptionalLong.empty());

    public static TimeLag unknown(Reason reason) {
        return new TimeLag(null, null, null, List.of(), reason, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Of a log nobody has looked at. */
    public static TimeLag unseen(Place place) {
        if (place.committed() > place.end()) {
            return unknown(Reason.BEYOND_LAST);
        }
        return place.unread() >= place.end() ? CAUGHT_UP : unknown(Reason.NOT_SAMPLED);
    }

    public boolean known() {
        return value != null;
    }

    /**
     * The value, where it is known.
     *
     * @throws IllegalStateException where it is not
     */
    public Duration duration() {
        if (value == null) {
            throw new IllegalStateException("There is no time lag: " + reason + ".");
        }
        return value;
    }

    /** The least it can be; 0 when unknown. */
    long leastMillis() {
        if (value == null) {
            return 0;
        }
        return errorBound == null ? value.toMillis() : Math.max(0, value.toMillis() - errorBound.toMillis());
    }

    /**
     * Where a group is on a log.
     *
     * @param first the log start
     * @param end for the wanted isolation
     */
    public record Place(long committed, long first, long end) {

        /** The offset of the first unread record, or where it would be. */
        public long unread() {
            return Math.max(committed, first);
        }
    }

    /**
     * @param observed when commit and end were asked for, in ms: the end was there by then
     * @param now for which moment it is wanted, at or after that
     */
    static TimeLag of(
            Place place, EndRuns runs, Optional<Anchors> anchors, Optional<FirstUnread> read, long observed, long now) {
        if (place.committed() > place.end()) {
            return unknown(Reason.BEYOND_LAST);
        }
        long unread = place.unread();
        if (unread >= place.end()) {
            return CAUGHT_UP;
        }
        Optional<FirstUnread> found = read.filter(of -> of.from() == unread);
        if (found.orElse(null) instanceof FirstUnread.Nothing nothing && nothing.upTo() >= place.end()) {
            return NOTHING_READABLE;
        }
        EndRuns.Bracket seen = runs.arrivalOf(unread);
        long before = Math.min(now, seen.before().orElse(observed));
        if (seen.after().isPresent()) {
            return between(Method.SAMPLED, Math.min(seen.after().getAsLong(), before), before, now, List.of());
        }
        List<Note> notes = new ArrayList<>();
        if (found.orElse(null) instanceof FirstUnread.Found record) {
            Optional<TimeLag> byRecord = byRecord(record, before, now);
            if (byRecord.isPresent()) {
                return byRecord.get();
            }
            notes.add(Note.TIMESTAMP_UNTRUSTED);
        }
        EndRuns.Bracket told = anchors.map(of -> of.arrivalOf(unread))
                .orElse(new EndRuns.Bracket(OptionalLong.empty(), OptionalLong.empty()));
        if (told.after().isPresent() && told.after().getAsLong() <= before) {
            long until = Math.min(before, told.before().orElse(before));
            return between(Method.ESTIMATED, told.after().getAsLong(), until, now, notes);
        }
        return new TimeLag(
                Duration.ofMillis(now - before),
                null,
                Method.AT_LEAST,
                List.copyOf(notes),
                null,
                OptionalLong.empty(),
                OptionalLong.of(before));
    }

    private static TimeLag between(Method method, long after, long before, long now, List<Note> notes) {
        // Doubled, so that half a millisecond is not lost on either side.
        long width = before - after;
        return new TimeLag(
                Duration.ofMillis(now - before + width / 2),
                Duration.ofMillis(width - width / 2),
                method,
                List.copyOf(notes),
                null,
                OptionalLong.of(after),
                OptionalLong.of(before));
    }

    /** By the record's own timestamp, unless it does not fit: it cannot have been made after it was there. */
    private static Optional<TimeLag> byRecord(FirstUnread.Found record, long before, long now) {
        long made = record.timestamp();
        // A broker's clock may be a little ahead of ours; what it appended was there all the same.
        long arrived = record.appendTime() ? Math.min(made, before) : made;
        if (made <= 0 || arrived > before || now - made > YEAR) {
            return Optional.empty();
        }
        return Optional.of(new TimeLag(
                Duration.ofMillis(now - arrived),
                Duration.ZERO,
                Method.RECORD,
                record.appendTime() ? List.of() : List.of(Note.PRODUCER_CLOCK),
                null,
                OptionalLong.of(arrived),
                OptionalLong.of(arrived)));
    }

    /**
     * How old the first unread record is by its own timestamp: fresh or not, which says nothing of speed. Empty where the record
     * was not read, has no timestamp, or one after now.
     */
    static Optional<Duration> recordAge(Place place, Optional<FirstUnread> read, long now) {
        return read.filter(of -> of.from() == place.unread() && place.unread() < place.end())
                .filter(of -> of instanceof FirstUnread.Found)
                .map(of -> ((FirstUnread.Found) of).timestamp())
                .filter(timestamp -> timestamp > 0 && timestamp <= now)
                .map(timestamp -> Duration.ofMillis(now - timestamp));
    }
}
