package dev.fathom.http.group;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Which groups' lag is wanted. */
@Schema(description = "Which groups' lag is wanted.")
public record LagQueryRequest(
        @Schema(description = "Group ids, exactly, 1 to 1000 of them.", required = true)
        List<String> groups) {}
