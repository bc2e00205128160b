package dev.fathom.http.group;

import dev.fathom.group.Comparisons.Pair;
import dev.fathom.http.answer.Numbers;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where two groups are on one partition. */
@Schema(description = "Where two groups are on one partition.")
public record ComparedRow(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition's number.", required = true)
        int partition,

        @Schema(description = "What the group has committed; absent for nothing.") @Nullable
        Long committedOffset,

        @Schema(description = "What the other group has committed; absent for nothing.") @Nullable
        Long otherOffset,

        @Schema(
                description =
                        "How far the group is ahead of the other, in offsets; negative when behind. Absent unless both have a"
                                + " commit.")
        @Nullable
        Long difference) {

    public static ComparedRow of(Pair pair) {
        return new ComparedRow(
                pair.partition().topic(),
                pair.partition().partition(),
                Numbers.orNull(pair.one()),
                Numbers.orNull(pair.other()),
                pair.ahead().orElse(null));
    }
}
