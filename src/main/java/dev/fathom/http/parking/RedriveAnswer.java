package dev.fathom.http.parking;

import dev.fathom.http.auth.AuditedAnswer;
import dev.fathom.http.problem.BlockerItem;
import dev.fathom.http.request.Links;
import dev.fathom.http.reset.ParkedPlace;
import dev.fathom.operation.AuditLine;
import dev.fathom.operation.Result;
import dev.fathom.parking.ParkedRecord;
import dev.fathom.reset.Redrives.Redriven;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A parked record that is put back; the same for a dry run and the real thing. */
@Schema(description = "A parked record that is put back; the same shape for a dry run and the real thing.")
record RedriveAnswer(
        @Schema(description = "The group it was parked for.", required = true)
        String group,

        @Schema(description = "Whether this is a dry run: nothing was written.", required = true)
        boolean dryRun,

        @Schema(description = "Whether it can be done now, or was done.", required = true)
        boolean applicable,

        @Schema(description = "What prevents it.", required = true)
        List<BlockerItem> blockers,

        @Schema(description = "Where it is parked, and stays.", required = true)
        ParkedPlace copy,

        @Schema(description = "The record as it was, and where it lay.", required = true)
        RecordAt record,

        @Schema(description = "The offset it has on its topic and partition now; absent in dry runs.") @Nullable
        Long offset,

        @Schema(description = "Whether it was read back there as it was; absent in dry runs.") @Nullable
        Boolean verified,

        @Schema(
                description = "Paths of the operations that put it back before, or may have, the latest first.",
                required = true)
        List<String> before,

        @Schema(description = "Path of the operation in the journal; absent in dry runs and where there is no journal.")
        @Nullable
        String operation)
        implements AuditedAnswer {

    static RedriveAnswer of(Redriven redriven, boolean dryRun) {
        ParkedRecord parked = redriven.stored().record();
        return new RedriveAnswer(
                parked.group(),
                dryRun,
                redriven.plan().applicable(),
                redriven.plan().blockers().stream().map(BlockerItem::of).toList(),
                ParkedPlace.of(parked.copy()),
                RecordAt.of(parked.record(), parked.original()),
                redriven.offset().isPresent() ? redriven.offset().getAsLong() : null,
                redriven.result()
                        .map(result -> result.rows().values().stream().allMatch(Result.Row::verified))
                        .orElse(null),
                redriven.before().stream().map(Links::operation).toList(),
                redriven.operation().map(Links::operation).orElse(null));
    }

    @Override
    public void describe(AuditLine line) {
        line.text("copy", copy.topic() + "-" + copy.partition() + "@" + copy.offset())
                .text("record", record.topic() + "-" + record.partition() + (offset == null ? "" : "@" + offset))
                .text("journal", operation);
    }
}
