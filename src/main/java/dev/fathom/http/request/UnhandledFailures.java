package dev.fathom.http.request;

import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Problems;
import dev.fathom.http.problem.Refusals;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Answers requests that failed outside the resources: in a filter, in the routing, or because no thread was left to work on
 * them. Without it such an answer is a page of the server's own.
 */
@ApplicationScoped
public class UnhandledFailures {

    private static final Logger LOG = Logger.getLogger(UnhandledFailures.class);
    private static final int BEFORE_QUARKUS = Integer.MIN_VALUE;

    private final Refusals refusals;

    UnhandledFailures(Refusals refusals) {
        this.refusals = refusals;
    }

    void register(@Observes Router router) {
        router.route().order(BEFORE_QUARKUS).failureHandler(this::answer);
        // What fails before any route is looked for, as an address that is no path.
        router.errorHandler(400, this::answer);
        router.errorHandler(404, this::answer);
        router.errorHandler(500, this::answer);
    }

    private void answer(RoutingContext request) {
        Throwable failure = request.failure();
        if (failure instanceof SecurityException && !request.response().ended()) {
            // Quarkus knows how each kind of credentials is asked for.
            request.next();
        } else if (request.response().headWritten()) {
            request.response().reset();
        } else if (failure instanceof RejectedExecutionException) {
            request.response().putHeader("Retry-After", "1");
            refusals.refuse(request, ProblemType.OVERLOADED, ProblemType.OVERLOADED.description());
        } else {
            ProblemType type = Problems.typeOf(request.statusCode() < 0 ? 500 : request.statusCode());
            if (type == ProblemType.INTERNAL) {
                LOG.errorf(failure, "%s: %s", type.slug(), failure == null ? "no reason given" : failure.getMessage());
            }
            refusals.refuse(request, type, type.description());
        }
    }
}
