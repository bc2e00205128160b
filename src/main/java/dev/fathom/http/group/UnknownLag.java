package dev.fathom.http.group;

import dev.fathom.lag.LagTotals;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A partition whose lag cannot be known. */
@Schema(description = "A partition whose lag cannot be known, and why.")
public record UnknownLag(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition number.", required = true)
        int partition,

        @Schema(
                description = "Why.",
                enumeration = {
                    "topic-deleted",
                    "partition-gone",
                    "kafka-not-authorized",
                    "leader-unavailable",
                    "pending-transaction",
                    "no-commit",
                    "below-first",
                    "beyond-last",
                    "ok"
                },
                required = true)
        String status) {

    static UnknownLag of(LagTotals.Unknown unknown) {
        return new UnknownLag(
                unknown.partition().topic(),
                unknown.partition().partition(),
                unknown.status().wireName());
    }
}
