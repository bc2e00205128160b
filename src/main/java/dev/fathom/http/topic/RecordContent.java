package dev.fathom.http.topic;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Bytes of a record, by what they are. */
@Schema(description = "Bytes of a record, as exactly one of text, json or base64.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecordContent(
        @Schema(description = "The bytes as UTF-8 text.") @Nullable
        String text,

        @Schema(description = "The bytes as JSON, exactly as written.", implementation = Object.class)
        @JsonRawValue
        @Nullable
        String json,

        @Schema(description = "The bytes in base64, if they are not text.") @Nullable
        String base64,

        @Schema(description = "True where only the first maxBytes bytes are shown.") @Nullable
        Boolean truncated) {}
