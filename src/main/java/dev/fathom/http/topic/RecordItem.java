package dev.fathom.http.topic;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.LogRecord;
import dev.fathom.http.words.WordsOf;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A record as it lies in the log. */
@Schema(description = "A record as it lies in the log.")
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RecordItem(
        @Schema(description = "Its offset.", required = true)
        long offset,

        @Schema(description = "Its timestamp; absent when it has none.") @Nullable
        Instant timestamp,

        @Schema(description = "Who set the timestamp.", required = true) @WordsOf(LogRecord.TimestampType.class)
        String timestampType,

        @Schema(description = "Its key; null when it has none.", nullable = true) @Nullable
        RecordContent key,

        @Schema(description = "Its value; null for a tombstone.", nullable = true) @Nullable
        RecordContent value,

        @Schema(description = "Its headers, in the order of the record.", required = true)
        List<RecordHeader> headers,

        @Schema(description = "How large it is.", required = true)
        RecordSizes sizes) {}
