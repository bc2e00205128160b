package dev.fathom.http.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.ConsumerState;
import dev.fathom.pool.ConsumerView;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Desired;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A managed consumer: its definition and its state. */
@Schema(description = "A managed consumer: its definition and its state.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerDetail(
        @Schema(description = "Its name on the cluster.", required = true)
        String name,

        @Schema(
                description = "Given at creation: one deleted and recreated under its name has another.",
                required = true)
        String uid,

        @Schema(description = "Of the definition, raised with every change; for PUT.", required = true)
        long version,

        @Schema(description = "What is wanted of it.", required = true) @WordsOf(Desired.class)
        String desired,

        @Schema(description = "What it is doing, all members together.", required = true) @WordsOf(ConsumerState.class)
        String state,

        @Schema(
                description =
                        "Why, where it is not simply at work. Of one that failed it begins with a word: topic-deleted,"
                                + " topic-recreated, poison-record, offset-out-of-range, offsets-lost.")
        @Nullable
        String reason,

        @Schema(description = "What it reads, and where that goes; every default filled in.", required = true)
        ConsumerSpec spec,

        @Schema(description = "Who defined it.", required = true)
        String createdBy,

        @Schema(description = "When.", required = true) Instant createdAt,

        @Schema(description = "Who changed it last.", required = true)
        String updatedBy,

        @Schema(description = "When.", required = true) Instant updatedAt,

        @Schema(description = "By slot; one that has not reported yet is not listed.", required = true)
        List<ConsumerMember> members,

        @Schema(
                description =
                        "Records not fetched yet, of one that does not run not committed yet, as the logs say now, over the"
                                + " partitions it is known to have begun; absent while unknown, and in the answers to changes.")
        @Nullable
        Long lag,

        @Schema(description = "Path of this consumer.", required = true)
        String self,

        @Schema(description = "Path of the group it runs.", required = true)
        String group) {

    public static ConsumerDetail of(String cluster, ConsumerView view) {
        Definition definition = view.definition();
        return new ConsumerDetail(
                definition.name(),
                definition.uid(),
                definition.version(),
                definition.desired().wireName(),
                view.state().wireName(),
                view.reason().orElse(null),
                ConsumerSpec.of(definition.spec()),
                definition.created().by(),
                definition.created().at(),
                definition.updated().by(),
                definition.updated().at(),
                view.members().stream().map(ConsumerMember::of).toList(),
                view.lag().isPresent() ? view.lag().getAsLong() : null,
                Links.consumer(cluster, definition.name()),
                Links.group(cluster, definition.spec().groupId()));
    }
}
