package dev.fathom.http.group;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.http.answer.Numbers;
import dev.fathom.http.cluster.BrokerItem;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.GroupOffsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A group: its members, its coordinator, its lag. */
@Schema(description = "A group: its members, its coordinator, its lag.")
public record GroupDetail(
        @Schema(description = "Its id, exactly.", required = true)
        String id,

        @Schema(description = "The protocol family.", required = true) @WordsOf(GroupType.class)
        String type,

        @Schema(description = "Its state.", required = true) @WordsOf(GroupState.class)
        String state,

        @Schema(
                description = "The protocol type of its members; empty for a group that was only ever committed to.",
                required = true)
        String protocol,

        @Schema(
                description = "Whether it was only ever committed to: by assign(), or made by a reset.",
                required = true)
        boolean simple,

        @Schema(description = "The assignor of the partitions; absent until one was chosen.") @Nullable
        String assignor,

        @Schema(description = "The broker that runs the group.") @Nullable
        BrokerItem coordinator,

        @Schema(description = "Raised with every change of members or subscriptions; absent in classic groups.")
        @Nullable
        Integer groupEpoch,

        @Schema(description = "The group epoch the target assignment was made for; absent in classic groups.") @Nullable
        Integer assignmentEpoch,

        @Schema(description = "Epoch of the topology; streams groups only.") @Nullable
        Integer topologyEpoch,

        @Schema(
                description =
                        "How far members have got to their target; consumer and streams groups with members only.")
        @Nullable
        Reconciliation reconciliation,

        @Schema(description = "Its members, by id.", required = true)
        List<MemberItem> members,

        @Schema(description = "Streams groups only.") @Nullable
        List<SubtopologyItem> subtopologies,

        @Schema(description = "What it is behind.", required = true)
        LagSummary lag,

        @Schema(
                description =
                        "What the service's own principal may do to the group; absent where the brokers do not say.")
        @Nullable
        List<String> authorizedOperations,

        @Schema(description = "fathom for what the service itself runs on; absent otherwise.")
        @WordsOf(Owner.class)
        @Nullable
        String owner,

        @Schema(description = "Path of the group.", required = true)
        String self,

        @Schema(description = "When the cluster was asked.", required = true)
        Instant observedAt) {

    public static GroupDetail of(Cluster cluster, Snapshot<GroupOffsets> snapshot) {
        GroupOffsets offsets = snapshot.value();
        GroupDescription group = offsets.group();
        return new GroupDetail(
                group.id(),
                group.type().wireName(),
                group.state().wireName(),
                group.protocol(),
                group.simple(),
                group.assignor().orElse(null),
                group.coordinator().map(BrokerItem::of).orElse(null),
                Numbers.orNull(group.groupEpoch()),
                Numbers.orNull(group.assignmentEpoch()),
                Numbers.orNull(group.topologyEpoch()),
                Reconciliation.of(group).orElse(null),
                members(offsets),
                group.subtopologies().isEmpty()
                        ? null
                        : group.subtopologies().stream()
                                .map(SubtopologyItem::of)
                                .toList(),
                LagSummary.of(Links.group(cluster.name(), group.id()), offsets.totals()),
                group.authorizedOperations().isEmpty() ? null : group.authorizedOperations(),
                Owner.of(group.id()),
                Links.group(cluster.name(), group.id()),
                snapshot.observedAt());
    }

    private static List<MemberItem> members(GroupOffsets offsets) {
        return offsets.group().members().stream()
                .map(member -> MemberItem.of(offsets, member))
                .sorted(Comparator.comparing(MemberItem::memberId))
                .toList();
    }
}
