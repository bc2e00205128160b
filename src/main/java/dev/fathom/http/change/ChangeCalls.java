package dev.fathom.http.change;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.RequestedChange;
import dev.fathom.http.request.JsonBody;
import dev.fathom.http.request.Params;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Where every call that changes something begins: with its body, and with how it says whether it is a dry run. */
@ApplicationScoped
public class ChangeCalls {

    final CallerClusters clusters;
    final IdempotentCalls keyed;
    final CurrentCaller caller;
    /** The one that is answered now. */
    final RoutingContext request;

    private final ObjectMapper json;

    ChangeCalls(
            CallerClusters clusters,
            IdempotentCalls keyed,
            CurrentCaller caller,
            RoutingContext request,
            ObjectMapper json) {
        this.clusters = clusters;
        this.keyed = keyed;
        this.caller = caller;
        this.request = request;
        this.json = json;
    }

    /** @param sent null where there is no body */
    public ChangeCall withoutDryRun(byte @Nullable [] sent) {
        return begun(new JsonBody(json, sent), false, () -> {});
    }

    /** One whose body says in {@code dryRun} whether it is a dry run; its reader refuses a body that does not. */
    public ChangeCall dryRunInBody(byte[] sent) {
        JsonBody body = new JsonBody(json, sent);
        return begun(body, body.isDryRun(), () -> {});
    }

    /** One that has to say in a query parameter whether it is a dry run. */
    public ChangeCall dryRunInQuery(@Nullable String dryRun, byte @Nullable [] sent) {
        return begun(new JsonBody(json, sent), "true".equals(dryRun), () -> {
            if (Params.text(dryRun).isEmpty()) {
                throw ProblemException.parameter("dryRun", "required: true to plan, false to do it.");
            }
            Params.flag("dryRun", dryRun, true);
        });
    }

    private ChangeCall begun(JsonBody body, boolean dryRun, Runnable sane) {
        RequestedChange.isDryRun(request, dryRun);
        return new ChangeCall(this, body, dryRun, sane);
    }
}
