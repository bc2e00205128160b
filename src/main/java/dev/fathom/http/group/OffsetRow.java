package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupType;
import dev.fathom.http.answer.Numbers;
import dev.fathom.http.answer.OfTheMoment;
import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.PartitionLag;
import dev.fathom.lag.PartitionStatus;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One group on one partition. */
@Schema(
        description =
                "One group on one partition. Numbers are in offsets; null is a number that cannot be known, and the status says why.")
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OffsetRow(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition number.", required = true)
        int partition,

        @Schema(
                description = "The next offset the group will read; null without a commit, and for share groups.",
                nullable = true)
        @Nullable
        Long committedOffset,

        @Schema(description = "Share groups only: the first offset that may still be delivered.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        Long startOffset,

        @Schema(
                description = "Leader epoch the committer gave with the commit; null when it gave none.",
                nullable = true)
        @Nullable
        Integer leaderEpoch,

        @Schema(description = "Text the committer left with the commit; null when it left none.", nullable = true)
        @Nullable
        String metadata,

        @Schema(description = "The log start; null when unknown.", nullable = true) @Nullable
        Long firstOffset,

        @Schema(
                description = "The high watermark: the next offset a consumer can reach; null when unknown.",
                nullable = true)
        @Nullable
        Long lastOffset,

        @Schema(
                description =
                        "Last offset (with isolation=read_committed the last stable one) minus commit; in share groups the records that are not done, as the brokers (4.2 and later) count them. Null when it cannot be known, never negative. An upper bound of records: compaction, markers and aborted transactions leave gaps.",
                nullable = true)
        @Nullable
        Long lag,

        @Schema(
                description =
                        "The most of the lag that can still be read: the end minus the later of commit and first offset, an"
                                + " upper bound of records for the same reasons as the lag.")
        @Nullable
        Long effectiveLag,

        @Schema(description = "How many offsets between the commit and the log start are gone; 0 when none are.")
        @Nullable
        Long lostRecords,

        @Schema(description = "Last offset minus last stable offset: what open transactions hold back.") @Nullable
        Long uncommittedTail,

        @Schema(
                description =
                        "Share groups only: last offset minus start offset; records in flight and done count too.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        Long lagUpperBound,

        @Schema(description = "What is to be known, the first that fits in the order listed.", required = true)
        @WordsOf(PartitionStatus.class)
        String status,

        @Schema(
                description =
                        "Whether the group has members and none of them is assigned any partition of the topic; false where what"
                                + " one of them is assigned is not known.",
                required = true)
        boolean stale,

        @Schema(
                description =
                        "The member the partition is assigned to; null when there is none, or several (see members), or where"
                                + " what a member is assigned is not known (its assignmentProblem says why).",
                nullable = true)
        @Nullable
        OwnerMember member,

        @Schema(
                description =
                        "Every member the partition is assigned to, where that is more than one: in share groups as a rule,"
                                + " elsewhere while members disagree, or because their assignor is wrong. Absent otherwise.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        List<OwnerMember> members,

        @Schema(description = "How long the first unread record has been there, since it arrived.")
        TimeLagItem timeLag,

        @Schema(
                description =
                        "How old the first unread record is by its own timestamp, which says how fresh what is read is and nothing of"
                                + " speed; null where nothing is unread, the record was not read, or its timestamp lies in the"
                                + " future.",
                nullable = true)
        @Nullable
        Duration recordAge,

        @Schema(description = "What is the matter on this partition; absent while nobody has looked at it.")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable
        VerdictItem verdict)
        implements OfTheMoment {

    static OffsetRow of(GroupType type, PartitionLag row, SeenGroup seen) {
        Long offset = row.committed().map(Commit::offset).orElse(null);
        return new OffsetRow(
                row.partition().topic(),
                row.partition().partition(),
                type.hasCommits() ? offset : null,
                type.hasCommits() ? null : offset,
                row.committed()
                        .map(commit -> Numbers.orNull(commit.leaderEpoch()))
                        .orElse(null),
                row.committed()
                        .map(Commit::metadata)
                        .filter(text -> !text.isEmpty())
                        .orElse(null),
                row.firstOffset(),
                row.lastOffset(),
                row.lag(),
                row.effectiveLag(),
                row.lostRecords(),
                row.uncommittedTail(),
                row.lagUpperBound(),
                row.status().wireName(),
                row.stale(),
                row.owner().map(OwnerMember::of).orElse(null),
                row.owners().size() < 2
                        ? null
                        : row.owners().stream().map(OwnerMember::of).toList(),
                TimeLagItem.of(seen.timeLag(row)),
                seen.recordAge(row).orElse(null),
                seen.of(row).map(VerdictItem::of).orElse(null));
    }
}
