package dev.fathom.http.parking;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.parking.RecordSize;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A record, without what is in it. */
@Schema(description = "A record, without what is in it.")
record RecordAt(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition's number.", required = true)
        int partition,

        @Schema(description = "Its offset.", required = true)
        long offset,

        @Schema(description = "Its timestamp; absent when it has none.") @Nullable
        Instant timestamp,

        @Schema(description = "Bytes of the key; null when it has none.", nullable = true, required = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Integer keyBytes,

        @Schema(description = "Bytes of the value; null for a tombstone.", nullable = true, required = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Integer valueBytes,

        @Schema(description = "How many headers it has.", required = true)
        int headers) {

    static RecordAt of(RecordPlace place, LogRecord record) {
        return new RecordAt(
                place.topic(),
                place.partition().partition(),
                place.offset(),
                record.timestamp().orElse(null),
                record.key() == null ? null : RecordSize.length(record.key()),
                record.value() == null ? null : RecordSize.length(record.value()),
                record.headers().size());
    }
}
