package dev.fathom.http.topic;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How large a record is. */
@Schema(description = "How large a record is, in bytes before truncation.")
public record RecordSizes(
        @Schema(description = "Bytes of the key; 0 when absent.", required = true)
        int key,

        @Schema(description = "Bytes of the value; 0 when absent.", required = true)
        int value,

        @Schema(description = "Bytes of all header keys and values.", required = true)
        int headers) {}
