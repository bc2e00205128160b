package dev.fathom.http.reset;

import static dev.fathom.http.problem.ProblemType.INCOMPLETE;
import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import dev.fathom.access.Access;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.WireNames;
import dev.fathom.config.Level;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.auth.Needs.DryRun;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.pool.ConsumerMoves;
import dev.fathom.reset.Deletion;
import dev.fathom.reset.Deletions;
import dev.fathom.reset.Move;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.Resets;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Moving and deleting what groups have committed. */
@Path(Links.BASE)
@Produces(APPLICATION_JSON)
@Tag(name = "Moving offsets")
@Answers(with = CommonProblems.CLUSTER)
public class MovesResource {

    /** What an answer can have beside. */
    enum Extra {
        TIME
    }

    private final ChangeCalls changes;
    private final CallerClusters clusters;
    private final Resets resets;
    private final Deletions deletions;
    private final ConsumerMoves consumers;
    private final Replays replays;

    MovesResource(
            ChangeCalls changes,
            CallerClusters clusters,
            Resets resets,
            Deletions deletions,
            ConsumerMoves consumers,
            Replays replays) {
        this.replays = replays;
        this.changes = changes;
        this.clusters = clusters;
        this.resets = resets;
        this.deletions = deletions;
        this.consumers = consumers;
    }

    @POST
    @Path("clusters/{cluster}/groups/{group}/resets")
    @Consumes({APPLICATION_JSON, Csv.TEXT_CSV})
    @Produces({APPLICATION_JSON, Csv.TEXT_CSV})
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_BODY)
    @Answers(
            value = INCOMPLETE,
            with = {CommonProblems.GROUP, CommonProblems.CHANGE})
    @Operation(
            operationId = "resetGroup",
            summary = "Move a group's offsets",
            description =
                    "Plans (dryRun true) or moves (false) a group to positions, partition by partition. A dry run answers"
                            + " what would happen, what prevents it, and an ETag; sent back as If-Match it makes sure that"
                            + " nothing is moved unless the plan still stands. What is done is journaled, read back and can"
                            + " be undone. The body may also be Kafka's own plan file (text/csv, topic,partition,offset),"
                            + " with dryRun as a parameter; with Accept: text/csv a dry run answers one.")
    @RequestBody(
            required = true,
            content = {
                @Content(mediaType = APPLICATION_JSON, schema = @Schema(implementation = ResetBody.class)),
                @Content(mediaType = Csv.TEXT_CSV, schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(
            responseCode = "200",
            description = "The plan, or what became of it.",
            content = {
                @Content(mediaType = APPLICATION_JSON, schema = @Schema(implementation = MoveAnswer.class)),
                @Content(mediaType = Csv.TEXT_CSV, schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(
            responseCode = "202",
            description = "The group has members; the operation waits for it to be empty.",
            content = @Content(mediaType = APPLICATION_JSON, schema = @Schema(implementation = MoveAnswer.class)))
    public Response reset(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String groupSegment,
            @QueryParam("dryRun") @Nullable String dryRun,
            @WordsOf(Extra.class) @QueryParam("include") @Nullable String include,
            @QueryParam("reason") @Nullable String reason,
            @QueryParam("createGroup") @Nullable String createGroup,
            @WordsOf(OutOfRange.class) @QueryParam("outOfRange") @Nullable String outOfRange,
            @QueryParam(CsvFile.PARTIAL) @Nullable String partial,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) @Nullable String idempotencyKey,
            @Context HttpHeaders headers,
            byte[] body) {
        boolean planFile = PlanFile.isSent(headers);
        AllowedChange call = (planFile ? changes.dryRunInQuery(dryRun, body) : changes.dryRunInBody(body))
                .guardedBy(ifMatch)
                .keyedBy(idempotencyKey)
                .onGroup(clusterName, groupSegment);
        boolean withTime = includesTime(include);
        ResetRequest wanted = planFile
                ? PlanFile.read(call.id(), call.body().sent(), outOfRange, createGroup, reason)
                : json(call, dryRun, reason, createGroup, outOfRange);
        return reset(
                call,
                wanted,
                withTime,
                shown -> Csv.wantedBy(headers)
                        ? PlanFile.answer(shown, Params.flag(CsvFile.PARTIAL, partial, false))
                        : MoveResponses.plan(
                                call.cluster(),
                                shown,
                                Resets.exactly(wanted, shown.plan()),
                                replays.of(call.cluster(), shown)));
    }

    private Response reset(
            AllowedChange call, ResetRequest wanted, boolean withTime, Function<Move, Response> planned) {
        needTopics(call, wanted);
        Cluster cluster = call.cluster();
        UnaryOperator<Move> shown = move -> withTime ? resets.withTimes(cluster, move) : move;
        return call.answer(
                () -> planned.apply(shown.apply(consumers.dryRunOfGroup(cluster, call.id(), wanted))),
                (guard, caller) -> MoveResponses.done(
                        cluster, shown.apply(consumers.resetGroup(cluster, call.id(), wanted, guard, caller))));
    }

    private static ResetRequest json(AllowedChange call, @Nullable String... ofPlanFiles) {
        if (Stream.of(ofPlanFiles).anyMatch(Objects::nonNull)) {
            throw ProblemException.parameter(
                    "dryRun", "in JSON dryRun, reason, createGroup and outOfRange are fields of the body.");
        }
        return ResetBodies.read(call.body().as(ResetBody.class));
    }

    /** What waits is planned again when its time comes, by the service: it must name what it is about. */
    private void needTopics(AllowedChange call, ResetRequest request) {
        Access access = clusters.access();
        String cluster = call.cluster().name();
        boolean later =
                request.waiting().forEmpty().isPresent() || request.waiting().pauseConsumers();
        if (later && request.targets().isEmpty()) {
            access.needWholeGroup(call.level(), cluster, call.id());
        }
        request.targets().forEach(target -> access.needGroupsTopic(call.level(), cluster, call.id(), target.topic()));
    }

    private static boolean includesTime(@Nullable String include) {
        Set<String> wanted = Set.copyOf(Params.list(include));
        if (!Set.of(WireNames.of(Extra.TIME)).containsAll(wanted)) {
            throw ProblemException.parameter("include", "\"" + include + "\" is not time.");
        }
        return !wanted.isEmpty();
    }

    @DELETE
    @Path("clusters/{cluster}/groups/{group}/offsets")
    @Needs(level = Level.ADMIN, dryRun = DryRun.IN_QUERY)
    @Answers(with = {CommonProblems.GROUP, CommonProblems.CHANGE})
    @Operation(
            operationId = "deleteGroupOffsets",
            summary = "Delete a group's offsets",
            description =
                    "Deletes what the group has committed: everything, on one topic, or on one partition. The group may"
                            + " have members as long as none of them reads the topic. Can be undone, except for share"
                            + " groups, which forget by topic and for good.")
    @APIResponseSchema(
            value = MoveAnswer.class,
            responseCode = "200",
            responseDescription = "The plan, or what became of it.")
    public Response deleteOffsets(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = "One topic, exactly; all when absent.") @QueryParam("topic") String topic,
            @Parameter(
                            description = "One partition of the topic; all when absent.",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int32", minimum = "0"))
                    @QueryParam("partition")
                    String partition,
            @QueryParam("dryRun") String dryRun,
            @QueryParam("acknowledgeInUse") String acknowledgeInUse,
            @QueryParam("stable") String stable,
            @QueryParam("reason") String reason,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        AllowedChange call =
                changes.dryRunInQuery(dryRun, null).guardedBy(ifMatch).onGroup(clusterName, group);
        Optional<Integer> number = Params.number("partition", partition, 0, Integer.MAX_VALUE).stream()
                .mapToObj(found -> (int) found)
                .findFirst();
        if (number.isPresent() && Params.text(topic).isEmpty()) {
            throw ProblemException.parameter("partition", "is one of a topic: name the topic too.");
        }
        return deleted(
                call,
                new Deletion(
                        false,
                        Params.text(topic),
                        number,
                        acknowledged(acknowledgeInUse, null),
                        Params.flag("stable", stable, true),
                        Params.text(reason)));
    }

    @DELETE
    @Path("clusters/{cluster}/groups/{group}")
    @Needs(level = Level.ADMIN, dryRun = DryRun.IN_QUERY)
    @Answers(with = {CommonProblems.GROUP, CommonProblems.CHANGE})
    @Operation(
            operationId = "deleteGroup",
            summary = "Delete a group",
            description =
                    "Deletes a group without members, with all it committed. Undo commits it all again, except for share"
                            + " groups, and for what the service could not see: where the cluster's ACLs may hide topics"
                            + " from it, or an open transaction holds a commit, the deletion has to be acknowledged.")
    @APIResponseSchema(
            value = MoveAnswer.class,
            responseCode = "200",
            responseDescription = "The plan, or what became of it.")
    public Response deleteGroup(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @QueryParam("dryRun") String dryRun,
            @QueryParam("acknowledgeInUse") String acknowledgeInUse,
            @QueryParam("acknowledgeUnseen") String acknowledgeUnseen,
            @QueryParam("stable") String stable,
            @QueryParam("reason") String reason,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        AllowedChange call =
                changes.dryRunInQuery(dryRun, null).guardedBy(ifMatch).onWholeGroup(clusterName, group);
        return deleted(
                call,
                new Deletion(
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        acknowledged(acknowledgeInUse, acknowledgeUnseen),
                        Params.flag("stable", stable, true),
                        Params.text(reason)));
    }

    private static Set<Acknowledgement> acknowledged(String inUse, @Nullable String unseen) {
        return Acknowledgement.of(one -> switch (one) {
            case IN_USE -> Params.flag("acknowledgeInUse", inUse, false);
            case UNSEEN -> Params.flag("acknowledgeUnseen", unseen, false);
            default -> false;
        });
    }

    private Response deleted(AllowedChange call, Deletion deletion) {
        Cluster cluster = call.cluster();
        return call.answer(
                () -> MoveResponses.plan(
                        cluster, deletions.dryRun(cluster, call.id(), deletion), Optional.empty(), Optional.empty()),
                (guard, caller) ->
                        MoveResponses.done(cluster, deletions.apply(cluster, call.id(), deletion, guard, caller)));
    }
}
