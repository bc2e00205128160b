package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.http.problem.RequestedChange;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/** The plans that the caller of the current request is shown, or was. */
@ApplicationScoped
class Plans {

    private final Shown shown;
    private final CurrentCaller caller;
    /** The one that is answered now. */
    private final RoutingContext request;

    private final Clock clock;

    Plans(Shown shown, CurrentCaller caller, RoutingContext request, Clock clock) {
        this.shown = shown;
        this.caller = caller;
        this.request = request;
        this.clock = clock;
    }

    /** Notes that the request only plans, whatever becomes of it. */
    void only() {
        RequestedChange.isDryRun(request, true);
    }

    /**
     * Remembers a plan, and writes into it what it is called. Where the API says how to apply exactly its numbers, that is what is
     * remembered.
     *
     * @param plan what is shown
     * @param planned the answer it was taken from
     * @param call what carries it out, by the tag that guards it
     */
    void show(ObjectNode plan, Response planned, Function<String, Shown.Plan> call) {
        String etag =
                plan.has("applyETag") ? plan.get("applyETag").asText() : planned.getHeaderString(HttpHeaders.ETAG);
        plan.put("etag", shown.remember(caller.name(), call.apply(etag)));
        plan.put("expiresAt", clock.instant().plus(Shown.KEPT).toString());
    }

    Optional<Shown.Plan> find(String etag) {
        return shown.find(caller.name(), etag);
    }
}
