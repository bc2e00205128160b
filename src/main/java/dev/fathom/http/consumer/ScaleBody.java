package dev.fathom.http.consumer;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many members a managed consumer is to have. */
@Schema(name = "ScaleRequest", description = "How many members a managed consumer is to have.")
public record ScaleBody(
        @Schema(description = "Members over all replicas, 1 to 32.", required = true)
        Integer members) {}
