package dev.fathom.position;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.LogOffset;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a position lies in one log. The offset may lie outside the log: whether that is an error is for the caller to say.
 *
 * @param offset meaningful for {@code FOUND} only, as are the other values
 * @param leaderEpoch of the record there, where it is known
 * @param timestamp of the record there, where it is known
 * @param metadata of the commit the place was copied from
 */
public record Place(
        Kind kind, long offset, OptionalInt leaderEpoch, Optional<Instant> timestamp, Optional<String> metadata) {

    /** Whether there is such a place, and why not. */
    public enum Kind {
        FOUND,
        /** The log has no such record. */
        NO_RECORD,
        /** Nothing of the log is in tiered storage. */
        NOT_TIERED,
        /** The position counts from a commit that does not exist. */
        NO_COMMIT,
        /** The position asks for no commit at all. */
        NOWHERE
    }

    /** What arithmetic beyond the range of an offset gives: after the end of every log. */
    static final long BEYOND = Long.MAX_VALUE;

    static Place missing(Kind kind) {
        return new Place(kind, -1, OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    static Place at(long offset) {
        return of(LogOffset.at(offset));
    }

    public static Place of(LogOffset found) {
        return new Place(Kind.FOUND, found.offset(), found.leaderEpoch(), found.timestamp(), Optional.empty());
    }

    static Place of(Commit commit) {
        return new Place(
                Kind.FOUND, commit.offset(), commit.leaderEpoch(), Optional.empty(), Optional.of(commit.metadata()));
    }

    /** The offset; empty where the position has none in this log. */
    public Optional<Long> found() {
        return kind == Kind.FOUND ? Optional.of(offset) : Optional.empty();
    }

    /** The offset if a log with these ends holds it, or ends there. */
    public Optional<LogOffset> inside(long first, long last) {
        return found().filter(place -> place >= first && place <= last && place != BEYOND)
                .map(place -> new LogOffset(place, timestamp, leaderEpoch));
    }
}
