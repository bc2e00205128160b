package dev.fathom.http.topic;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.topic.PartitionOffsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The bounds of one log, and where positions are in it. */
@Schema(description = "The bounds of one log, and where positions are in it.")
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TopicOffsets(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition number.", required = true)
        int partition,

        @Schema(description = "The log start; null when unknown.", nullable = true) @Nullable
        Long firstOffset,

        @Schema(
                description =
                        "The high watermark: the end of what is replicated, and the next offset a consumer can reach. Null when unknown.")
        @Nullable
        Long lastOffset,

        @Schema(
                description = "One past the last offset without an open transaction before it; null when unknown.",
                nullable = true)
        @Nullable
        Long lastStableOffset,

        @Schema(
                description = "Each position asked for, as it was written; null where it has no answer in this log.",
                required = true,
                nullable = true)
        @JsonInclude(content = JsonInclude.Include.ALWAYS)
        Map<String, OffsetAt> positions) {

    public static TopicOffsets of(PartitionOffsets offsets) {
        Map<String, OffsetAt> positions = new LinkedHashMap<>();
        offsets.positions()
                .forEach((written, offset) ->
                        positions.put(written, offset.map(OffsetAt::of).orElse(null)));
        return new TopicOffsets(
                offsets.partition().topic(),
                offsets.partition().partition(),
                offsets.firstOffset(),
                offsets.lastOffset(),
                offsets.lastStableOffset(),
                positions);
    }
}
