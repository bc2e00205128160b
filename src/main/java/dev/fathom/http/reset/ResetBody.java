package dev.fathom.http.reset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a group is to be moved. */
@Schema(name = "ResetRequest", description = "Where a group is to be moved.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResetBody(
        @Schema(
                description = "Whether to plan only. Nothing is assumed: a call that does not say is refused.",
                required = true)
        Boolean dryRun,

        @Schema(
                description =
                        "Where to, for targets that do not say: earliest, earliest+N, latest, latest-N, an offset (text or"
                                + " number), current, current+N, current-N, an RFC 3339 instant, a span ago such as -PT1H,"
                                + " max-timestamp, earliest-local, latest-tiered, group:ID, committed-at: with an instant or a span"
                                + " ago for what the group itself had committed then, whoever committed it, or none to delete the"
                                + " commit.",
                examples = {"latest-50", "1234", "2026-11-20T10:15:00Z", "committed-at:2026-11-20T14:05:00Z"})
        @Nullable
        JsonNode to,

        @Schema(
                description =
                        "What to move. Absent: every partition the group has a commit for; with group:ID every one that"
                                + " other group has one for.")
        List<TargetBody> targets,

        @Schema(description = "What to do about a position outside the log.", defaultValue = "reject")
        @WordsOf(ResetRequest.OutOfRange.class)
        @Nullable
        String outOfRange,

        @Schema(description = "What to do about an instant after the last record.", defaultValue = "reject")
        @WordsOf(ResetRequest.NoRecord.class)
        @Nullable
        String noRecordAtOrAfter,

        @Schema(
                description =
                        "Whether a commit held by an open transaction blocks the move. The move itself is not undone by it"
                                + " (of two commits the later one counts), but what opened the transaction is at work and"
                                + " commits again; and a commit that is deleted takes the pending one with it.",
                defaultValue = "true")
        @Nullable
        Boolean stable,

        @Schema(description = "Allows a group that does not exist yet.", defaultValue = "false") @Nullable
        Boolean createGroup,

        @Schema(
                description = "For groups that a managed consumer runs: pauses it for the move.",
                defaultValue = "false")
        @Nullable
        Boolean pauseConsumers,

        @Schema(description = "Metadata to be committed with the offsets; absent keeps what each commit has.") @Nullable
        String metadata,

        @Schema(
                description =
                        "How long to wait for the group to be empty, up to P1D. Where it has members the answer is 202 and"
                                + " an operation that waits.",
                examples = "PT2M")
        @Nullable
        String waitForEmpty,

        @Schema(description = "Why, for the journal.", examples = "bad deploy 1432") @Nullable
        String reason,

        @Schema(
                description = "Moves the group although its commits move without members (assign()).",
                defaultValue = "false")
        @Nullable
        Boolean acknowledgeInUse,

        @Schema(
                description = "Moves a Kafka Streams application although its state stays as it is.",
                defaultValue = "false")
        @Nullable
        Boolean acknowledgeStateKept,

        @Schema(
                description =
                        "Topics that are sources of the group although their names are those of internal topics of a Kafka"
                                + " Streams application of its id (ID-…-changelog, ID-…-repartition).")
        @Nullable
        List<String> sourceTopics) {

    /** A topic, or some of its partitions. */
    @Schema(name = "ResetTarget", description = "A topic, or some of its partitions.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TargetBody(
            @Schema(description = "The topic.", required = true)
            String topic,

            @Schema(description = "Partition numbers; absent for all.") @Nullable
            List<Integer> partitions,

            @Schema(description = "Where to; absent for the request's own.") @Nullable
            JsonNode to) {}

    Set<Acknowledgement> acknowledged() {
        return Acknowledgement.of(one -> switch (one) {
            case IN_USE -> acknowledgeInUse;
            case STATE_KEPT -> acknowledgeStateKept;
            default -> false;
        });
    }

    /** The shortest body that a request would be read from; for the real thing. */
    static ResetBody of(ResetRequest request) {
        Policy policy = request.policy();
        return new ResetBody(
                false,
                request.to().map(ResetBody::written).orElse(null),
                request.targets().stream()
                        .map(target -> new TargetBody(
                                target.topic(),
                                target.partitions().orElse(null),
                                target.to().map(ResetBody::written).orElse(null)))
                        .toList(),
                policy.outOfRange() == OutOfRange.REJECT
                        ? null
                        : policy.outOfRange().wireName(),
                policy.noRecordAtOrAfter() == NoRecord.REJECT
                        ? null
                        : policy.noRecordAtOrAfter().wireName(),
                policy.stable() ? null : false,
                onlyIf(policy.createGroup()),
                onlyIf(request.waiting().pauseConsumers()),
                policy.metadata().orElse(null),
                request.waiting().forEmpty().map(Object::toString).orElse(null),
                request.reason().orElse(null),
                onlyIf(request.acknowledged().contains(Acknowledgement.IN_USE)),
                onlyIf(request.acknowledged().contains(Acknowledgement.STATE_KEPT)),
                policy.sourceTopics().isEmpty() ? null : policy.sourceTopics());
    }

    private static @Nullable Boolean onlyIf(boolean said) {
        return said ? true : null;
    }

    public static JsonNode written(Position position) {
        return position instanceof Absolute absolute
                ? JsonNodeFactory.instance.numberNode(absolute.offset())
                : JsonNodeFactory.instance.textNode(position.toString());
    }
}
