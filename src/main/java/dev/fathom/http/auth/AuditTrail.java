package dev.fathom.http.auth;

import dev.fathom.http.problem.Problem;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.RequestId;
import dev.fathom.http.problem.RequestedChange;
import dev.fathom.http.request.AskedFor;
import dev.fathom.operation.AuditLine;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * One line for every change and every refused change that is asked for: who, from where, what, before
 * and after, the request's id, and what came of it. Dry runs change nothing and are no entry. What is done later, without a
 * request, is told by whoever does it.
 */
@ApplicationScoped
public class AuditTrail {

    private static final int FIRST_ERROR = 400;
    /** Nobody has checked whether there is such a user. */
    private static final int MOST_OF_A_NAME = 100;

    private final CurrentCaller caller;

    AuditTrail(CurrentCaller caller) {
        this.caller = caller;
    }

    @ServerResponseFilter
    public void write(
            ContainerRequestContext request,
            ContainerResponseContext response,
            ResourceInfo resource,
            RoutingContext routing) {
        Optional<AskedFor> asked = AskedFor.by(routing);
        Optional<String> operation = asked.isPresent()
                ? asked.get().operation()
                : Authorization.annotation(resource, Operation.class).map(Operation::operationId);
        if (operation.isEmpty() || !RequestedChange.isOne(routing)) {
            return;
        }
        int status = response.getStatus();
        AuditLine line = new AuditLine(caller.name())
                .text("from", from(routing))
                .word("operation", operation.get())
                .text("path", asked.map(AskedFor::path).orElse(routing.request().path()))
                .word("status", status)
                .word("outcome", status >= FIRST_ERROR ? "refused" : "done");
        details(line, response.getEntity());
        line.text("requestId", RequestId.of(routing)).write();
    }

    /** A caller whose password was wrong, or was not looked at because too many were. */
    static void refusedLogin(RoutingContext request, String name, ProblemType problem) {
        new AuditLine(name.substring(0, Math.min(MOST_OF_A_NAME, name.length())))
                .text("from", from(request))
                .word("operation", "authenticate")
                .text("path", request.request().path())
                .word("status", problem.status())
                .word("outcome", "refused")
                .text("problem", problem.link())
                .text("requestId", RequestId.of(request))
                .write();
    }

    private static String from(RoutingContext request) {
        return request.request().remoteAddress() == null
                ? ""
                : request.request().remoteAddress().host();
    }

    private static void details(AuditLine line, Object entity) {
        if (entity instanceof Problem problem) {
            line.text("problem", problem.type()).text("detail", problem.detail());
        }
        if (entity instanceof AuditedAnswer answer) {
            answer.describe(line);
        }
    }
}
