package dev.fathom.http.operation;

import static dev.fathom.http.problem.ProblemType.OPERATION_NOT_FOUND;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.config.Level;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.auth.Needs.DryRun;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCall;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.reset.MoveAnswer;
import dev.fathom.http.reset.MoveResponses;
import dev.fathom.http.reset.Replays;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Kind;
import dev.fathom.operation.Operations;
import dev.fathom.operation.Operations.Found;
import dev.fathom.operation.Operations.OperationList;
import dev.fathom.operation.Operations.Query;
import dev.fathom.operation.Parking;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import dev.fathom.pool.ConsumerMoves;
import dev.fathom.position.Position;
import dev.fathom.reset.Move;
import dev.fathom.reset.UndoRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The journal: what was changed through the service, and undoing it. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Operations")
@Answers(with = CommonProblems.JOURNAL)
public class OperationsResource {

    private static final String LATEST_FIRST = "-at";
    /** The most changes one page tells of. */
    private static final int MOST_CHANGES = 20_000;

    private final Operations operations;
    private final CallerClusters clusters;
    private final ChangeCalls changes;
    private final ConsumerMoves moves;
    private final Replays replays;
    private final Clock clock;

    OperationsResource(
            Operations operations,
            CallerClusters clusters,
            ChangeCalls changes,
            ConsumerMoves moves,
            Replays replays,
            Clock clock) {
        this.replays = replays;
        this.operations = operations;
        this.clusters = clusters;
        this.changes = changes;
        this.moves = moves;
        this.clock = clock;
    }

    @GET
    @Path("operations")
    @Needs(level = Level.VIEWER)
    @Operation(
            operationId = "listOperations",
            summary = "List operations",
            description =
                    "Every change made through the service, on any replica, and every attempt at one, the latest first. The"
                            + " journals are read to their end before the answer is given.")
    public Listing<OperationItem> list(
            @Parameter(description = "On one cluster.", example = "local") @QueryParam("cluster") @Nullable
                    String cluster,
            @Parameter(description = "On one group, exactly.") @QueryParam("group") @Nullable String group,
            @Parameter(description = "By one user, exactly.") @QueryParam("actor") @Nullable String actor,
            @Parameter(description = "Of one kind.") @WordsOf(Kind.class) @QueryParam("kind") @Nullable String kind,
            @Parameter(
                            description = "Started at or after a time (RFC 3339).",
                            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
                    @QueryParam("since")
                    @Nullable
                    String since,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Query query = new Query(
                Params.text(cluster),
                Params.text(group),
                Params.text(actor),
                Params.text(kind).map(word -> Params.one("kind", word, List.of(Kind.values()), Kind::wireName)),
                Params.text(since).map(OperationsResource::instant));
        PageRequest request = Cursor.page(LATEST_FIRST, limit, cursor);
        Instant observedAt = clock.instant();
        OperationList list = operations.list(query, clusters.arrival(), clusters.names(), this::sees, request);
        List<OperationItem> items = new ArrayList<>();
        int told = 0;
        for (dev.fathom.operation.Operation operation : list.page().items()) {
            told += operation.changeCount();
            items.add(OperationItem.of(operation, told <= MOST_CHANGES));
        }
        Page<OperationItem> page = list.page().withItems(items);
        return Lists.of(LATEST_FIRST, request, page, ItemProblem.of(list.problems(), List.of()), observedAt);
    }

    /** One whose group and topics the caller may all see. */
    private boolean sees(dev.fathom.operation.Operation operation) {
        return operation.topics().isEmpty()
                ? clusters.access().onGroup(Level.VIEWER, operation.cluster(), operation.group())
                : operation.topics().stream().allMatch(topic -> clusters.access()
                        .onGroupsTopic(Level.VIEWER, operation.cluster(), operation.group(), topic));
    }

    private Found found(String id, Level level) {
        Found found = operations.find(Ids.decode("id", id), clusters.arrival(), clusters.names());
        need(level, found.operation());
        return found;
    }

    private void need(Level level, dev.fathom.operation.Operation operation) {
        clusters.access().needGroup(level, operation.cluster(), operation.group());
        operation.topics().forEach(topic -> clusters.access()
                .needGroupsTopic(level, operation.cluster(), operation.group(), topic));
    }

    /** What is to be undone, which needs what doing it needed. */
    private Found toUndo(String id, ChangeCall call) {
        clusters.access().needAnywhere(call.level());
        Found found = found(id, Level.VIEWER);
        boolean deleted = EnumSet.of(Kind.DELETE_GROUP, Kind.DELETE_OFFSETS)
                .contains(found.operation().kind());
        need(call.level(deleted ? Level.ADMIN : Level.OPERATOR), found.operation());
        Cluster seen = clusters.toChange(found.cluster(), found.operation().group());
        return new Found(seen, found.operation());
    }

    private static Instant instant(String text) {
        try {
            return Position.parseInstant(Params.written(text));
        } catch (DateTimeException e) {
            throw ProblemException.parameter(
                    "since", "\"" + text + "\" is not an RFC 3339 instant such as 2026-11-20T10:15:00Z.");
        }
    }

    @GET
    @Path("operations/{id}")
    @Needs(level = Level.VIEWER)
    @Answers(OPERATION_NOT_FOUND)
    @Operation(
            operationId = "describeOperation",
            summary = "Describe an operation",
            description = "One change, with what was there before and after, partition by partition.")
    public OperationItem describe(@PathParam("id") String id) {
        return OperationItem.of(found(id, Level.VIEWER).operation(), true);
    }

    @DELETE
    @Path("operations/{id}")
    @Needs(level = Level.OPERATOR)
    @Answers(value = OPERATION_NOT_FOUND, with = CommonProblems.CHANGE)
    @Operation(
            operationId = "cancelOperation",
            summary = "Call off an operation that waits",
            description = "Ends an operation that waits for its group to be empty. One that no longer waits is a 409.")
    public OperationItem cancel(@PathParam("id") String id) {
        ChangeCall call = changes.withoutDryRun(null);
        Found found = found(id, call.level());
        AllowedChange allowed = call.on(found.cluster(), found.operation().id());
        return OperationItem.of(
                operations.cancel(
                        allowed.cluster(), allowed.id(), allowed.caller().actor()),
                true);
    }

    @POST
    @Path("operations/{id}/undo")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_BODY)
    @Answers(value = OPERATION_NOT_FOUND, with = CommonProblems.CHANGE)
    @Operation(
            operationId = "undoOperation",
            summary = "Undo an operation",
            description =
                    "Puts back what was committed before: offsets, leader epochs, metadata, and the absence of commits. The"
                            + " same guards as for a reset, and one more for every partition: where the commit is no longer"
                            + " the operation's, the topic was recreated, or the old offset lies outside the log, it says so"
                            + " and changes nothing. An undo is an operation itself and can be undone.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = UndoBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "The plan, or what became of it.",
            content = @Content(schema = @Schema(implementation = MoveAnswer.class)))
    @APIResponse(
            responseCode = "202",
            description = "Members of a managed consumer leave; the operation waits for the group to be empty.",
            content = @Content(schema = @Schema(implementation = MoveAnswer.class)))
    public Response undo(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) @Nullable String idempotencyKey,
            byte[] body) {
        ChangeCall call = changes.dryRunInBody(body).guardedBy(ifMatch).keyedBy(idempotencyKey);
        Found found = toUndo(id, call);
        AllowedChange allowed = call.on(found.cluster(), found.operation().id());
        UndoRequest wanted = allowed.body().as(UndoBody.class).request();
        Cluster cluster = allowed.cluster();
        Optional<RecordPlace> copy = found.operation().parking().flatMap(Parking::copy);
        return allowed.answer(
                () -> {
                    Move plan = moves.dryRunOfUndo(cluster, found.operation(), wanted);
                    return MoveResponses.plan(
                            plan,
                            MoveAnswer.of(cluster.name(), plan, true, Optional.empty(), replays.of(cluster, plan))
                                    .leaving(copy));
                },
                (guard, caller) -> {
                    Move move = moves.undo(cluster, found.operation(), wanted, guard, caller);
                    return MoveResponses.done(
                            move,
                            MoveAnswer.of(cluster.name(), move, false, Optional.empty(), Optional.empty())
                                    .leaving(copy));
                });
    }
}
