package dev.fathom.http.contract;

import dev.fathom.config.Level;
import dev.fathom.http.auth.Needs;
import org.eclipse.microprofile.openapi.models.Operation;

/** The level each operation needs. */
final class OpenApiAccess {

    private OpenApiAccess() {}

    static void describe(Operation operation, Needs needs) {
        operation.addExtension("x-permission", needs.level().wireName());
        if (needs.level() != Level.VIEWER) {
            operation.addExtension(
                    "x-changes", needs.dryRun() == Needs.DryRun.NONE ? "always" : "unless dryRun is true");
        }
    }
}
