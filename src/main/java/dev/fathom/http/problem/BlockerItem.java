package dev.fathom.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.cluster.WireNames;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Blocker;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why a change cannot be made now. */
@Schema(description = "Why a change cannot be made now: the problem the real call would be answered with.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BlockerItem(
        @Schema(description = "What kind of problem: a link into the catalogue.", required = true)
        String type,

        @Schema(description = "The kind in words.", required = true)
        String title,

        @Schema(description = "The status of the real call.", required = true)
        int status,

        @Schema(description = "The kind of blocker, finer than the type.", required = true)
        @WordsOf(value = Blocker.Why.class, open = true)
        String reason,

        @Schema(description = "This case: names, numbers, what to do.", required = true)
        String detail,

        @Schema(description = "The topic it is about; absent when it is about the group.") @Nullable
        String topic,

        @Schema(description = "The partition it is about.") @Nullable
        Integer partition,

        @Schema(description = "The members that block the change.") @Nullable
        List<MemberRef> members,

        @Schema(
                description = "The field or parameter of the request that lifts it; absent where none does.",
                examples = "acknowledgeInUse")
        @Nullable
        String liftedBy) {

    public static BlockerItem of(Blocker blocker) {
        ProblemType type = Problems.typeOf(blocker);
        return new BlockerItem(
                type.link(),
                type.title(),
                type.status(),
                WireNames.of(blocker.why()),
                blocker.detail(),
                blocker.partition().map(TopicPartition::topic).orElse(null),
                blocker.partition().map(TopicPartition::partition).orElse(null),
                members(blocker),
                blocker.liftedBy().orElse(null));
    }

    static @Nullable List<MemberRef> members(Blocker blocker) {
        return blocker.members().isEmpty()
                ? null
                : blocker.members().stream().map(MemberRef::of).toList();
    }
}
