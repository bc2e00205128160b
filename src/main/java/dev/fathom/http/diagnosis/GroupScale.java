package dev.fathom.http.diagnosis;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.diagnosis.Scale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How many members a group should have. */
@Schema(description = "How many members a group should have for what is unread to be read in time.")
public record GroupScale(
        @Schema(description = "How many it has.", required = true)
        int members,

        @Schema(
                description =
                        "How many it should have, from 0 to max; 0 while a reset waits for the group to be empty. Null where that does"
                                + " not follow from what is known: then keep what there is.",
                nullable = true,
                required = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Integer wanted,

        @Schema(description = "How many partitions it reads: more members than that would be idle.", required = true)
        int max,

        @Schema(description = "In words, with numbers.", required = true)
        String reason) {

    static GroupScale of(Scale scale) {
        return new GroupScale(scale.members(), scale.wanted(), scale.max(), scale.reason());
    }
}
