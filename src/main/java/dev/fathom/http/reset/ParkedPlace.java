package dev.fathom.http.reset;

import dev.fathom.cluster.RecordPlace;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where a record lies. */
@Schema(name = "RecordPlace", description = "Where a record lies.")
public record ParkedPlace(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "The partition's number.", required = true)
        int partition,

        @Schema(description = "The record's offset.", required = true)
        long offset) {

    public static ParkedPlace of(RecordPlace place) {
        return new ParkedPlace(place.topic(), place.partition().partition(), place.offset());
    }
}
