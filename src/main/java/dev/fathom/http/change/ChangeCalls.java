package dev.fathom.http.change;

import dev.fathom.access.ForbiddenException;
import dev.fathom.cluster.Cluster;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.RequestedChange;
import dev.fathom.http.request.Params;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.RefusedException;
import dev.fathom.reset.Guard;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;

/** What calls that change something have in common: what they need before, and how what they did is answered. */
public final class ChangeCalls {

    private ChangeCalls() {}

    /**
     * Whether a call that says in its body whether it is a dry run may be made: any caller may plan.
     *
     * @throws ForbiddenException when it is none and the caller lacks the level on the group
     */
    public static void refuse(
            CallerClusters clusters,
            Cluster cluster,
            Level level,
            String group,
            RoutingContext request,
            boolean dryRun) {
        RequestedChange.isDryRun(request, dryRun);
        if (!dryRun) {
            clusters.access().needGroup(level, cluster.name(), group);
        }
        refuseOnReadOnly(cluster, dryRun);
    }

    public static void refuseOnReadOnly(Cluster cluster, boolean dryRun) {
        if (cluster.readOnly() && !dryRun) {
            throw new RefusedException(List.of(Blocker.readOnly(cluster.name())));
        }
    }

    public static boolean requiredDryRun(String dryRun) {
        if (dryRun == null || dryRun.isEmpty()) {
            throw ProblemException.parameter("dryRun", "needed: true to plan, false to do it.");
        }
        return Params.flag("dryRun", dryRun, true);
    }

    public static Guard guard(String ifMatch) {
        if (ifMatch != null && ifMatch.trim().equals("*")) {
            throw ProblemException.parameter(HttpHeaders.IF_MATCH, "takes the ETag of a dry run; * is no plan.");
        }
        return Guard.of(Params.text(ifMatch));
    }
}
