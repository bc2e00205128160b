package dev.fathom.http.reset;

import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.http.auth.AuditedAnswer;
import dev.fathom.http.problem.BlockerItem;
import dev.fathom.http.problem.MoveRow;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.AuditLine;
import dev.fathom.operation.Kind;
import dev.fathom.reset.CommandLines;
import dev.fathom.reset.Move;
import dev.fathom.reset.Plan;
import dev.fathom.reset.Plan.Unseen;
import dev.fathom.reset.Resets.Exactly;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A plan for the commits of a group, and what came of it; the same for a dry run and the real thing. */
@Schema(
        description =
                "A plan for the commits of a group, and what came of it; the same shape for a dry run and the real thing.")
public record MoveAnswer(
        @Schema(description = "The group.", required = true) String group,

        @Schema(description = "The group's protocol family.", required = true) @WordsOf(GroupType.class)
        String type,

        @Schema(description = "The group's state when it was planned; absent for a group that did not exist.") @Nullable
        String state,

        @Schema(description = "What is done.", required = true)
        @WordsOf(
                value = Kind.class,
                only = {"RESET", "COPY", "UNDO", "DELETE_OFFSETS", "DELETE_GROUP"})
        String kind,

        @Schema(description = "Whether this is a dry run: nothing was changed.", required = true)
        boolean dryRun,

        @Schema(
                description = "Whether it can be done now, or was done. blockers says what prevents it.",
                required = true)
        boolean applicable,

        @Schema(description = "What prevents the change; the real call fails with the first.", required = true)
        List<BlockerItem> blockers,

        @Schema(description = "What to know before.", required = true)
        List<WarningItem> warnings,

        @Schema(description = "By topic and partition.", required = true)
        List<MoveRow> partitions,

        @Schema(description = "In numbers.", required = true)
        MoveTotals totals,

        @Schema(description = "Path of the operation in the journal; absent in dry runs and where nothing was changed.")
        @Nullable
        String operation,

        @Schema(
                description =
                        "Command lines of Kafka's own tools that come to the same. They clamp what lies outside the log and"
                                + " check nothing else.",
                required = true)
        List<String> cli,

        @Schema(description = "Dry runs of resets: a body that applies exactly these numbers.") @Nullable
        ResetBody applyBody,

        @Schema(description = "The If-Match that belongs to applyBody.") @Nullable
        String applyETag,

        @Schema(description = "What no undo brings back; absent where that is nothing.") @Nullable
        String undoLimit,

        @Schema(
                description =
                        "False where everything the group has committed is meant and the cluster's ACLs may hide topics from the"
                                + " service, so that commits on those stay as they are; absent otherwise.")
        @Nullable
        Boolean complete,

        @Schema(description = "Dry runs that move the group back: what reading all that again takes; absent otherwise.")
        @Nullable
        ReplayItem replay,

        @Schema(
                description =
                        "Undoing a park: where the copy lies, which no undo takes away, so that the record is read again and"
                                + " parked all the same; absent otherwise.")
        @Nullable
        ParkedPlace copyLeft)
        implements AuditedAnswer {

    public static final String UNDO_LIMIT =
            "The cluster's ACLs may hide topics from the service, and commits on those are deleted with the group. An undo,"
                    + " with acknowledgeUnseen: true, puts back the others.";

    /**
     * @param exactly what would apply its numbers
     * @param replay what reading again takes
     */
    public static MoveAnswer of(
            String cluster, Move move, boolean dryRun, Optional<Exactly> exactly, Optional<ReplayItem> replay) {
        Plan plan = move.plan();
        List<MoveRow> rows =
                plan.rows().stream().map(row -> MoveRow.of(row, move.result())).toList();
        return new MoveAnswer(
                plan.group().id(),
                plan.group().type().wireName(),
                plan.description()
                        .map(GroupDescription::state)
                        .map(state -> state.wireName())
                        .orElse(null),
                plan.kind().wireName(),
                dryRun,
                plan.applicable(),
                plan.blockers().stream().map(BlockerItem::of).toList(),
                plan.warnings().stream().map(WarningItem::of).toList(),
                rows,
                MoveTotals.of(rows),
                move.operation().map(Links::operation).orElse(null),
                CommandLines.of(plan),
                exactly.map(exact -> ResetBody.of(exact.request())).orElse(null),
                exactly.map(exact -> exact.tag().toString()).orElse(null),
                plan.unseen() == Unseen.DELETED ? UNDO_LIMIT : null,
                plan.unseen() == Unseen.LEFT_ALONE ? false : null,
                replay.orElse(null),
                null);
    }

    /** The same of an undo of an operation that left a copy of a record in another topic. */
    public MoveAnswer leaving(Optional<RecordPlace> copy) {
        return new MoveAnswer(
                group,
                type,
                state,
                kind,
                dryRun,
                applicable,
                blockers,
                warnings,
                partitions,
                totals,
                operation,
                cli,
                applyBody,
                applyETag,
                undoLimit,
                complete,
                replay,
                copy.map(ParkedPlace::of).orElse(null));
    }

    @Override
    public void describe(AuditLine line) {
        line.text("journal", operation)
                .changes(partitions.stream().map(MoveAnswer::change).toList());
    }

    private static String change(MoveRow row) {
        return row.topic() + "-" + row.partition() + ":"
                + (row.from() == null ? "none" : row.from().offset()) + ">"
                + (row.to() == null ? "none" : row.to().offset()) + "(" + row.outcome() + ")";
    }
}
