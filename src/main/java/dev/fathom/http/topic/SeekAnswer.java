package dev.fathom.http.topic;

import dev.fathom.topic.SoughtOffset;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a consumer's seek would give. */
@Schema(description = "What a plain consumer's seek would give: an offset inside the log.")
public record SeekAnswer(
        @Schema(description = "The offset.", required = true)
        long offset,

        @Schema(description = "The log start.", required = true)
        long firstOffset,

        @Schema(description = "The high watermark.", required = true)
        long lastOffset) {

    public static SeekAnswer of(SoughtOffset sought) {
        return new SeekAnswer(sought.offset(), sought.firstOffset(), sought.lastOffset());
    }
}
