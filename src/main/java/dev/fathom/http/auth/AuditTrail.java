package dev.fathom.http.auth;

import dev.fathom.http.RequestId;
import dev.fathom.http.model.MoveAnswer;
import dev.fathom.http.model.MoveRow;
import dev.fathom.http.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * One line for every change and every refused change, in the log category {@code dev.fathom.audit}: who, from where, what, before
 * and after, the request's id, and what came of it. Dry runs change nothing and are no entry.
 */
@ApplicationScoped
public class AuditTrail {

    private static final Logger AUDIT = Logger.getLogger("dev.fathom.audit");
    private static final String DRY_RUN = "fathom.dry-run";
    private static final int MOST_ROWS = 20;
    private static final int FIRST_ERROR = 400;

    private final CurrentCaller caller;

    AuditTrail(CurrentCaller caller) {
        this.caller = caller;
    }

    /** Notes what a body says of itself. */
    public static void isDryRun(RoutingContext request, boolean dryRun) {
        request.put(DRY_RUN, dryRun);
    }

    @ServerResponseFilter
    public void write(
            ContainerRequestContext request,
            ContainerResponseContext response,
            ResourceInfo resource,
            RoutingContext routing) {
        Optional<String> operation = Authorization.operation(resource);
        boolean changes =
                operation.flatMap(Permission::of).filter(Permission::changes).isPresent();
        if (!changes || isDryRun(request, routing)) {
            return;
        }
        int status = response.getStatus();
        AUDIT.infof(
                "actor=%s from=%s operation=%s path=%s status=%d outcome=%s%s requestId=%s",
                quoted(caller.name()),
                quoted(
                        routing.request().remoteAddress() == null
                                ? ""
                                : routing.request().remoteAddress().host()),
                operation.get(),
                quoted(routing.request().path()),
                status,
                status >= FIRST_ERROR ? "refused" : "done",
                details(response.getEntity()),
                quoted(RequestId.of(routing)));
    }

    private static boolean isDryRun(ContainerRequestContext request, RoutingContext routing) {
        return Boolean.TRUE.equals(routing.get(DRY_RUN))
                || "true".equals(request.getUriInfo().getQueryParameters().getFirst("dryRun"));
    }

    private static String details(Object entity) {
        if (entity instanceof Problem problem) {
            return " problem=" + quoted(problem.type()) + " detail=" + quoted(problem.detail());
        }
        if (entity instanceof MoveAnswer move) {
            return " journal=" + quoted(move.operation()) + " changes=" + quoted(changes(move.partitions()));
        }
        return "";
    }

    /** {@code topic-partition:before>after}; the journal has all of them. */
    private static String changes(List<MoveRow> rows) {
        String shown = rows.stream().limit(MOST_ROWS).map(AuditTrail::change).collect(Collectors.joining(" "));
        return rows.size() > MOST_ROWS ? shown + " and " + (rows.size() - MOST_ROWS) + " more" : shown;
    }

    private static String change(MoveRow row) {
        return row.topic() + "-" + row.partition() + ":"
                + (row.from() == null ? "none" : row.from().offset()) + ">"
                + (row.to() == null ? "none" : row.to().offset()) + "(" + row.outcome() + ")";
    }

    /** As a JSON string, so that no value can end the line or pretend to be another field. */
    private static String quoted(String value) {
        if (value == null) {
            return "\"\"";
        }
        StringBuilder text = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c)
                    || c == 0x2028
                    || c == 0x2029
                    || c > 0xFFFF
                    || c >= 0xD800 && c <= 0xDFFF) {
                text.append(String.format("\\u{%x}", c));
            } else {
                text.appendCodePoint(c);
            }
        });
        return text.append('"').toString();
    }
}
