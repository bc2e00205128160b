package dev.fathom.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a {@link LogPoint} lies now.
 *
 * @param timestamp of the record there; only for points that are found by timestamp
 * @param leaderEpoch of the record there, where the broker said
 */
public record LogOffset(long offset, Optional<Instant> timestamp, OptionalInt leaderEpoch) {

    public static LogOffset at(long offset) {
        return new LogOffset(offset, Optional.empty(), OptionalInt.empty());
    }
}
