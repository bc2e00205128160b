package dev.fathom.http.group;

import dev.fathom.cluster.Member;
import dev.fathom.http.answer.Numbers;
import dev.fathom.lag.GroupOffsets;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One member of a group and what it owns. */
@Schema(description = "One member of a group and what it owns.")
public record MemberItem(
        @Schema(description = "The id the coordinator knows it by.", required = true)
        String memberId,

        @Schema(description = "Static membership id (group.instance.id); absent for dynamic and share members.")
        @Nullable
        String instanceId,

        @Schema(description = "The client's own name.", required = true)
        String clientId,

        @Schema(description = "The address its connection comes from.", required = true)
        String host,

        @Schema(description = "Its rack (client.rack), if it sent one; classic members do not.") @Nullable
        String rackId,

        @Schema(description = "The member's epoch; absent in classic groups.") @Nullable
        Integer epoch,

        @Schema(
                description =
                        "Whether it speaks the consumer protocol in a group that may still have classic members; absent elsewhere.")
        @Nullable
        Boolean upgraded,

        @Schema(description = "What it owns, by topic.", required = true)
        List<AssignmentItem> assignment,

        @Schema(
                description =
                        "Why what it owns is not known, where it is not: then its assignment is empty, its lag null, and"
                                + " no row names it.")
        @Nullable
        String assignmentProblem,

        @Schema(description = "What the coordinator wants it to own; consumer and streams groups only.") @Nullable
        List<AssignmentItem> targetAssignment,

        @Schema(description = "Streams members only.") @Nullable
        TasksItem tasks,

        @Schema(
                description =
                        "Sum of the lag of the partitions it owns, in offsets; null when nothing of it is known. In share groups a partition counts for each of its members, and by its upper bound where the brokers tell no lag.",
                nullable = true)
        @Nullable
        Long lag) {

    public static MemberItem of(GroupOffsets offsets, Member member) {
        return new MemberItem(
                member.memberId(),
                member.instanceId().orElse(null),
                member.clientId(),
                member.host(),
                member.rackId().orElse(null),
                Numbers.orNull(member.epoch()),
                member.upgraded().orElse(null),
                AssignmentItem.of(member.assignment()),
                member.assignmentProblem().orElse(null),
                member.targetAssignment().map(AssignmentItem::of).orElse(null),
                member.tasks().map(TasksItem::of).orElse(null),
                member.assignmentProblem().isPresent()
                        ? null
                        : offsets.of(member).behind());
    }
}
