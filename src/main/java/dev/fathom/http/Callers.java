package dev.fathom.http;

import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.operation.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Who sent a request, for the journal. */
final class Callers {

    private Callers() {}

    static Caller of(RoutingContext request, Optional<String> idempotencyKey) {
        return new Caller(CurrentCaller.name(request), RequestId.of(request), idempotencyKey);
    }
}
