package dev.fathom.http.diagnosis;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.GroupEvent;
import dev.fathom.progress.GroupHistory;
import dev.fathom.progress.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a group was like before. */
@Schema(description = "What a group was like, step by step, and what happened to it.")
public record LagHistory(
        @Schema(description = "The group.", required = true) String id,

        @Schema(
                description = "How far apart the points are: the step asked for, or the finest there is.",
                required = true)
        Duration step,

        @Schema(description = "The points, oldest first; moments nobody looked at have none.", required = true)
        List<LagPoint> points,

        @Schema(description = "What happened, oldest first; the last 32.", required = true)
        List<LagEvent> events,

        @Schema(description = "The end of the window.", required = true)
        Instant observedAt) {

    /** A group at one moment. */
    @Schema(description = "A group at one moment.")
    public record LagPoint(
            @Schema(description = "When.", required = true) Instant at,

            @Schema(description = "Records behind, in offsets; null when not known.", nullable = true)
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Nullable
            Long lag,

            @Schema(
                    description =
                            "Time lag of the partition with the longest, in tenths of a second; null when not known.",
                    nullable = true)
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Nullable
            Duration timeLag,

            @Schema(description = "Offsets a second its commits moved by since the point before; absent in the first.")
            @Nullable
            Double consumeRate,

            @Schema(description = "Offsets a second written meanwhile to the logs it reads; absent where not known.")
            @Nullable
            Double produceRate,

            @Schema(description = "How many members it had.", required = true)
            int members,

            @Schema(description = "Its verdict.", required = true) @WordsOf(value = Verdict.class, open = true)
            String verdict) {

        private static LagPoint of(GroupHistory.Point point) {
            return new LagPoint(
                    point.at(),
                    point.lag(),
                    point.timeLag(),
                    orNull(point.consumed()),
                    orNull(point.produced()),
                    point.members(),
                    point.verdict().wireName());
        }

        private static @Nullable Double orNull(OptionalDouble rate) {
            return rate.isPresent() ? Double.valueOf(Math.round(rate.getAsDouble() * 1000) / 1000.0) : null;
        }
    }

    /** Something that happened. */
    @Schema(description = "Something that happened to a group.")
    public record LagEvent(
            @Schema(description = "The first look that showed it.", required = true)
            Instant at,

            @Schema(
                    description =
                            "What kind of thing: members came or went or own something else; a commit was rewound; commits were moved"
                                    + " back, or jumped while nobody was in the group, and no operation of this service did that;"
                                    + " the verdict is another.",
                    required = true)
            @WordsOf(value = GroupEvent.Kind.class, open = true)
            String kind,

            @Schema(description = "In words.", required = true)
            String what,

            @Schema(description = "With moved-by-others: which commits; absent otherwise.") @Nullable
            MovedItem moved) {

        private static LagEvent of(GroupEvent event) {
            String what = event.moved().map(LagEvent::words).orElse(event.what());
            return new LagEvent(
                    event.at(),
                    event.kind().wireName(),
                    what,
                    event.moved().map(moved -> MovedItem.of(event)).orElse(null));
        }

        private static String words(GroupEvent.Moved moved) {
            GroupEvent.Moved.OfPartition first = moved.partitions().get(0);
            int more = moved.partitions().size() - 1 + moved.others();
            return first.partition() + " from " + first.from() + " to " + first.to()
                    + (more == 0 ? "" : ", and " + more + " more") + ", by no operation of this service";
        }
    }

    /** Commits that somebody else moved. */
    @Schema(
            description =
                    "Commits that somebody else moved, between two looks. A reset to committed-at: with a moment just before the look"
                            + " before takes that back.")
    public record MovedItem(
            @Schema(description = "The look before, which still showed them where they were.", required = true)
            Instant after,

            @Schema(description = "The look that showed them moved.", required = true)
            Instant until,

            @Schema(description = "Up to 16 of them.", required = true)
            List<MovedCommit> partitions,

            @Schema(description = "How many more there were.", required = true)
            int others) {

        private static MovedItem of(GroupEvent event) {
            GroupEvent.Moved moved = event.moved().orElseThrow();
            return new MovedItem(
                    moved.after(),
                    event.at(),
                    moved.partitions().stream()
                            .map(each -> new MovedCommit(
                                    each.partition().topic(), each.partition().partition(), each.from(), each.to()))
                            .toList(),
                    moved.others());
        }
    }

    /** One commit that somebody else moved. */
    @Schema(description = "One commit that somebody else moved.")
    public record MovedCommit(
            @Schema(description = "The topic.", required = true)
            String topic,

            @Schema(description = "The partition's number.", required = true)
            int partition,

            @Schema(description = "The offset committed before.", required = true)
            long from,

            @Schema(description = "The offset committed then.", required = true)
            long to) {}

    static LagHistory of(String id, GroupHistory history, Instant now) {
        return new LagHistory(
                id,
                history.step(),
                history.points().stream().map(LagPoint::of).toList(),
                history.events().stream().map(LagEvent::of).toList(),
                now);
    }
}
