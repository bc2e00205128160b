package dev.fathom.http.reset;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.diagnosis.Replay;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What it takes to read again what a group is moved back over. */
@Schema(description = "What it takes to read up to the ends of the logs after the move, if the group reads as it did.")
public record ReplayItem(
        @Schema(
                description = "How many offsets lie between where it is moved back to and the ends of those logs.",
                required = true)
        long offsets,

        @Schema(description = "How long reading them will take.", required = true)
        ReplayDuration replayDuration,

        @Schema(description = "Why an end of the duration's range is not known; null where both are.", nullable = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        String reason,

        @Schema(description = "What to know before; empty as a rule.", required = true)
        List<ReplayWarning> warnings) {

    /** From the quickest the group was seen to read to its usual pace. */
    @Schema(description = "A range: from the quickest the group was seen to read in the last hour to its usual pace.")
    public record ReplayDuration(
            @Schema(
                    description = "At the quickest; null where that is not known, or where it would not get there.",
                    nullable = true)
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Nullable
            Duration shortest,

            @Schema(description = "At the usual pace; null in the same cases.", nullable = true)
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Nullable
            Duration longest) {}

    /** What to know before a group is moved back. */
    @Schema(description = "What to know before a group is moved back.")
    public record ReplayWarning(
            @Schema(
                    description = "replay-outlives-retention: records will be deleted before they are reached.",
                    required = true)
            String warning,

            @Schema(description = "In words.", required = true)
            String detail,

            @Schema(description = "The topic.", required = true)
            String topic,

            @Schema(description = "The partition number.", required = true)
            int partition) {}

    static ReplayItem of(Replay replay) {
        return new ReplayItem(
                replay.offsets(),
                new ReplayDuration(
                        replay.shortest().orElse(null), replay.longest().orElse(null)),
                replay.reason().orElse(null),
                replay.outlived().stream()
                        .map(each -> new ReplayWarning(
                                "replay-outlives-retention",
                                each.detail(),
                                each.partition().topic(),
                                each.partition().partition()))
                        .toList());
    }
}
