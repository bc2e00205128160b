package dev.fathom.http.problem;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/** Gives every request an id: the caller's if it sent a sane one. It is on every response, problem and log line. */
@ApplicationScoped
public class RequestId {

    private static final String HEADER = "X-Request-Id";
    private static final String KEY = "requestId";
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");
    private static final int BEFORE_EVERYTHING = 10_000;

    void register(@Observes Filters filters) {
        filters.register(RequestId::identify, BEFORE_EVERYTHING);
    }

    private static void identify(RoutingContext request) {
        String id = identify(request.request());
        request.put(KEY, id);
        MDC.put(KEY, id);
        request.next();
    }

    /** @return the id, which is on the response now */
    public static String identify(HttpServerRequest request) {
        String sent = request.getHeader(HEADER);
        String id = sent != null && SANE.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
        request.response().putHeader(HEADER, id);
        return id;
    }

    /** The id of a request; one that failed before it got here is given one now. */
    public static String of(RoutingContext request) {
        String id = request.get(KEY);
        return id == null ? identify(request.request()) : id;
    }
}
