package dev.fathom.http.topic;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A header of a record. */
@Schema(description = "A header of a record.")
public record RecordHeader(
        @Schema(description = "Its key; a key may occur more than once.", required = true)
        String key,

        @Schema(description = "Its value; absent when null.") @Nullable
        RecordContent value) {}
