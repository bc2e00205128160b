package dev.fathom.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
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
        String sent = request.request().getHeader(HEADER);
        String id = sent != null && SANE.matcher(sent).matches()
                ? sent
                : UUID.randomUUID().toString();
        request.put(KEY, id);
        MDC.put(KEY, id);
        request.response().putHeader(HEADER, id);
        request.next();
    }

    /** The id of a request. */
    public static String of(RoutingContext request) {
        return request.get(KEY);
    }
}
