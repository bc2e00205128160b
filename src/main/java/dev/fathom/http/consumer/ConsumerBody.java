package dev.fathom.http.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The definition of a managed consumer, as it is sent. */
@Schema(name = "ConsumerDefinition", description = "The definition of a managed consumer.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerBody(
        @Schema(
                description =
                        "Its name on the cluster: 1 to 63 of a-z, 0-9 and -. Needed in a POST; in a PUT it may be left"
                                + " out.")
        String name,

        @Schema(
                description = "What it is to do.",
                enumeration = {"running", "paused", "stopped"},
                defaultValue = "running")
        String desired,

        @Schema(description = "What it reads, and where that goes.", required = true)
        ConsumerSpec spec) {}
