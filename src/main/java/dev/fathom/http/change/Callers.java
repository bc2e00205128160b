package dev.fathom.http.change;

import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.http.problem.RequestId;
import dev.fathom.operation.Caller;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Who sent a request, for the journal. */
public final class Callers {

    private Callers() {}

    public static Caller of(RoutingContext request, Optional<String> idempotencyKey) {
        return new Caller(CurrentCaller.name(request), RequestId.of(request), idempotencyKey);
    }
}
