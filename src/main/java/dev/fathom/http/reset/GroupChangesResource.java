package dev.fathom.http.reset;

import static dev.fathom.http.problem.ProblemType.MEMBER_NOT_FOUND;

import dev.fathom.config.Level;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.auth.Needs.DryRun;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.operation.Status;
import dev.fathom.reset.CleanupRequest;
import dev.fathom.reset.Cleanups;
import dev.fathom.reset.Cleanups.Cleanup;
import dev.fathom.reset.MemberRemovals;
import dev.fathom.reset.MemberRemovals.Removed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Removing members, and groups nobody uses. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Moving offsets")
@Answers(with = CommonProblems.CLUSTER)
public class GroupChangesResource {

    private final ChangeCalls changes;
    private final MemberRemovals removals;
    private final Cleanups cleanups;

    GroupChangesResource(ChangeCalls changes, MemberRemovals removals, Cleanups cleanups) {
        this.changes = changes;
        this.removals = removals;
        this.cleanups = cleanups;
    }

    @DELETE
    @Path("clusters/{cluster}/groups/{group}/members/{instanceId}")
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_QUERY)
    @Answers(
            value = MEMBER_NOT_FOUND,
            with = {CommonProblems.GROUP, CommonProblems.CHANGE})
    @Operation(
            operationId = "removeMember",
            summary = "Remove a static member",
            description =
                    "Makes the member with an instance id (group.instance.id) leave, so that its partitions go to others"
                            + " without waiting for its session to end. If it is still running it joins again. Not for share"
                            + " and streams groups.")
    @APIResponseSchema(
            value = MembersRemoved.class,
            responseCode = "200",
            responseDescription = "Who is, or was, removed.")
    public Response removeMember(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = "The member's instance id, percent-encoded like a group's id.")
                    @PathParam("instanceId")
                    String instanceId,
            @QueryParam("dryRun") String dryRun,
            @QueryParam("reason") String reason,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        Optional<String> member = Optional.of(Ids.decode("instanceId", instanceId));
        AllowedChange call =
                changes.dryRunInQuery(dryRun, null).guardedBy(ifMatch).onGroup(clusterName, group);
        return removed(call, member, reason);
    }

    @DELETE
    @Path("clusters/{cluster}/groups/{group}/members")
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_QUERY)
    @Answers(with = {CommonProblems.GROUP, CommonProblems.CHANGE})
    @Operation(
            operationId = "removeMembers",
            summary = "Remove all members",
            description =
                    "Makes every member leave, static ones too. Those that are still running join again, so this is a way to"
                            + " make a group rebalance, not to stop it. Not for share and streams groups, nor for classic groups whose"
                            + " members are not consumers (protocol is not consumer), such as Kafka Connect's: Kafka's client"
                            + " cannot remove those.")
    @APIResponseSchema(
            value = MembersRemoved.class,
            responseCode = "200",
            responseDescription = "Who is, or was, removed.")
    public Response removeMembers(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(
                            description =
                                    "Required, and must be true: a call without an instance id removes all members.",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("all")
                    String all,
            @QueryParam("dryRun") String dryRun,
            @QueryParam("reason") String reason,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        AllowedChange call =
                changes.dryRunInQuery(dryRun, null).guardedBy(ifMatch).onGroup(clusterName, group);
        if (!Params.flag("all", all, false)) {
            throw ProblemException.parameter("all", "required: true to remove every member; or name one in the path.");
        }
        return removed(call, Optional.empty(), reason);
    }

    private Response removed(AllowedChange call, Optional<String> instanceId, String reason) {
        MemberRemovals.Request wanted = new MemberRemovals.Request(instanceId, Params.text(reason));
        return call.answer(
                () -> {
                    Removed planned = removals.dryRun(call.cluster(), call.id(), wanted);
                    return Response.ok(MembersRemoved.of(planned, true), MediaType.APPLICATION_JSON)
                            .header(HttpHeaders.ETAG, planned.tag().toString())
                            .build();
                },
                (guard, caller) -> {
                    Removed removed = removals.apply(call.cluster(), call.id(), wanted, guard, caller);
                    boolean whole = removed.result()
                            .map(result -> result.status() == Status.APPLIED)
                            .orElse(true);
                    return Response.status(whole ? 200 : 207)
                            .type(MediaType.APPLICATION_JSON)
                            .entity(MembersRemoved.of(removed, false))
                            .build();
                });
    }

    @POST
    @Path("clusters/{cluster}/groups/cleanup")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.ADMIN, dryRun = DryRun.IN_BODY)
    @Answers(with = CommonProblems.CHANGE)
    @Operation(
            operationId = "cleanUpGroups",
            summary = "Delete unused groups",
            description =
                    "Deletes groups that the service has seen without members and with the same commits for a while, each as an"
                            + " operation of its own that can be undone. A group that was observed for less is left alone and"
                            + " told, so the first answer of a new installation is about the time it has not watched. Where the"
                            + " cluster's ACLs may hide topics from the service, groups may have commits that no undo brings"
                            + " back: then nothing is deleted without acknowledgeUnseen.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = CleanupBody.class)))
    @APIResponseSchema(
            value = CleanupAnswer.class,
            responseCode = "200",
            responseDescription = "What becomes, or became, of each group that fits.")
    public Response cleanUp(
            @PathParam("cluster") String clusterName,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        // Whatever groups fit are deleted, with all their topics.
        AllowedChange call = changes.dryRunInBody(body)
                .guardedBy(ifMatch)
                .keyedBy(idempotencyKey)
                .onWholeCluster(clusterName);
        CleanupRequest wanted = call.body().as(CleanupBody.class).request();
        return call.answer(() -> answer(200, cleanups.dryRun(call.cluster(), wanted), true), (guard, caller) -> {
            Cleanup done = cleanups.apply(call.cluster(), wanted, guard, caller);
            boolean failed = done.candidates().stream()
                    .anyMatch(candidate -> candidate.problem().isPresent());
            return answer(failed ? 207 : 200, done, false);
        });
    }

    private static Response answer(int status, Cleanup cleanup, boolean dryRun) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.ETAG, dryRun ? cleanup.tag() : null)
                .entity(CleanupAnswer.of(cleanup.candidates(), dryRun))
                .build();
    }
}
