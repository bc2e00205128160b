package dev.fathom.http.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.definition.Desired;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The definition of a managed consumer, as it is sent. */
@Schema(name = "ConsumerDefinition", description = "The definition of a managed consumer.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerBody(
        @Schema(
                description =
                        "Its name on the cluster: 1 to 63 of a-z, 0-9 and -. Needed in a POST; in a PUT it may be left"
                                + " out.")
        @Nullable
        String name,

        @Schema(description = "What it is to do.", defaultValue = "running") @WordsOf(Desired.class)
        String desired,

        @Schema(description = "What it reads, and where that goes.", required = true)
        ConsumerSpec spec) {}
