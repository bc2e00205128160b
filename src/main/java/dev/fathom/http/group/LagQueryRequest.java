package dev.fathom.http.group;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Which groups' lag is wanted. */
@Schema(description = "Which groups' lag is wanted.")
public record LagQueryRequest(
        @Schema(description = "Group ids, exactly.", required = true, minItems = 1, maxItems = 1000)
        List<String> groups) {}
