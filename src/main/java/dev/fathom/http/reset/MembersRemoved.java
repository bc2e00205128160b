package dev.fathom.http.reset;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.WireNames;
import dev.fathom.http.problem.BlockerItem;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import dev.fathom.reset.MemberRemovals.Removed;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Who is to be removed from a group, and what became of it. */
@Schema(description = "Who is to be removed from a group, and what became of it.")
record MembersRemoved(
        @Schema(description = "The group.", required = true) String group,

        @Schema(description = "Whether this is a dry run: nothing was changed.", required = true)
        boolean dryRun,

        @Schema(description = "Whether it can be done now, or was done.", required = true)
        boolean applicable,

        @Schema(description = "What prevents the change.", required = true)
        List<BlockerItem> blockers,

        @Schema(description = "What to know before.", required = true)
        List<WarningItem> warnings,

        @Schema(description = "The members, by member id.", required = true)
        List<RemovedItem> members,

        @Schema(
                description =
                        "Path of the operation in the journal; absent in dry runs and when no member was removed.")
        @Nullable
        String operation) {

    /** One member that is to be removed. */
    @Schema(description = "One member that is to be removed.")
    public record RemovedItem(
            @Schema(description = "The id the coordinator knows it by.", required = true)
            String memberId,

            @Schema(description = "Static membership id (group.instance.id).") @Nullable
            String instanceId,

            @Schema(description = "The client's own name.", required = true)
            String clientId,

            @Schema(description = "The address its connection comes from.", required = true)
            String host,

            @Schema(description = "What becomes of it.", required = true) @WordsOf(Outcome.class)
            String outcome,

            @Schema(description = "Why it was not removed.") @Nullable
            ItemProblem problem) {

        /** What becomes of a member. */
        enum Outcome {
            PLANNED,
            REMOVED,
            FAILED
        }

        static RemovedItem of(Removed removed, Member member) {
            String name = member.instanceId().orElse(member.memberId());
            Optional<ClusterException> problem =
                    removed.result().flatMap(result -> result.members().getOrDefault(name, Optional.empty()));
            Outcome outcome = removed.result().isEmpty()
                    ? Outcome.PLANNED
                    : problem.isPresent() ? Outcome.FAILED : Outcome.REMOVED;
            return new RemovedItem(
                    member.memberId(),
                    member.instanceId().orElse(null),
                    member.clientId(),
                    member.host(),
                    WireNames.of(outcome),
                    problem.map(why -> ItemProblem.of(null, why)).orElse(null));
        }
    }

    static MembersRemoved of(Removed removed, boolean dryRun) {
        return new MembersRemoved(
                removed.plan().group().id(),
                dryRun,
                removed.plan().applicable(),
                removed.plan().blockers().stream().map(BlockerItem::of).toList(),
                removed.plan().warnings().stream().map(WarningItem::of).toList(),
                removed.members().stream()
                        .map(member -> RemovedItem.of(removed, member))
                        .toList(),
                removed.operation().map(Links::operation).orElse(null));
    }
}
