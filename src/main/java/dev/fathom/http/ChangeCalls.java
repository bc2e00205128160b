package dev.fathom.http;

import dev.fathom.access.ForbiddenException;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.config.Level;
import dev.fathom.http.auth.AuditTrail;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.model.MoveAnswer;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.RefusedException;
import dev.fathom.reset.Guard;
import dev.fathom.reset.Move;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What calls that change something have in common: what they need before, and how what they did is answered. */
final class ChangeCalls {

    private ChangeCalls() {}

    /**
     * Whether a call that says in its body whether it is a dry run may be made: any caller may plan.
     *
     * @throws ForbiddenException when it is none and the caller lacks the level on the group
     */
    static void refuse(
            CallerClusters clusters,
            Cluster cluster,
            Level level,
            String group,
            RoutingContext request,
            boolean dryRun) {
        AuditTrail.isDryRun(request, dryRun);
        if (!dryRun) {
            clusters.access().needGroup(level, cluster.name(), group);
        }
        refuseOnReadOnly(cluster, dryRun);
    }

    static void refuseOnReadOnly(Cluster cluster, boolean dryRun) {
        if (cluster.readOnly() && !dryRun) {
            throw new RefusedException(List.of(Blocker.readOnly(cluster.name())));
        }
    }

    static boolean requiredDryRun(String dryRun) {
        if (dryRun == null || dryRun.isEmpty()) {
            throw ProblemException.parameter("dryRun", "needed: true to plan, false to do it.");
        }
        return Params.flag("dryRun", dryRun, true);
    }

    static Guard guard(String ifMatch) {
        if (ifMatch != null && ifMatch.trim().equals("*")) {
            throw ProblemException.parameter(HttpHeaders.IF_MATCH, "takes the ETag of a dry run; * is no plan.");
        }
        return Guard.of(Params.text(ifMatch));
    }

    /** What a change is answered with: by what became of its partitions. */
    static Response done(Cluster cluster, Move move) {
        MoveAnswer answer = MoveAnswer.of(cluster.name(), move, false, Optional.empty());
        if (move.waiting()) {
            return Response.status(Response.Status.ACCEPTED)
                    .location(URI.create(answer.operation()))
                    .type(MediaType.APPLICATION_JSON)
                    .entity(answer)
                    .build();
        }
        int status =
                switch (move.result().orElseThrow().status()) {
                    case APPLIED -> 200;
                    case PARTIAL -> 207;
                    case UNKNOWN -> someApplied(answer) ? 207 : failed(move, answer);
                    default -> failed(move, answer);
                };
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(answer)
                .build();
    }

    private static boolean someApplied(MoveAnswer answer) {
        return answer.partitions().stream().anyMatch(row -> row.outcome().equals("applied"));
    }

    /** All of it failed: the problem they have in common, or the first, with every row. */
    private static int failed(Move move, MoveAnswer answer) {
        ClusterException first = move.result()
                .flatMap(result -> result.problem().or(() -> result.rows().values().stream()
                        .flatMap(row -> row.problem().stream())
                        .findFirst()))
                .orElseThrow();
        throw ProblemException.ofFailedChange(first, answer);
    }

    /** A dry run, with the tag that guards the real thing. */
    static Response plan(Cluster cluster, Move move) {
        return Response.ok(MoveAnswer.of(cluster.name(), move, true, Optional.empty()), MediaType.APPLICATION_JSON)
                .header(HttpHeaders.ETAG, move.tag().toString())
                .build();
    }
}
