package dev.fathom.http.topic;

import dev.fathom.cluster.LogOffset;
import dev.fathom.http.answer.Numbers;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a position lies in one log. */
@Schema(description = "Where a position lies in one log.")
public record OffsetAt(
        @Schema(description = "The offset.", required = true)
        long offset,

        @Schema(description = "Timestamp of the record there; only for positions found by timestamp.") @Nullable
        Instant timestamp,

        @Schema(description = "Leader epoch of the record there, where the broker gives it.") @Nullable
        Integer leaderEpoch) {

    static OffsetAt of(LogOffset offset) {
        return new OffsetAt(offset.offset(), offset.timestamp().orElse(null), Numbers.orNull(offset.leaderEpoch()));
    }
}
