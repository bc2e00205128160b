package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan, or what came of it, as agents are shown it: everything that matters, and the partitions that matter most. */
@RegisterForReflection(ignoreNested = false)
record MoveShown(
        @JsonPropertyDescription("A plan's tag: apply_plan takes it, and does exactly this.") @Nullable
        String etag,

        @JsonPropertyDescription("Until when apply_plan takes it.") @Nullable
        Instant expiresAt,

        @JsonProperty(required = true) String group,

        @JsonPropertyDescription("The group's state when it was planned.") @Nullable
        String state,

        @JsonProperty(required = true) @JsonPropertyDescription("What is done: reset, copy, undo.")
        String kind,

        @JsonProperty(required = true) @JsonPropertyDescription("True for a plan: nothing was changed.")
        boolean dryRun,

        @JsonProperty(required = true)
        @JsonPropertyDescription("Whether it can be done now, or was done; blockers say what prevents it.")
        boolean applicable,

        @JsonProperty(required = true) @JsonPropertyDescription("What prevents it, and which argument lifts that.")
        List<Blocker> blockers,

        @JsonProperty(required = true) @JsonPropertyDescription("What to know before.")
        List<Warning> warnings,

        @JsonProperty(required = true) Totals totals,

        @JsonProperty(required = true) @JsonPropertyDescription("How many partitions there are.")
        int partitionCount,

        @JsonProperty(required = true)
        @JsonPropertyDescription("Partitions: those with a problem first, then those that move furthest.")
        List<Row> partitions,

        @JsonPropertyDescription("For cursor, to be shown further partitions; absent when there are none.") @Nullable
        String next,

        @JsonPropertyDescription("Moves back only: what reading all that again takes.") @Nullable
        Replay replay,

        @JsonPropertyDescription("What no undo brings back.") @Nullable
        String undoLimit,

        @JsonPropertyDescription("Path of the operation in the journal, whose id undo takes; absent in plans.")
        @Nullable
        String operation,

        @JsonProperty(required = true)
        @JsonPropertyDescription("Path in the API of what this is about: the group, or the operation.")
        String self) {

    /** What prevents a change. */
    record Blocker(
            @JsonProperty(required = true) @JsonPropertyDescription("The type of problem.")
            String type,

            @JsonProperty(required = true) String reason,
            @JsonProperty(required = true) String detail,

            @JsonPropertyDescription("The argument that lifts it; absent where none does.") @Nullable
            String liftedBy) {}

    /** What to know before. */
    record Warning(
            @JsonProperty(required = true) String warning,
            @JsonProperty(required = true) String detail) {}

    /** In numbers of partitions and offsets. */
    record Totals(
            @JsonProperty(required = true) int partitions,

            @JsonProperty(required = true) @JsonPropertyDescription("Partitions that move, or moved.")
            int moved,

            @JsonProperty(required = true) int unchanged,

            @JsonProperty(required = true) @JsonPropertyDescription("Partitions that cannot be moved or were not.")
            int failed,

            @JsonPropertyDescription("Offsets that will be read again.") @Nullable
            Long replayed,

            @JsonPropertyDescription("Offsets that will never be read.") @Nullable
            Long skipped) {}

    /** One partition. */
    record Row(
            @JsonProperty(required = true) String topic,
            @JsonProperty(required = true) int partition,

            @JsonPropertyDescription("The commit before; absent for none.") @Nullable
            Commit from,

            @JsonPropertyDescription("The commit after; absent for none.") @Nullable
            Commit to,

            @JsonPropertyDescription("How far it moves, in offsets; negative for back.") @Nullable
            Long delta,

            @JsonPropertyDescription("The log start.") @Nullable
            Long firstOffset,

            @JsonPropertyDescription("The end of the log.") @Nullable
            Long lastOffset,

            @JsonProperty(required = true)
            @JsonPropertyDescription("planned, applied, unchanged, skipped, failed or unknown.")
            String outcome,

            @JsonPropertyDescription("Whether the commit was read back as it was to be.") @Nullable
            Boolean verified,

            @Nullable String note,
            @Nullable Trouble problem,
            @Nullable String warning) {}

    /** A commit. */
    record Commit(@JsonProperty(required = true) long offset) {}

    /** What is wrong with one partition. */
    record Trouble(
            @JsonProperty(required = true) String type,
            @Nullable String detail) {}

    /** What reading again takes. */
    record Replay(
            @JsonProperty(required = true) @JsonPropertyDescription("Offsets up to the ends of the logs.")
            long offsets,

            @JsonProperty(required = true) Range replayDuration,
            @Nullable String reason) {}

    /** From the quickest the group was seen to read to its usual pace. */
    record Range(
            @JsonPropertyDescription("ISO 8601; absent when unknown.") @Nullable
            String shortest,

            @JsonPropertyDescription("ISO 8601; absent when unknown.") @Nullable
            String longest) {}

    /**
     * What the API said of a move, with the partitions that matter most.
     *
     * @param self path of what it is about
     */
    static ObjectNode of(JsonNode told, @Nullable Integer limit, @Nullable String cursor, String self) {
        ObjectNode shown = (ObjectNode) told;
        Worst.put(shown, shown.path("partitions"), MoveShown::badness, limit, cursor);
        return shown.put("self", self);
    }

    private static long badness(JsonNode row) {
        return row.hasNonNull("problem")
                ? Long.MAX_VALUE
                : Math.abs(Math.max(-Long.MAX_VALUE, row.path("delta").asLong()));
    }
}
