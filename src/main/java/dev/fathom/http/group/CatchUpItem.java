package dev.fathom.http.group;

import dev.fathom.progress.CatchUp;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** When a group will have read everything. */
@Schema(description = "When everything will be read if things go on as they do: a range, from the spread of the rates.")
public record CatchUpItem(
        @Schema(description = "Not before.", required = true)
        Instant earliest,

        @Schema(description = "Not after.", required = true) Instant latest) {

    static CatchUpItem of(CatchUp range) {
        return new CatchUpItem(range.earliest(), range.latest());
    }
}
