package dev.fathom.http.answer;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where in the whole list an answer's items are. */
@Schema(description = "Where in the whole list these items are.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PageInfo(
        @Schema(description = "How many items the whole list has.", required = true)
        int total,

        @Schema(description = "The most items one page has.", required = true)
        int limit,

        @Schema(
                description =
                        "Value for the query parameter cursor to get the next page; absent on the last. The whole URL is in the Link header.")
        @Nullable
        String next) {}
