package dev.fathom.http;

import dev.fathom.operation.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Who sent a request. */
final class Callers {

    private static final String NOBODY = "anonymous";

    private Callers() {}

    static Caller of(RoutingContext request, Optional<String> idempotencyKey) {
        return new Caller(NOBODY, RequestId.of(request), idempotencyKey);
    }
}
