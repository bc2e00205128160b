package dev.fathom.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.cluster.WireNames;
import dev.fathom.http.words.WordsOf;
import dev.fathom.reset.PlanTag;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One thing that differs from what was planned for. */
@Schema(description = "One thing that differs from what was planned for.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanDifference(
        @Schema(
                description =
                        "The request itself, the group's type, state or epoch, what is committed, or where a position lies"
                                + " (and which topic that is in).",
                required = true)
        @WordsOf(PlanTag.Difference.What.class)
        String what,

        @Schema(description = "The topic it is about.") @Nullable
        String topic,

        @Schema(description = "The partition it is about.") @Nullable
        Integer partition,

        @Schema(description = "What is there now.", required = true)
        String detail) {

    public static PlanDifference of(PlanTag.Difference difference) {
        return new PlanDifference(
                WireNames.of(difference.what()),
                difference.partition().map(TopicPartition::topic).orElse(null),
                difference.partition().map(TopicPartition::partition).orElse(null),
                difference.detail());
    }
}
