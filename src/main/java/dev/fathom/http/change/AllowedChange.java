package dev.fathom.http.change;

import dev.fathom.cluster.Cluster;
import dev.fathom.config.Level;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.RequestId;
import dev.fathom.http.request.JsonBody;
import dev.fathom.http.request.Params;
import dev.fathom.operation.Caller;
import dev.fathom.reset.Guard;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call whose caller may do what it asks to what its path names, on a cluster where that can be done.
 *
 * @param cluster where; as the caller may see it
 * @param id of what the path names, decoded; empty for the cluster
 * @param level that the caller needs on whatever else the call names
 */
public record AllowedChange(
        ChangeCalls calls,
        Cluster cluster,
        String id,
        Level level,
        JsonBody body,
        boolean dryRun,
        @Nullable String ifMatch,
        @Nullable String idempotencyKey) {

    /** Plans a dry run, or carries the change out under its guard: once, if it came with a key. */
    public Response answer(Supplier<Response> plan, BiFunction<Guard, Caller, Response> change) {
        if (dryRun) {
            return plan.get();
        }
        Guard guard = guard();
        return answer(caller -> change.apply(guard, caller));
    }

    /** Carries out a change that has no dry run. */
    public Response answer(Function<Caller, Response> change) {
        Caller caller = caller();
        String path = calls.request.request().path();
        return calls.keyed.once(cluster, caller, path, body.sent(), () -> change.apply(caller));
    }

    /** Who asks for it, with the key it came with. */
    public Caller caller() {
        Optional<String> key = calls.keyed.key(idempotencyKey);
        return new Caller(calls.caller.name(), RequestId.of(calls.request), key);
    }

    private Guard guard() {
        if (ifMatch != null && ifMatch.trim().equals("*")) {
            throw ProblemException.parameter(HttpHeaders.IF_MATCH, "takes the ETag of a dry run; * is not one.");
        }
        return Guard.of(Params.text(ifMatch));
    }
}
