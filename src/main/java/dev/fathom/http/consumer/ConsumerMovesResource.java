package dev.fathom.http.consumer;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.config.Level;
import dev.fathom.group.Groups;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.auth.Needs.DryRun;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.group.OffsetPages;
import dev.fathom.http.group.OffsetRow;
import dev.fathom.http.group.SeenGroups;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.reset.MoveAnswer;
import dev.fathom.http.reset.MoveResponses;
import dev.fathom.http.reset.Replays;
import dev.fathom.http.reset.ResetBodies;
import dev.fathom.http.reset.ResetBody;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.OffsetsQuery;
import dev.fathom.pool.ConsumerMoves;
import dev.fathom.reset.Move;
import dev.fathom.reset.ResetRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where managed consumers are, and moving them. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Managed consumers")
@Answers(with = CommonProblems.CLUSTER)
public class ConsumerMovesResource {

    private static final String ONE = "clusters/{cluster}/consumers/{name}";

    private final ChangeCalls changes;
    private final CallerClusters clusters;
    private final ConsumerCalls calls;
    private final ConsumerMoves moves;
    private final Groups groups;
    private final SeenGroups seen;
    private final Replays replays;

    ConsumerMovesResource(
            ChangeCalls changes,
            CallerClusters clusters,
            ConsumerCalls calls,
            ConsumerMoves moves,
            Groups groups,
            SeenGroups seen,
            Replays replays) {
        this.replays = replays;
        this.seen = seen;
        this.changes = changes;
        this.clusters = clusters;
        this.calls = calls;
        this.moves = moves;
        this.groups = groups;
    }

    /** The group of a consumer that the caller may see, or move. */
    private String group(Level needed, String cluster, String name) {
        return calls.named(needed, cluster, name).definition().spec().groupId();
    }

    @POST
    @Path(ONE + "/resets")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_BODY)
    @Answers(
            value = ProblemType.CONSUMER_NOT_FOUND,
            with = {CommonProblems.CONSUMER_CHANGE, CommonProblems.CHANGE})
    @Operation(
            operationId = "resetConsumer",
            summary = "Move a managed consumer's offsets",
            description =
                    "Plans (dryRun true) or moves (false) the consumer's group as resetGroup does. While it runs, its members"
                            + " drain, commit and leave; the group is moved once it is empty, and what was wanted before"
                            + " goes on. The answer is then 202 and the operation that does it.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ResetBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "The plan, or what became of it.",
            content = @Content(schema = @Schema(implementation = MoveAnswer.class)))
    @APIResponse(
            responseCode = "202",
            description = "Members leave; the operation waits for the group to be empty.",
            content = @Content(schema = @Schema(implementation = MoveAnswer.class)))
    public Response reset(
            @PathParam("cluster") String clusterName,
            @PathParam("name") String segment,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        AllowedChange call = changes.dryRunInBody(body)
                .guardedBy(ifMatch)
                .keyedBy(idempotencyKey)
                .onConsumer(clusterName, segment);
        String name = call.id();
        Cluster cluster = clusters.toChange(clusterName, group(call.level(), clusterName, name));
        ResetRequest wanted = ResetBodies.read(call.body().as(ResetBody.class));
        return call.answer(
                () -> {
                    Move plan = moves.dryRun(cluster, name, wanted);
                    return MoveResponses.plan(cluster, plan, Optional.empty(), replays.of(cluster, plan));
                },
                (guard, caller) -> MoveResponses.done(cluster, moves.reset(cluster, name, wanted, guard, caller)));
    }

    @GET
    @Path(ONE + "/offsets")
    @Needs(level = Level.VIEWER)
    @Answers({ProblemType.CONSUMER_NOT_FOUND, ProblemType.GROUP_NOT_FOUND})
    @Operation(
            operationId = "listConsumerOffsets",
            summary = "List a managed consumer's offsets",
            description = "Where its group is, as listGroupOffsets tells it.")
    public Listing<OffsetRow> offsets(
            @PathParam("cluster") String clusterName,
            @PathParam("name") String name,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        String group = group(Level.VIEWER, clusterName, Ids.decode("name", name));
        Snapshot<GroupOffsets> measured = groups.offsets(cluster, group, OffsetsQuery.DEFAULT);
        return OffsetPages.of(
                measured,
                seen.beside(cluster, measured),
                OffsetPages.Wanted.ALL,
                Cursor.page(OffsetPages.BY_PARTITION, limit, cursor));
    }
}
