package dev.fathom.http.request;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The call of the API that a request comes to which has an address of its own: it takes its turn as that call would, and is
 * audited as that call.
 *
 * @param path of the call, or the beginning of it that says which clusters it asks
 * @param operation id of the call's operation; empty for one that is nothing but counted
 */
public record AskedFor(String path, Optional<String> operation) {

    private static final String KEY = "fathom.asked-for";

    /** Notes what a request comes to. */
    public void note(RoutingContext request) {
        request.put(KEY, this);
    }

    /** What a request comes to; empty for one that is what its address says. */
    public static Optional<AskedFor> by(RoutingContext request) {
        return Optional.ofNullable(request.get(KEY));
    }
}
