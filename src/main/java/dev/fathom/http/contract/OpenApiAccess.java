package dev.fathom.http.contract;

import dev.fathom.http.auth.Permission;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** How callers authenticate, and the level each operation needs. */
final class OpenApiAccess {

    private static final String PERMISSION = "x-permission";
    private static final String BASIC = "basic";
    private static final String BEARER = "bearer";

    private OpenApiAccess() {}

    static void describe(OpenAPI contract) {
        contract.getComponents()
                .addSecurityScheme(BASIC, scheme(BASIC, "A user of fathom.security.users-file (mode basic)."))
                .addSecurityScheme(BEARER, scheme(BEARER, "A token of the OpenID provider (mode oidc)."));
        // None where nobody authenticates, or by the client's certificate.
        contract.setSecurity(List.of(
                OASFactory.createSecurityRequirement(),
                OASFactory.createSecurityRequirement().addScheme(BASIC),
                OASFactory.createSecurityRequirement().addScheme(BEARER)));
    }

    private static SecurityScheme scheme(String scheme, String description) {
        return OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme(scheme)
                .description(description);
    }

    static void describe(Operation operation) {
        Permission permission = Permission.of(operation.getOperationId()).orElseThrow();
        operation.addExtension(PERMISSION, permission.level().wireName());
        if (permission.changes()) {
            operation.addExtension("x-changes", permission.dryRuns() ? "unless dryRun is true" : "always");
        }
    }
}
