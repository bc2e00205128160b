package dev.fathom.http.reset;

import dev.fathom.cluster.WireNames;
import dev.fathom.http.words.WordsOf;
import dev.fathom.reset.Plan;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What the caller should know before a change is made. */
@Schema(description = "What the caller should know before a change is made.")
public record WarningItem(
        @Schema(description = "What it is about.", required = true) @WordsOf(Plan.What.class)
        String warning,

        @Schema(description = "In words.", required = true) String detail,

        @Schema(description = "The topics it is about.", required = true)
        List<String> topics) {

    static WarningItem of(Plan.Warning warning) {
        return new WarningItem(WireNames.of(warning.what()), warning.detail(), warning.topics());
    }
}
