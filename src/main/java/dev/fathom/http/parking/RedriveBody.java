package dev.fathom.http.parking;

import dev.fathom.http.request.BodyErrors;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.reset.Redrives;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a parked record is to be put back. */
@Schema(name = "RedriveRequest", description = "How a parked record is to be put back.")
record RedriveBody(
        @Schema(description = "Whether to plan only.", required = true) @Nullable
        Boolean dryRun,

        @Schema(description = "Puts it back although it was put back before.", defaultValue = "false") @Nullable
        Boolean acknowledgeRedriven,

        @Schema(description = "Why, for the journal.", examples = "fixed in release 1433") @Nullable
        String reason) {

    Redrives.Request request() {
        BodyErrors errors = new BodyErrors();
        errors.needDryRun(dryRun);
        Optional<String> why = errors.text(reason, "/reason");
        errors.throwIfAny();
        return new Redrives.Request(acknowledged(), why);
    }

    private Set<Acknowledgement> acknowledged() {
        return Acknowledgement.of(one -> switch (one) {
            case REDRIVEN -> acknowledgeRedriven;
            default -> false;
        });
    }
}
