package dev.fathom.http.group;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.http.answer.OfTheMoment;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.GroupSummary;
import dev.fathom.progress.Verdict;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A group in a list. */
@Schema(description = "A group in a list.")
public record GroupItem(
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

        @Schema(description = "How many members it has.", required = true)
        int members,

        @Schema(description = "How many topics it has committed to or is assigned.", required = true)
        int topics,

        @Schema(description = "What it is behind; only with include=lag, or where lag is what the list is about.")
        @Nullable
        LagSummary lag,

        @Schema(
                description =
                        "How far behind in time it is, as of the last look even where the list is fresh; only with include=lag, or"
                                + " where lag is what the list is about.")
        @Nullable
        GroupTimeLag timeLag,

        @Schema(
                description =
                        "What is the matter with it, in a word: the worst of its partitions, as of the last look.")
        @WordsOf(value = Verdict.class, open = true)
        String verdict,

        @Schema(description = "fathom for what the service itself runs on; absent otherwise.")
        @WordsOf(Owner.class)
        @Nullable
        String owner,

        @Schema(description = "Path of the group.", required = true)
        String self)
        implements OfTheMoment {

    public static GroupItem of(Cluster cluster, GroupSummary summary, boolean withLag, SeenGroups seen) {
        GroupListing group = summary.listing();
        String self = Links.group(cluster.name(), group.id());
        return new GroupItem(
                group.id(),
                group.type().wireName(),
                group.state().wireName(),
                group.protocol(),
                group.simple(),
                summary.described().members().size(),
                summary.topics().size(),
                withLag ? summary.lag().map(lag -> LagSummary.of(self, lag)).orElse(null) : null,
                withLag ? GroupTimeLag.of(seen.longestLag(cluster, group.id())) : null,
                seen.verdict(cluster, group.id()).wireName(),
                Owner.of(group.id()),
                self);
    }
}
