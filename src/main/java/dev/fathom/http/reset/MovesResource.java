package dev.fathom.http.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.config.Level;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.Csv.KafkaOffset;
import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.change.Callers;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.JsonBodies;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.reset.ResetBodies.Read;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Caller;
import dev.fathom.pool.ConsumerMoves;
import dev.fathom.reset.Deletion;
import dev.fathom.reset.Deletions;
import dev.fathom.reset.Guard;
import dev.fathom.reset.Move;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.Resets;
import dev.fathom.reset.Waiting;
import io.vertx.ext.web.RoutingContext;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Moving and deleting what groups have committed. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Moving offsets")
public class MovesResource {

    private final CallerClusters clusters;
    private final Resets resets;
    private final Deletions deletions;
    private final ResetBodies resetBodies;
    private final JsonBodies bodies;
    private final IdempotentCalls calls;
    private final ConsumerMoves consumers;

    MovesResource(
            CallerClusters clusters,
            Resets resets,
            Deletions deletions,
            ResetBodies resetBodies,
            JsonBodies bodies,
            IdempotentCalls calls,
            ConsumerMoves consumers) {
        this.consumers = consumers;
        this.resetBodies = resetBodies;
        this.clusters = clusters;
        this.resets = resets;
        this.deletions = deletions;
        this.bodies = bodies;
        this.calls = calls;
    }

    @POST
    @Path("clusters/{cluster}/groups/{group}/resets")
    @Consumes({MediaType.APPLICATION_JSON, Csv.TEXT_CSV})
    @Produces({MediaType.APPLICATION_JSON, Csv.TEXT_CSV})
    @Operation(
            operationId = "resetGroup",
            summary = "Move a group's offsets",
            description =
                    "Plans (dryRun true) or moves (false) a group to positions, partition by partition. A dry run answers"
                            + " what would happen, what is in the way, and an ETag; sent back as If-Match it makes sure that"
                            + " nothing is moved unless the plan still stands. What is done is journaled, read back and can"
                            + " be undone. The body may also be Kafka's own plan file (text/csv, topic,partition,offset),"
                            + " with dryRun as a parameter; with Accept: text/csv a dry run answers one.")
    @RequestBody(
            required = true,
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ResetBody.class)),
                @Content(mediaType = Csv.TEXT_CSV, schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(
            responseCode = "200",
            description = "The plan, or what became of it.",
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = MoveAnswer.class)),
                @Content(mediaType = Csv.TEXT_CSV, schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(
            responseCode = "202",
            description = "The group has members; the operation waits for it to be empty.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MoveAnswer.class)))
    public Response reset(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String groupSegment,
            @Parameter(
                            description = "Whether to plan only; needed with a plan file, in JSON it is a field.",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("dryRun")
                    String dryRun,
            @Parameter(
                            description = "What else is wanted: time, the timestamps of the records at the targets.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"time"}))
                    @QueryParam("include")
                    String include,
            @Parameter(description = "With a plan file: why, for the journal.") @QueryParam("reason") String reason,
            @Parameter(
                            description =
                                    "With a plan file: allows a group that does not exist yet; false when not given.",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("createGroup")
                    String createGroup,
            @Parameter(
                            description =
                                    "With a plan file: what to do about an offset outside the log; reject when not given.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"reject", "clamp"}))
                    @QueryParam("outOfRange")
                    String outOfRange,
            @QueryParam(CsvFile.PARTIAL) String partial,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            @Context HttpHeaders headers,
            @Context RoutingContext request,
            byte[] body)
            throws IOException {
        String group = Ids.decode("group", groupSegment);
        Cluster cluster = clusters.toChange(clusterName, group);
        byte[] sent = body == null ? new byte[0] : body;
        boolean planFile =
                headers.getMediaType() != null && headers.getMediaType().isCompatible(MediaType.valueOf(Csv.TEXT_CSV));
        boolean asksDryRun = planFile ? Params.flag("dryRun", dryRun, false) : bodies.isDryRun(sent);
        ChangeCalls.refuse(clusters, cluster, Level.OPERATOR, group, request, asksDryRun);
        boolean withTime = includesTime(include);
        Read read = planFile
                ? planFile(group, sent, dryRun, reason, createGroup, outOfRange)
                : json(sent, dryRun, reason, createGroup, outOfRange);
        needTopics(cluster, group, read.request(), read.dryRun() ? Level.VIEWER : Level.OPERATOR);
        Optional<String> consumer = consumers.toPauseFor(
                clusterName, group, read.request().waiting().pauseConsumers());
        if (read.dryRun()) {
            Move move = consumer.isPresent()
                    ? consumers.dryRun(cluster, consumer.get(), read.request())
                    : resets.dryRun(cluster, group, read.request());
            Move shown = withTime ? resets.withTimes(cluster, move) : move;
            return Csv.wantedBy(headers)
                    ? planFile(shown, Params.flag(CsvFile.PARTIAL, partial, false))
                    : planned(cluster, shown, read.request());
        }
        Guard guard = ChangeCalls.guard(ifMatch);
        Optional<String> key = calls.key(idempotencyKey);
        Caller caller = Callers.of(request, key);
        return calls.once(cluster, caller, request.request().path(), sent, () -> {
            Move move = consumer.isPresent()
                    ? consumers.reset(cluster, consumer.get(), read.request(), guard, caller)
                    : resets.apply(cluster, group, read.request(), guard, caller);
            return MoveResponses.done(cluster, withTime ? resets.withTimes(cluster, move) : move);
        });
    }

    /** What waits is planned again when its time comes, by the service: it must name what it is about. */
    private void needTopics(Cluster cluster, String group, ResetRequest request, Level level) {
        boolean later =
                request.waiting().forEmpty().isPresent() || request.waiting().pauseConsumers();
        if (later && request.targets().isEmpty()) {
            clusters.access().needWholeGroup(level, cluster.name(), group);
        }
        request.targets()
                .forEach(target -> clusters.access().needGroupsTopic(level, cluster.name(), group, target.topic()));
    }

    private static boolean includesTime(String include) {
        Set<String> wanted = Set.copyOf(Params.list(include));
        if (!Set.of("time").containsAll(wanted)) {
            throw ProblemException.parameter("include", "\"" + include + "\" is not time.");
        }
        return !wanted.isEmpty();
    }

    private Read json(byte[] body, String dryRun, String reason, String createGroup, String outOfRange)
            throws IOException {
        boolean any = Stream.of(dryRun, reason, createGroup, outOfRange).anyMatch(value -> value != null);
        if (any) {
            throw ProblemException.parameter(
                    "dryRun", "in JSON dryRun, reason, createGroup and outOfRange are fields of the body.");
        }
        return resetBodies.read(body);
    }

    private static Read planFile(
            String group, byte[] body, String dryRun, String reason, String createGroup, String outOfRange) {
        boolean planOnly = ChangeCalls.requiredDryRun(dryRun);
        OutOfRange beyond = Params.text(outOfRange)
                .map(word -> Params.one("outOfRange", word, List.of(OutOfRange.values()), OutOfRange::wireName))
                .orElse(OutOfRange.REJECT);
        Policy policy =
                Policy.of(beyond, NoRecord.REJECT).creatingGroup(Params.flag("createGroup", createGroup, false));
        ResetRequest request = new ResetRequest(
                Optional.empty(),
                ResetBodies.planFile(group, body),
                policy,
                Set.of(),
                Waiting.NONE,
                Params.text(reason));
        return new Read(request, planOnly);
    }

    private static Response planned(Cluster cluster, Move move, ResetRequest request) {
        return Response.ok(
                        MoveAnswer.of(cluster.name(), move, true, Resets.exactly(request, move.plan())),
                        MediaType.APPLICATION_JSON)
                .header(HttpHeaders.ETAG, move.tag().toString())
                .build();
    }

    private static Response planFile(Move move, boolean partial) {
        List<ItemProblem> missing = move.plan().rows().stream()
                .filter(row -> row.from().isPresent() && row.to().isEmpty())
                .map(row -> CsvFile.unsayable(row.partition()))
                .toList();
        CsvFile.refuse(missing, partial);
        List<KafkaOffset> rows = move.plan().rows().stream()
                .flatMap(row -> row.to().map(Commit::offset).stream()
                        .map(offset -> new KafkaOffset(
                                row.partition().topic(), row.partition().partition(), offset)))
                .toList();
        return Response.fromResponse(CsvFile.answer(Csv.plan(rows), missing))
                .header(HttpHeaders.ETAG, move.tag().toString())
                .build();
    }

    @DELETE
    @Path("clusters/{cluster}/groups/{group}/offsets")
    @Operation(
            operationId = "deleteGroupOffsets",
            summary = "Delete a group's offsets",
            description =
                    "Deletes what the group has committed: everything, on one topic, or on one partition. The group may"
                            + " have members as long as none of them reads the topic. Can be undone, except for share"
                            + " groups, which forget by topic and for good.")
    @APIResponse(
            responseCode = "200",
            description = "The plan, or what became of it.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MoveAnswer.class)))
    public Response deleteOffsets(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = "One topic, whole; all when absent.") @QueryParam("topic") String topic,
            @Parameter(
                            description = "One partition of the topic; all when absent.",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int32", minimum = "0"))
                    @QueryParam("partition")
                    String partition,
            @QueryParam("dryRun") String dryRun,
            @QueryParam("acknowledgeInUse") String acknowledgeInUse,
            @Parameter(
                            description =
                                    "Whether a commit that an open transaction holds is in the way; true when not given.",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("stable")
                    String stable,
            @QueryParam("reason") String reason,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Context RoutingContext request) {
        Cluster cluster = clusters.toChange(clusterName, Ids.decode("group", group));
        ChangeCalls.refuseOnReadOnly(cluster, "true".equals(dryRun));
        boolean planOnly = ChangeCalls.requiredDryRun(dryRun);
        Optional<Integer> number = Params.number("partition", partition, 0, Integer.MAX_VALUE).stream()
                .mapToObj(found -> (int) found)
                .findFirst();
        if (number.isPresent() && Params.text(topic).isEmpty()) {
            throw ProblemException.parameter("partition", "is one of a topic: name the topic too.");
        }
        Deletion deletion = new Deletion(
                false,
                Params.text(topic),
                number,
                acknowledged(acknowledgeInUse, null),
                Params.flag("stable", stable, true),
                Params.text(reason));
        return removed(cluster, group, deletion, planOnly, ifMatch, request);
    }

    @DELETE
    @Path("clusters/{cluster}/groups/{group}")
    @Operation(
            operationId = "deleteGroup",
            summary = "Delete a group",
            description =
                    "Deletes a group without members, with all it committed. Undo commits it all again, except for share"
                            + " groups, and for what the service could not see: where the cluster's ACLs may hide topics"
                            + " from it, or an open transaction holds a commit, the deletion has to be acknowledged.")
    @APIResponse(
            responseCode = "200",
            description = "The plan, or what became of it.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = MoveAnswer.class)))
    public Response deleteGroup(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @QueryParam("dryRun") String dryRun,
            @QueryParam("acknowledgeInUse") String acknowledgeInUse,
            @QueryParam("acknowledgeUnseen") String acknowledgeUnseen,
            @Parameter(
                            description =
                                    "Whether a commit that an open transaction holds is in the way; true when not given.",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("stable")
                    String stable,
            @QueryParam("reason") String reason,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Context RoutingContext request) {
        String id = Ids.decode("group", group);
        Cluster cluster = clusters.toChange(clusterName, id);
        ChangeCalls.refuseOnReadOnly(cluster, "true".equals(dryRun));
        boolean planOnly = ChangeCalls.requiredDryRun(dryRun);
        clusters.access().needWholeGroup(planOnly ? Level.VIEWER : Level.ADMIN, clusterName, id);
        Deletion deletion = new Deletion(
                true,
                Optional.empty(),
                Optional.empty(),
                acknowledged(acknowledgeInUse, acknowledgeUnseen),
                Params.flag("stable", stable, true),
                Params.text(reason));
        return removed(cluster, group, deletion, planOnly, ifMatch, request);
    }

    private static Set<Acknowledgement> acknowledged(String inUse, String unseen) {
        return Acknowledgement.of(one -> switch (one) {
            case IN_USE -> Params.flag(one.field(), inUse, false);
            case UNSEEN -> Params.flag(one.field(), unseen, false);
            default -> false;
        });
    }

    private Response removed(
            Cluster cluster,
            String groupSegment,
            Deletion deletion,
            boolean planOnly,
            String ifMatch,
            RoutingContext request) {
        String group = Ids.decode("group", groupSegment);
        if (planOnly) {
            return MoveResponses.plan(cluster, deletions.dryRun(cluster, group, deletion));
        }
        Caller caller = Callers.of(request, Optional.empty());
        return MoveResponses.done(
                cluster, deletions.apply(cluster, group, deletion, ChangeCalls.guard(ifMatch), caller));
    }
}
