package dev.fathom.http.consumer;

import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.worker.EventType;
import dev.fathom.pool.worker.MemberReport;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Something that happened to a member of a managed consumer. */
@Schema(description = "Something that happened to a member of a managed consumer.")
public record ConsumerEvent(
        @Schema(description = "When.", required = true) Instant at,

        @Schema(description = "The member's slot.", required = true)
        int slot,

        @Schema(description = "What.", required = true) @WordsOf(EventType.class)
        String type,

        @Schema(description = "In words.", required = true) String detail) {

    public static ConsumerEvent of(MemberReport.Event event) {
        return new ConsumerEvent(event.at(), event.slot(), event.type(), event.detail());
    }
}
