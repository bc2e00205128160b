package dev.fathom.http.parking;

import dev.fathom.http.auth.AuditedAnswer;
import dev.fathom.http.problem.BlockerItem;
import dev.fathom.http.reset.MoveAnswer;
import dev.fathom.operation.AuditLine;
import dev.fathom.reset.Move;
import dev.fathom.reset.Parks.Parked;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A record that is parked, and what becomes of its group; the same for a dry run and the real thing. */
@Schema(
        description =
                "A record that is parked, and what becomes of its group; the same shape for a dry run and the real thing.")
record ParkAnswer(
        @Schema(description = "Whether this is a dry run: nothing was changed.", required = true)
        boolean dryRun,

        @Schema(description = "Whether it can be done now, or was done.", required = true)
        boolean applicable,

        @Schema(description = "What prevents it.", required = true)
        List<BlockerItem> blockers,

        @Schema(description = "The record the group stands at.", required = true)
        RecordAt record,

        @Schema(description = "Its copy.", required = true) CopyItem copy,

        @Schema(
                description = "What becomes of the group, as of a reset to the offset after the record.",
                required = true)
        MoveAnswer move,

        @Schema(description = "Path of the operation in the journal; absent in dry runs.") @Nullable
        String operation)
        implements AuditedAnswer {

    /** The copy of a record that is parked. */
    @Schema(name = "ParkedCopy", description = "The copy of a record that is parked.")
    public record CopyItem(
            @Schema(description = "The topic it is in, or goes to.", required = true)
            String topic,

            @Schema(description = "The partition it is in, or goes to.", required = true)
            int partition,

            @Schema(description = "Its offset; absent while there is none.") @Nullable
            Long offset,

            @Schema(
                    description =
                            "Whether it was there before: the record was parked and its group did not move, or was moved back.",
                    required = true)
            boolean already,

            @Schema(
                    description =
                            "Whether the topic was searched as far as a copy could be; false where it has so many records that"
                                    + " only the newest were looked at.",
                    required = true)
            boolean searched) {

        static CopyItem of(Parked parked) {
            return parked.parking()
                    .copy()
                    .map(place -> new CopyItem(
                            place.topic(),
                            place.partition().partition(),
                            place.offset(),
                            parked.already(),
                            parked.whole()))
                    .orElseGet(
                            () -> new CopyItem(parked.parking().to(), parked.partition(), null, false, parked.whole()));
        }
    }

    static ParkAnswer of(String cluster, Parked parked, boolean dryRun) {
        Move move = parked.move();
        MoveAnswer told = MoveAnswer.of(cluster, move, dryRun, Optional.empty(), Optional.empty());
        return new ParkAnswer(
                dryRun,
                told.applicable(),
                told.blockers(),
                RecordAt.of(parked.parking().record(), parked.record()),
                CopyItem.of(parked),
                told,
                told.operation());
    }

    @Override
    public void describe(AuditLine line) {
        line.text("record", record.topic() + "-" + record.partition() + "@" + record.offset())
                .text(
                        "copy",
                        copy.topic() + "-" + copy.partition() + (copy.offset() == null ? "" : "@" + copy.offset()));
        move.describe(line);
    }
}
