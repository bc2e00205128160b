package dev.fathom.http;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.config.Level;
import dev.fathom.group.Groups;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.model.ConsumerDetail;
import dev.fathom.http.model.Listing;
import dev.fathom.http.model.MoveAnswer;
import dev.fathom.http.model.NoBody;
import dev.fathom.http.model.OffsetRow;
import dev.fathom.http.model.ResetBody;
import dev.fathom.http.model.ScaleBody;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.Lag;
import dev.fathom.lag.OffsetsQuery;
import dev.fathom.operation.Caller;
import dev.fathom.pool.ManagedConsumers;
import dev.fathom.pool.ManagedConsumers.Changed;
import dev.fathom.pool.definition.Spec;
import dev.fathom.reset.Guard;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Telling managed consumers what to do, and moving them. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Managed consumers")
public class ConsumerCommandsResource {

    private static final String ONE = "clusters/{cluster}/consumers/{name}";

    private final CallerClusters clusters;
    private final ManagedConsumers consumers;
    private final ConsumerBodies bodies;
    private final ResetBodies resetBodies;
    private final JsonBodies json;
    private final IdempotentCalls calls;
    private final Groups groups;
    private final Lag lag;

    ConsumerCommandsResource(
            CallerClusters clusters,
            ManagedConsumers consumers,
            ConsumerBodies bodies,
            ResetBodies resetBodies,
            JsonBodies json,
            IdempotentCalls calls,
            Groups groups,
            Lag lag) {
        this.clusters = clusters;
        this.consumers = consumers;
        this.bodies = bodies;
        this.resetBodies = resetBodies;
        this.json = json;
        this.calls = calls;
        this.groups = groups;
        this.lag = lag;
    }

    /** What an operator can tell a consumer. */
    private interface Command {
        Changed of(String cluster, String name, Caller caller);
    }

    private Response commanded(
            String clusterName,
            String segment,
            String idempotencyKey,
            RoutingContext request,
            byte[] body,
            Command command)
            throws IOException {
        Cluster cluster = clusters.named(clusterName, true);
        ChangeCalls.refuseOnReadOnly(cluster, false);
        byte[] sent = body == null ? new byte[0] : body;
        bodies.nothing(sent);
        String name = Ids.decode("name", segment);
        need(Level.OPERATOR, clusterName, name);
        Optional<String> key = calls.key(idempotencyKey);
        Caller caller = Callers.of(request, key);
        return calls.once(
                cluster,
                key,
                request.request().path(),
                sent,
                () -> ConsumerCalls.answer(clusterName, command.of(clusterName, name, caller)));
    }

    private Spec need(Level level, String cluster, String name) {
        Spec spec = consumers.named(cluster, name).definition().spec();
        clusters.needConsumer(level, cluster, spec);
        return spec;
    }

    @POST
    @Path(ONE + "/pause")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "pauseConsumer",
            summary = "Pause a managed consumer",
            description = "Its members stay in the group and take nothing new.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is so already.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "It is on its way.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    public Response pause(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        return commanded(cluster, name, idempotencyKey, request, body, consumers::pause);
    }

    @POST
    @Path(ONE + "/resume")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "resumeConsumer",
            summary = "Resume a managed consumer",
            description = "It runs on after a pause; one that failed starts anew.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is so already.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "It is on its way.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    public Response resume(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        return commanded(cluster, name, idempotencyKey, request, body, consumers::resume);
    }

    @POST
    @Path(ONE + "/stop")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "stopConsumer",
            summary = "Stop a managed consumer",
            description = "Its members drain, commit and leave the group.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is so already.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "It is on its way.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    public Response stop(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        return commanded(cluster, name, idempotencyKey, request, body, consumers::stop);
    }

    @POST
    @Path(ONE + "/start")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "startConsumer",
            summary = "Start a managed consumer",
            description = "It runs, whatever it did before; one that failed starts anew.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is so already.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "It is on its way.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    public Response start(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        return commanded(cluster, name, idempotencyKey, request, body, consumers::start);
    }

    @POST
    @Path(ONE + "/restart")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "restartConsumer",
            summary = "Restart a managed consumer",
            description = "Every member drains, commits, leaves, and joins anew.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is so already.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "It is on its way.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    public Response restart(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        return commanded(cluster, name, idempotencyKey, request, body, consumers::restart);
    }

    @PUT
    @Path(ONE + "/scale")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "scaleConsumer",
            summary = "Change how many members a managed consumer has",
            description = "Members are added or drained; those that stay run on.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ScaleBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is so already.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "It is on its way.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ConsumerDetail.class)))
    public Response scale(
            @PathParam("cluster") String clusterName,
            @PathParam("name") String name,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        ChangeCalls.refuseOnReadOnly(clusters.named(clusterName, true), false);
        need(Level.OPERATOR, clusterName, Ids.decode("name", name));
        int members = bodies.members(body == null ? new byte[0] : body, consumers.maxMembers());
        Caller caller = Callers.of(request, Optional.empty());
        return ConsumerCalls.answer(
                clusterName, consumers.scale(clusterName, Ids.decode("name", name), members, caller));
    }

    @POST
    @Path(ONE + "/resets")
    @Consumes(MediaType.APPLICATION_JSON)
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
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MoveAnswer.class)))
    @APIResponse(
            responseCode = "202",
            description = "Members make way; the operation waits for the group to be empty.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MoveAnswer.class)))
    public Response reset(
            @PathParam("cluster") String clusterName,
            @PathParam("name") String segment,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        byte[] sent = body == null ? new byte[0] : body;
        String name = Ids.decode("name", segment);
        boolean planOnly = json.isDryRun(sent);
        clusters.access().needCluster(planOnly ? Level.VIEWER : Level.OPERATOR, clusterName);
        String group = need(planOnly ? Level.VIEWER : Level.OPERATOR, clusterName, name)
                .groupId();
        Cluster cluster = clusters.toChange(clusterName, group);
        ChangeCalls.refuse(clusters, cluster, Level.OPERATOR, group, request, planOnly);
        ResetBodies.Read read = resetBodies.read(sent);
        if (read.dryRun()) {
            return ChangeCalls.plan(cluster, consumers.dryRun(cluster, name, read.request()));
        }
        Guard guard = ChangeCalls.guard(ifMatch);
        Optional<String> key = calls.key(idempotencyKey);
        Caller caller = Callers.of(request, key);
        return calls.once(
                cluster,
                key,
                request.request().path(),
                sent,
                () -> ChangeCalls.done(cluster, consumers.reset(cluster, name, read.request(), guard, caller)));
    }

    @GET
    @Path(ONE + "/offsets")
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
        String group = need(Level.VIEWER, clusterName, Ids.decode("name", name)).groupId();
        Snapshot<GroupOffsets> measured =
                groups.withGroup(cluster, group, listing -> lag.offsets(cluster, listing, OffsetsQuery.DEFAULT));
        return OffsetPages.of(measured, measured.value().rows(), Cursor.page(OffsetPages.BY_PARTITION, limit, cursor));
    }
}
