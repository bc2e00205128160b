package dev.fathom.http.parking;

import dev.fathom.http.request.Links;
import dev.fathom.operation.Operation;
import dev.fathom.parking.ParkedRecord;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A parked record. */
@Schema(description = "A parked record.")
record ParkedItem(
        @Schema(description = "The partition of the parking topic it is in.", required = true)
        int partition,

        @Schema(description = "Its offset there.", required = true)
        long offset,

        @Schema(description = "The record as it was, and where it lay.", required = true)
        RecordAt record,

        @Schema(description = "Why it was parked, in somebody's words.") @Nullable
        String message,

        @Schema(
                description = "Paths of the operations that put it back, or may have, the latest first.",
                required = true)
        List<String> redriven,

        @Schema(description = "Path of what is in it.", required = true)
        String content) {

    static ParkedItem of(String cluster, ParkedRecord parked, List<Operation> redriven) {
        int partition = parked.copy().partition().partition();
        return new ParkedItem(
                partition,
                parked.copy().offset(),
                RecordAt.of(parked.record(), parked.original()),
                parked.message().orElse(null),
                redriven.stream()
                        .map(operation -> Links.operation(operation.id()))
                        .toList(),
                Links.topic(cluster, parked.copy().topic()) + "/partitions/" + partition + "/records?position="
                        + parked.copy().offset() + "&limit=1");
    }
}
