package dev.fathom.http.parking;

import static dev.fathom.http.problem.ProblemType.OFFSET_OUT_OF_RANGE;
import static dev.fathom.http.problem.ProblemType.PARTITION_NOT_FOUND;
import static dev.fathom.http.problem.ProblemType.TOPIC_NOT_FOUND;
import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.config.Level;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.auth.Needs.DryRun;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.reset.MoveResponses;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import dev.fathom.parking.ParkedRecord;
import dev.fathom.reset.ParkRequest;
import dev.fathom.reset.ParkedRecords;
import dev.fathom.reset.ParkedRecords.ParkedList;
import dev.fathom.reset.Parks;
import dev.fathom.reset.Parks.Parked;
import dev.fathom.reset.Redrives;
import dev.fathom.reset.Redrives.Redriven;
import dev.fathom.reset.Redrives.Stored;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Parking the record a group cannot get past, what is parked, and putting it back. */
@Path(Links.BASE)
@Produces(APPLICATION_JSON)
@Tag(name = "Moving offsets")
@Answers(with = CommonProblems.CLUSTER)
public class ParkingResource {

    private static final String LATEST_FIRST = "-offset";

    private final ChangeCalls changes;
    private final CallerClusters clusters;
    private final Parks parks;
    private final ParkedRecords parked;
    private final Redrives redrives;
    private final Clock clock;

    ParkingResource(
            ChangeCalls changes,
            CallerClusters clusters,
            Parks parks,
            ParkedRecords parked,
            Redrives redrives,
            Clock clock) {
        this.changes = changes;
        this.clusters = clusters;
        this.parks = parks;
        this.parked = parked;
        this.redrives = redrives;
        this.clock = clock;
    }

    @POST
    @Path("clusters/{cluster}/groups/{group}/park")
    @Consumes(APPLICATION_JSON)
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_BODY)
    @Answers(with = {CommonProblems.GROUP, CommonProblems.CHANGE})
    @Operation(
            operationId = "parkRecord",
            summary = "Park the record a group cannot get past",
            description =
                    "Copies the record that the group stands at on a partition to another topic, as it is and with headers that"
                            + " say where it came from (those of Kafka's own dead letters, __dlq.errors.*), and then moves the"
                            + " group to the offset after it. The copy is acknowledged by every in-sync replica before the"
                            + " commit moves; where that is interrupted, the next call finds the copy and makes no second. Guarded,"
                            + " journaled and undone as a reset; undo moves the group back and leaves the copy. Needs to read"
                            + " the records of both topics (records) and the level operator on the parking topic too.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ParkBody.class)))
    @APIResponseSchema(
            value = ParkAnswer.class,
            responseCode = "200",
            responseDescription = "The plan, or what became of it.")
    public Response park(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) @Nullable String idempotencyKey,
            byte[] body) {
        AllowedChange call = changes.dryRunInBody(body)
                .guardedBy(ifMatch)
                .keyedBy(idempotencyKey)
                .onGroup(clusterName, group);
        ParkRequest wanted = call.body().as(ParkBody.class).request();
        String from = wanted.partition().topic();
        clusters.access().needGroupsTopic(call.level(), clusterName, call.id(), from);
        clusters.access().needTopic(call.level(), clusterName, wanted.to());
        clusters.access().needRecords(clusterName, from);
        clusters.access().needRecords(clusterName, wanted.to());
        Cluster cluster = call.cluster();
        return call.answer(
                () -> {
                    Parked plan = parks.dryRun(cluster, call.id(), wanted);
                    return Response.ok(ParkAnswer.of(cluster.name(), plan, true), APPLICATION_JSON)
                            .header(HttpHeaders.ETAG, plan.move().tag().toString())
                            .build();
                },
                (guard, caller) -> {
                    Parked done = parks.apply(cluster, call.id(), wanted, guard, caller);
                    ParkAnswer answer = ParkAnswer.of(cluster.name(), done, false);
                    return Response.status(MoveResponses.status(done.move(), answer.move()))
                            .type(APPLICATION_JSON)
                            .entity(answer)
                            .build();
                });
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/parked")
    @Needs(level = Level.VIEWER)
    @Answers(TOPIC_NOT_FOUND)
    @Operation(
            operationId = "listParked",
            summary = "List what is parked for a group",
            description =
                    "The records in a topic that were parked for the group, by this service or as dead letters of Kafka's own, by"
                            + " partition and the latest first. Read from the end of the topic backwards, 5000 records and"
                            + " 32 MiB at most: complete is false where there are older ones. The group need not be there any"
                            + " more. Needs to read the topic's records (records).")
    public Listing<ParkedItem> list(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(
                            description = "The topic they are parked in.",
                            required = true,
                            example = "parked",
                            schema = @Schema(type = SchemaType.STRING))
                    @QueryParam("topic")
                    @Nullable
                    String topic,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("fresh") @Nullable String fresh) {
        String id = Ids.decode("group", group);
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        clusters.access().needGroup(Level.VIEWER, clusterName, id);
        PageRequest request = Cursor.page(LATEST_FIRST, limit, cursor);
        String name = Params.text(topic)
                .orElseThrow(() -> ProblemException.parameter("topic", "required: the topic they are parked in."));
        clusters.access().needRecords(clusterName, name);
        Instant observedAt = clock.instant();
        ParkedList list = parked.list(cluster, id, name);
        List<ParkedRecord> seen = list.records().stream()
                .filter(record -> clusters.access()
                        .onGroupsTopic(
                                Level.VIEWER, clusterName, id, record.record().topic()))
                .toList();
        Page<ParkedRecord> page = Page.of(seen, ParkingResource::key, request);
        List<ParkedItem> items = page.items().stream()
                .map(record -> ParkedItem.of(clusterName, record, list.redrivesOf(record)))
                .toList();
        return Lists.of(LATEST_FIRST, request, page.withItems(items), List.of(), observedAt)
                .complete(list.whole());
    }

    private static String key(ParkedRecord record) {
        return String.format(
                "%010d/%019d",
                record.copy().partition().partition(),
                Long.MAX_VALUE - record.copy().offset());
    }

    @POST
    @Path("clusters/{cluster}/groups/{group}/parked/{topic}/{partition}/{offset}/redrive")
    @Consumes(APPLICATION_JSON)
    @Needs(level = Level.OPERATOR, dryRun = DryRun.IN_BODY)
    @Answers(
            value = {TOPIC_NOT_FOUND, PARTITION_NOT_FOUND, OFFSET_OUT_OF_RANGE},
            with = CommonProblems.CHANGE)
    @Operation(
            operationId = "redriveRecord",
            summary = "Put a parked record back",
            description =
                    "Writes a parked record to the topic and partition it came from, with its key, value, headers and timestamp as"
                            + " they were, and reads it back. Every group that reads the topic is given it. The copy stays where"
                            + " it is; the journal tells that it was put back, and a second time has to be acknowledged. No commit"
                            + " changes, so the group may have members. Cannot be undone.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = RedriveBody.class)))
    @APIResponseSchema(
            value = RedriveAnswer.class,
            responseCode = "200",
            responseDescription = "The plan, or what became of it.")
    public Response redrive(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = "The topic it is parked in, percent-encoded.", example = "parked")
                    @PathParam("topic")
                    String topic,
            @PathParam("partition") String partition,
            @Parameter(
                            description = "Its offset there.",
                            example = "0",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"))
                    @PathParam("offset")
                    String offset,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(IdempotentCalls.HEADER) @Nullable String idempotencyKey,
            byte[] body) {
        AllowedChange call = changes.dryRunInBody(body)
                .guardedBy(ifMatch)
                .keyedBy(idempotencyKey)
                .onGroup(clusterName, group);
        Redrives.Request wanted = call.body().as(RedriveBody.class).request();
        RecordPlace place = place(Ids.decode("topic", topic), partition, offset);
        clusters.access().needTopic(call.level(), clusterName, place.topic());
        clusters.access().needRecords(clusterName, place.topic());
        Cluster cluster = call.cluster();
        return call.answer(
                () -> {
                    Redriven plan = redrives.dryRun(cluster, call.id(), stored(call, place), wanted);
                    return Response.ok(RedriveAnswer.of(plan, true), APPLICATION_JSON)
                            .header(HttpHeaders.ETAG, plan.tag().toString())
                            .build();
                },
                (guard, caller) -> Response.ok(
                                RedriveAnswer.of(
                                        redrives.apply(cluster, call.id(), stored(call, place), wanted, guard, caller),
                                        false),
                                APPLICATION_JSON)
                        .build());
    }

    /** The record says itself where it goes back to, which the caller has to be allowed to change and to read. */
    private Stored stored(AllowedChange call, RecordPlace place) {
        Stored stored = redrives.find(call.cluster(), call.id(), place);
        String cluster = call.cluster().name();
        String to = stored.record().record().topic();
        clusters.access().needGroupsTopic(call.level(), cluster, call.id(), to);
        clusters.access().needRecords(cluster, to);
        return stored;
    }

    private static RecordPlace place(String topic, String partition, String offset) {
        int number = (int) Params.number("partition", partition, 0, Integer.MAX_VALUE)
                .orElseThrow(() -> ProblemException.parameter("partition", "required: its number."));
        long at = Params.number("offset", offset, 0, Long.MAX_VALUE)
                .orElseThrow(() -> ProblemException.parameter("offset", "required: its offset."));
        return new RecordPlace(new TopicPartition(topic, number), at);
    }
}
