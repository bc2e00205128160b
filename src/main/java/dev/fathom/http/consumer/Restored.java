package dev.fathom.http.consumer;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What was written back. */
@Schema(description = "What was written back.")
public record Restored(
        @Schema(description = "How many definitions.", required = true)
        int consumers) {}
