package dev.fathom.http.consumer;

import dev.fathom.cluster.Cluster;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.change.Callers;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.operation.Caller;
import dev.fathom.pool.ManagedConsumers;
import dev.fathom.pool.ManagedConsumers.Changed;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
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

/** Telling managed consumers what to do. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Managed consumers")
@APIResponse(
        responseCode = "200",
        description = "Already in the requested state.",
        content =
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = ConsumerDetail.class)))
@APIResponse(
        responseCode = "202",
        description = "Accepted; members are changing state.",
        content =
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = ConsumerDetail.class)))
public class ConsumerCommandsResource {

    private static final String ONE = "clusters/{cluster}/consumers/{name}";

    private final CallerClusters clusters;
    private final ManagedConsumers consumers;
    private final ConsumerBodies bodies;
    private final IdempotentCalls calls;

    ConsumerCommandsResource(
            CallerClusters clusters, ManagedConsumers consumers, ConsumerBodies bodies, IdempotentCalls calls) {
        this.clusters = clusters;
        this.consumers = consumers;
        this.bodies = bodies;
        this.calls = calls;
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
        needOperator(clusterName, name);
        Optional<String> key = calls.key(idempotencyKey);
        Caller caller = Callers.of(request, key);
        return calls.once(
                cluster,
                caller,
                request.request().path(),
                sent,
                () -> ConsumerCalls.answer(clusterName, command.of(clusterName, name, caller)));
    }

    private void needOperator(String cluster, String name) {
        clusters.needConsumer(
                Level.OPERATOR,
                cluster,
                consumers.named(cluster, name).definition().spec());
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
            description = "It runs on after a pause; one that failed starts again.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
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
            description = "It runs, whatever it did before; one that failed starts again.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
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
            description = "Every member drains, commits, leaves, and rejoins.")
    @RequestBody(
            required = false,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = NoBody.class)))
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
    public Response scale(
            @PathParam("cluster") String clusterName,
            @PathParam("name") String segment,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        ChangeCalls.refuseOnReadOnly(clusters.named(clusterName, true), false);
        String name = Ids.decode("name", segment);
        needOperator(clusterName, name);
        int members = bodies.members(body == null ? new byte[0] : body, consumers.maxMembers());
        Caller caller = Callers.of(request, Optional.empty());
        return ConsumerCalls.answer(clusterName, consumers.scale(clusterName, name, members, caller));
    }
}
