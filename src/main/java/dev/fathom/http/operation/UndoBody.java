package dev.fathom.http.operation;

import dev.fathom.http.request.BodyErrors;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.reset.UndoRequest;
import dev.fathom.reset.Waiting;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How an operation is to be undone. */
@Schema(name = "UndoRequest", description = "How an operation is to be undone.")
record UndoBody(
        @Schema(description = "Whether to plan only.", required = true)
        Boolean dryRun,

        @Schema(
                description = "Restores the old commit although the present one is not the one the operation left.",
                defaultValue = "false")
        Boolean overwriteChanged,

        @Schema(description = "Restores an old offset although it is outside the log now.", defaultValue = "false")
        Boolean acknowledgeOutOfRange,

        @Schema(
                description = "Moves the group although its commits move without members (assign()).",
                defaultValue = "false")
        Boolean acknowledgeInUse,

        @Schema(
                description = "Moves a Kafka Streams application although its state stays as it is.",
                defaultValue = "false")
        Boolean acknowledgeStateKept,

        @Schema(
                description =
                        "Puts back what it can of an operation that deleted commits which the service may not have seen.",
                defaultValue = "false")
        Boolean acknowledgeUnseen,

        @Schema(
                description =
                        "Whether a commit held by an open transaction blocks it: the application that opened it is at work.",
                defaultValue = "true")
        Boolean stable,

        @Schema(
                description =
                        "Has the managed consumer that runs the group make way: its members drain, commit and leave, what was"
                                + " there is put back, and what was wanted before goes on. Where they have to, the answer is"
                                + " 202 and the operation that does it. What the consumer commits while it makes way is"
                                + " changed since, too: send overwriteChanged with it where it has read on.",
                defaultValue = "false")
        Boolean pauseConsumers,

        @Schema(description = "Why, for the journal.") String reason) {

    UndoRequest request() {
        BodyErrors errors = new BodyErrors();
        errors.needDryRun(dryRun);
        Optional<String> why = errors.text(reason, "/reason");
        errors.throwIfAny();
        return new UndoRequest(
                acknowledged(),
                stable == null || stable,
                new Waiting(Optional.empty(), Boolean.TRUE.equals(pauseConsumers)),
                why);
    }

    private Set<Acknowledgement> acknowledged() {
        return Acknowledgement.of(one -> switch (one) {
            case IN_USE -> acknowledgeInUse;
            case STATE_KEPT -> acknowledgeStateKept;
            case UNSEEN -> acknowledgeUnseen;
            case OUT_OF_RANGE -> acknowledgeOutOfRange;
            case CHANGED_SINCE -> overwriteChanged;
            default -> false;
        });
    }
}
