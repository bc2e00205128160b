package dev.fathom.http.consumer;

import static dev.fathom.http.problem.ProblemType.CONSUMER_NOT_FOUND;

import dev.fathom.config.Level;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.request.Links;
import dev.fathom.operation.Caller;
import dev.fathom.pool.ManagedConsumers;
import dev.fathom.pool.ManagedConsumers.Changed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
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
        content = @Content(schema = @Schema(implementation = ConsumerDetail.class)))
@APIResponse(
        responseCode = "202",
        description = "Accepted; members are changing state.",
        content = @Content(schema = @Schema(implementation = ConsumerDetail.class)))
@Answers(with = CommonProblems.CLUSTER)
public class ConsumerCommandsResource {

    private static final String ONE = "clusters/{cluster}/consumers/{name}";

    private final ChangeCalls changes;
    private final ConsumerCalls calls;
    private final ManagedConsumers consumers;

    ConsumerCommandsResource(ChangeCalls changes, ConsumerCalls calls, ManagedConsumers consumers) {
        this.changes = changes;
        this.calls = calls;
        this.consumers = consumers;
    }

    /** What an operator can tell a consumer. */
    private interface Command {
        Changed of(String cluster, String name, Caller caller);
    }

    private Response commanded(String cluster, String segment, String idempotencyKey, byte[] body, Command command) {
        AllowedChange call = calls.of(changes.withoutDryRun(body).keyedBy(idempotencyKey), cluster, segment);
        ConsumerBodies.nothing(call.body());
        return call.answer(caller -> ConsumerCalls.answer(cluster, command.of(cluster, call.id(), caller)));
    }

    @POST
    @Path(ONE + "/pause")
    @Consumes(MediaType.WILDCARD)
    @Needs(level = Level.OPERATOR)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "pauseConsumer",
            summary = "Pause a managed consumer",
            description = "Its members stay in the group and take nothing new.")
    @RequestBody(ref = "Nothing")
    public Response pause(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        return commanded(cluster, name, idempotencyKey, body, consumers::pause);
    }

    @POST
    @Path(ONE + "/resume")
    @Consumes(MediaType.WILDCARD)
    @Needs(level = Level.OPERATOR)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "resumeConsumer",
            summary = "Resume a managed consumer",
            description = "It runs on after a pause; one that failed starts again.")
    @RequestBody(ref = "Nothing")
    public Response resume(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        return commanded(cluster, name, idempotencyKey, body, consumers::resume);
    }

    @POST
    @Path(ONE + "/stop")
    @Consumes(MediaType.WILDCARD)
    @Needs(level = Level.OPERATOR)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "stopConsumer",
            summary = "Stop a managed consumer",
            description = "Its members drain, commit and leave the group.")
    @RequestBody(ref = "Nothing")
    public Response stop(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        return commanded(cluster, name, idempotencyKey, body, consumers::stop);
    }

    @POST
    @Path(ONE + "/start")
    @Consumes(MediaType.WILDCARD)
    @Needs(level = Level.OPERATOR)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "startConsumer",
            summary = "Start a managed consumer",
            description = "It runs, whatever it did before; one that failed starts again.")
    @RequestBody(ref = "Nothing")
    public Response start(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        return commanded(cluster, name, idempotencyKey, body, consumers::start);
    }

    @POST
    @Path(ONE + "/restart")
    @Consumes(MediaType.WILDCARD)
    @Needs(level = Level.OPERATOR)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "restartConsumer",
            summary = "Restart a managed consumer",
            description = "Every member drains, commits, leaves, and rejoins.")
    @RequestBody(ref = "Nothing")
    public Response restart(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        return commanded(cluster, name, idempotencyKey, body, consumers::restart);
    }

    @PUT
    @Path(ONE + "/scale")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.OPERATOR)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "scaleConsumer",
            summary = "Change how many members a managed consumer has",
            description = "Members are added or drained; the others keep running.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ScaleBody.class)))
    public Response scale(@PathParam("cluster") String cluster, @PathParam("name") String name, byte[] body) {
        AllowedChange call = calls.of(changes.withoutDryRun(body), cluster, name);
        int members = ConsumerBodies.members(call.body(), consumers.maxMembers());
        return call.answer(
                caller -> ConsumerCalls.answer(cluster, consumers.scale(cluster, call.id(), members, caller)));
    }
}
