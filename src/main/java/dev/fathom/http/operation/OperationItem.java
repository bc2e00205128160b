package dev.fathom.http.operation;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.cluster.WireNames;
import dev.fathom.http.problem.CommitItem;
import dev.fathom.http.request.Links;
import dev.fathom.http.reset.MoveAnswer;
import dev.fathom.http.reset.ParkedPlace;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Change;
import dev.fathom.operation.Kind;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Parking;
import dev.fathom.operation.Redrive;
import dev.fathom.operation.Result;
import dev.fathom.operation.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One change made through the service, or an attempt at one. */
@Schema(description = "One change made through the service, or an attempt at one, as recorded in the journal.")
public record OperationItem(
        @Schema(description = "Its id; ids sort by time.", required = true)
        String id,

        @Schema(description = "What it does.", required = true) @WordsOf(Kind.class)
        String kind,

        @Schema(description = "The cluster.", required = true)
        String cluster,

        @Schema(description = "The group.", required = true) String group,

        @Schema(description = "Who asked for it; anonymous without authentication.", required = true)
        String actor,

        @Schema(description = "Why, in the caller's words.") @Nullable
        String reason,

        @Schema(description = "The id of the request.", required = true)
        String requestId,

        @Schema(description = "When it began, on the clock of the broker that keeps the journal.", required = true)
        Instant at,

        @Schema(description = "When it ended; absent while it has not.") @Nullable
        Instant endedAt,

        @Schema(
                description =
                        "waiting: for the group to be empty. applying: under way, or its replica is gone and what became of it"
                                + " is found out within a minute or so. unknown: it cannot be found out whether it was done. refused:"
                                + " another change was in the way, or its plan was outdated.",
                required = true)
        @WordsOf(Status.class)
        String status,

        @Schema(description = "What went wrong with it as a whole.") @Nullable
        String problem,

        @Schema(description = "How many commits it changes.", required = true)
        int changeCount,

        @Schema(
                description =
                        "What it does to each commit; left out where the operations of a page have more than 20000 changes"
                                + " together, then only the operation itself has them.")
        @Nullable
        List<ChangeItem> changes,

        @Schema(description = "remove-members: who.") @Nullable
        List<RemovedMember> members,

        @Schema(description = "How long it waits for its group to be empty.") @Nullable
        Instant waitsUntil,

        @Schema(description = "Whether an undo can put back all of it.", required = true)
        boolean undoable,

        @Schema(
                description =
                        "What no undo brings back; absent where that is nothing, or where nothing can be put back at all.")
        @Nullable
        String undoLimit,

        @Schema(description = "Id of the operation that this one undoes.") @Nullable
        String undoOf,

        @Schema(description = "Id of the operation that undid this one.") @Nullable
        String undoneBy,

        @Schema(description = "Path of the operation.", required = true)
        String self,

        @Schema(description = "Parking a record: which, and where its copy is; absent otherwise.") @Nullable
        ParkingItem parking,

        @Schema(
                description =
                        "Putting a parked record back: which, and where it is now; absent otherwise. No commit changes.")
        @Nullable
        RedriveItem redrive) {

    /** A record that was parked. */
    @Schema(description = "A record that was parked.")
    public record ParkingItem(
            @Schema(description = "Where the record lies.", required = true)
            ParkedPlace record,

            @Schema(description = "The topic its copy goes to.", required = true)
            String to,

            @Schema(description = "Where the copy lies; absent while none was acknowledged.") @Nullable
            ParkedPlace copy) {

        static ParkingItem of(Parking parking) {
            return new ParkingItem(
                    ParkedPlace.of(parking.record()),
                    parking.to(),
                    parking.copy().map(ParkedPlace::of).orElse(null));
        }
    }

    /** A parked record that was put back. */
    @Schema(description = "A parked record that was put back.")
    public record RedriveItem(
            @Schema(description = "Where it is parked.", required = true)
            ParkedPlace copy,

            @Schema(description = "The topic it was put back on.", required = true)
            String topic,

            @Schema(description = "The partition it was put back on.", required = true)
            int partition,

            @Schema(description = "The offset it has there; absent while it was not acknowledged.") @Nullable
            Long offset) {

        static RedriveItem of(Redrive redrive) {
            return new RedriveItem(
                    ParkedPlace.of(redrive.copy()),
                    redrive.to().topic(),
                    redrive.to().partition(),
                    redrive.offset().isPresent() ? redrive.offset().getAsLong() : null);
        }
    }

    /** What an operation does to one commit. */
    @Schema(description = "What an operation does to one commit.")
    public record ChangeItem(
            @Schema(description = "The topic.", required = true)
            String topic,

            @Schema(description = "The partition's number.", required = true)
            int partition,

            @Schema(description = "What was committed; absent for nothing.") @Nullable
            CommitItem before,

            @Schema(description = "What was to be committed; absent for nothing.") @Nullable
            CommitItem after,

            @Schema(description = "What came of it; absent while nothing has.") @WordsOf(Result.Fate.class) @Nullable
            String outcome,

            @Schema(description = "Whether it was read back as it was to be; absent while it was not.") @Nullable
            Boolean verified,

            @Schema(description = "What went wrong.") @Nullable
            String problem) {

        static ChangeItem of(Operation operation, Change change) {
            TopicPartition partition = change.partition();
            Optional<Result.Fate> fate = operation.fateOf(partition);
            return new ChangeItem(
                    partition.topic(),
                    partition.partition(),
                    CommitItem.of(change.before()),
                    CommitItem.of(change.after()),
                    fate.map(WireNames::of).orElse(null),
                    fate.isPresent() ? operation.verified(partition) : null,
                    Optional.ofNullable(operation.rows().get(partition))
                            .flatMap(Operation.Row::problem)
                            .orElse(null));
        }
    }

    /** One member that was to be removed. */
    @Schema(description = "One member that was to be removed.")
    public record RemovedMember(
            @Schema(description = "Its instance id, or its member id where it has none.", required = true)
            String member,

            @Schema(description = "Why it was not removed; absent where it was.") @Nullable
            String problem) {}

    /** @param withChanges whether what it does to each commit is told */
    public static OperationItem of(Operation operation, boolean withChanges) {
        return new OperationItem(
                operation.id(),
                operation.kind().wireName(),
                operation.cluster(),
                operation.group(),
                operation.caller().actor(),
                operation.reason().orElse(null),
                operation.caller().requestId(),
                operation.at(),
                operation.endedAt().orElse(null),
                operation.status().wireName(),
                operation.problem().orElse(null),
                operation.changeCount(),
                withChanges
                        ? operation.changes().get().stream()
                                .map(change -> ChangeItem.of(operation, change))
                                .toList()
                        : null,
                operation.members().isEmpty()
                        ? null
                        : operation.members().entrySet().stream()
                                .map(member -> new RemovedMember(
                                        member.getKey(), member.getValue().isEmpty() ? null : member.getValue()))
                                .toList(),
                operation.deferral().map(deferral -> deferral.until()).orElse(null),
                operation.undoable(),
                operation.unseen() && operation.leavesSomethingToUndo() ? MoveAnswer.UNDO_LIMIT : null,
                operation.undoOf().orElse(null),
                operation.undoneBy().orElse(null),
                Links.operation(operation.id()),
                operation.parking().map(ParkingItem::of).orElse(null),
                operation.redrive().map(RedriveItem::of).orElse(null));
    }
}
