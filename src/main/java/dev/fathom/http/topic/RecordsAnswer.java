package dev.fathom.http.topic;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Records read from one log. */
@Schema(description = "Records read from one log, without joining a group or committing.")
public record RecordsAnswer(
        @Schema(description = "The records, in the order of the log.", required = true)
        List<RecordItem> items,

        @Schema(description = "The log start.", required = true)
        long firstOffset,

        @Schema(description = "The end of the log when the reading began.", required = true)
        long highWatermark,

        @Schema(
                description =
                        "The position to go on from: past gaps that compaction, markers and aborted transactions leave.",
                required = true)
        long nextOffset,

        @Schema(description = "Whether the reading stopped because of the 4 MiB bound on one answer.", required = true)
        boolean cutShort,

        @Schema(description = "When the cluster was asked.", required = true)
        Instant observedAt) {}
