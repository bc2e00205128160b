package dev.fathom.http.problem;

import dev.fathom.config.Level;
import io.vertx.ext.web.RoutingContext;

/**
 * Whether a request is to change something: its operation says so before it is read, its query or body may say that it is a dry
 * run. The audit trail writes a line for it, and a problem tells its caller that nothing was begun.
 */
public final class RequestedChange {

    private static final String LEVEL = "fathom.level-to-change";
    private static final String DRY_RUN = "fathom.dry-run";

    private RequestedChange() {}

    /** Notes that a request asks for a change, unless it says that it is a dry run, and the level that the change needs. */
    public static void note(RoutingContext request, Level level) {
        request.put(LEVEL, level);
    }

    public static Level level(RoutingContext request) {
        return request.get(LEVEL);
    }

    /** Notes what a request says of itself. */
    public static void isDryRun(RoutingContext request, boolean dryRun) {
        request.put(DRY_RUN, dryRun);
    }

    public static boolean isOne(RoutingContext request) {
        return level(request) != null
                && !Boolean.TRUE.equals(request.get(DRY_RUN))
                && !"true".equals(request.request().getParam("dryRun"));
    }
}
