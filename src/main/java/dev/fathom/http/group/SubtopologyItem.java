package dev.fathom.http.group;

import dev.fathom.cluster.GroupDescription;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One part of a streams topology. */
@Schema(description = "One connected part of a streams topology and the topics around it.")
public record SubtopologyItem(
        @Schema(description = "Its id.", required = true) String id,

        @Schema(description = "Topics it reads from outside.", required = true)
        List<String> sourceTopics,

        @Schema(description = "Internal topics it reads.", required = true)
        List<String> repartitionTopics,

        @Schema(description = "Internal topics that back its state stores.", required = true)
        List<String> changelogTopics) {

    static SubtopologyItem of(GroupDescription.Subtopology subtopology) {
        return new SubtopologyItem(
                subtopology.id(),
                subtopology.sourceTopics(),
                subtopology.repartitionTopics(),
                subtopology.changelogTopics());
    }
}
