package dev.fathom.http.group;

import dev.fathom.lag.LagTotals;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The partition furthest behind. */
@Schema(description = "The partition furthest behind.")
public record LagMax(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition number.", required = true)
        int partition,

        @Schema(description = "Its lag, in offsets.", required = true)
        long lag) {

    static LagMax of(LagTotals.Max max) {
        return new LagMax(max.partition().topic(), max.partition().partition(), max.lag());
    }
}
