package dev.fathom.http.group;

import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.LagTotals;
import dev.fathom.lag.PartitionStatus;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A partition whose lag cannot be known. */
@Schema(description = "A partition whose lag cannot be known, and why.")
public record UnknownLag(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition number.", required = true)
        int partition,

        @Schema(description = "Why.", required = true) @WordsOf(PartitionStatus.class)
        String status) {

    static UnknownLag of(LagTotals.Unknown unknown) {
        return new UnknownLag(
                unknown.partition().topic(),
                unknown.partition().partition(),
                unknown.status().wireName());
    }
}
