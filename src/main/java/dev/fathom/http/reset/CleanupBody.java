package dev.fathom.http.reset;

import dev.fathom.cluster.GroupState;
import dev.fathom.http.request.BodyErrors;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.reset.CleanupRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Which groups are to be cleaned up. */
@Schema(name = "CleanupRequest", description = "Which groups are to be cleaned up.")
record CleanupBody(
        @Schema(description = "Whether to plan only.", required = true)
        Boolean dryRun,

        @Schema(description = "The state of the groups; only empty ones can be deleted.", defaultValue = "empty")
        @WordsOf(value = GroupState.class, only = "EMPTY")
        String state,

        @Schema(
                description =
                        "How long the service must have seen a group without members and with the same commits (ISO 8601).",
                examples = "P3D",
                required = true)
        String unchangedFor,

        @Schema(
                description =
                        "A group id, or a pattern in which * stands for any text; the whole id must fit. A group that was only"
                                + " ever committed to, and a share group, is deleted only when it is named.",
                examples = "test-*",
                required = true)
        String match,

        @Schema(
                description = "Deletes groups although their commits move without members (assign()).",
                defaultValue = "false")
        Boolean acknowledgeInUse,

        @Schema(
                description =
                        "Deletes groups although the cluster's ACLs may hide commits of theirs from the service, which no undo"
                                + " brings back.",
                defaultValue = "false")
        Boolean acknowledgeUnseen,

        @Schema(description = "Why, for the journal.") String reason) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    CleanupRequest request() {
        BodyErrors errors = new BodyErrors();
        errors.needDryRun(dryRun);
        if (state != null && !state.equals("empty")) {
            errors.add("/state", "\"" + state + "\" is not empty: only groups without members can be deleted.");
        }
        if (match == null || match.isEmpty()) {
            errors.add("/match", "required: a group id, or a pattern such as test-*.");
        }
        Duration span = Duration.ZERO;
        try {
            span = Duration.parse(unchangedFor == null ? "" : unchangedFor);
        } catch (DateTimeException | ArithmeticException e) {
            errors.add("/unchangedFor", "required: an ISO 8601 duration such as P3D.");
        }
        if (span.isNegative() || span.compareTo(LONGEST) > 0) {
            errors.add("/unchangedFor", "\"" + unchangedFor + "\" is not a span of time that has passed.");
        }
        Optional<String> why = errors.text(reason, "/reason");
        errors.throwIfAny();
        return new CleanupRequest(span, match, acknowledged(), why);
    }

    private Set<Acknowledgement> acknowledged() {
        return Acknowledgement.of(one -> switch (one) {
            case IN_USE -> acknowledgeInUse;
            case UNSEEN -> acknowledgeUnseen;
            default -> false;
        });
    }
}
