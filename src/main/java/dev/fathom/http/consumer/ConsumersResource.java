package dev.fathom.http.consumer;

import static dev.fathom.http.problem.ProblemType.CONSUMER_NOT_FOUND;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.config.Level;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCalls;
import dev.fathom.http.change.IdempotentCalls;
import dev.fathom.http.consumer.ConsumerBodies.Read;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.JsonBody;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import dev.fathom.pool.ConsumerView;
import dev.fathom.pool.ManagedConsumers;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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

/** Managed consumers: which there are, what they do; defining and deleting them. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Managed consumers")
@Answers(with = CommonProblems.CLUSTER)
public class ConsumersResource {

    private static final String BY_NAME = "name";
    private static final String BY_SLOT = "slot";
    private static final String BY_TIME = "-at";
    private static final int MOST_EVENTS = 100;
    private static final String ONE = "clusters/{cluster}/consumers/{name}";

    private final ChangeCalls changes;
    private final CallerClusters clusters;
    private final ConsumerCalls calls;
    private final ManagedConsumers consumers;
    private final ObjectMapper json;
    private final Clock clock;

    ConsumersResource(
            ChangeCalls changes,
            CallerClusters clusters,
            ConsumerCalls calls,
            ManagedConsumers consumers,
            ObjectMapper json,
            Clock clock) {
        this.changes = changes;
        this.clusters = clusters;
        this.calls = calls;
        this.consumers = consumers;
        this.json = json;
        this.clock = clock;
    }

    @GET
    @Path("clusters/{cluster}/consumers")
    @Needs(level = Level.VIEWER)
    @Operation(
            operationId = "listConsumers",
            summary = "List managed consumers",
            description =
                    "Every consumer that is defined on the cluster, by name, with what each of its members last reported of"
                            + " itself. Any replica answers for all.")
    public Listing<ConsumerDetail> list(
            @PathParam("cluster") String cluster,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageRequest request = Cursor.page(BY_NAME, limit, cursor);
        Page<ConsumerView> page =
                Page.of(visible(cluster), view -> view.definition().name(), request);
        List<ConsumerDetail> items = consumers.located(cluster, page.items()).stream()
                .map(view -> ConsumerDetail.of(cluster, view))
                .toList();
        return Lists.of(BY_NAME, request, page.withItems(items), List.of(), clock.instant());
    }

    private List<ConsumerView> visible(String cluster) {
        return consumers.all(cluster).stream()
                .filter(view -> clusters.sees(cluster, view.definition().spec()))
                .toList();
    }

    private ConsumerView seen(String cluster, String segment) {
        return calls.named(Level.VIEWER, cluster, Ids.decode("name", segment));
    }

    @POST
    @Path("clusters/{cluster}/consumers")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.ADMIN)
    @Answers(with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "createConsumer",
            summary = "Define a managed consumer",
            description =
                    "A group that reads topics with so many members, over all replicas. Each record goes to a sink, and its"
                            + " offset is committed only after the sink took it. It runs at once unless desired says"
                            + " otherwise.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ConsumerBody.class)))
    @APIResponseSchema(value = ConsumerDetail.class, responseCode = "201", responseDescription = "It is defined.")
    public Response create(
            @PathParam("cluster") String clusterName,
            @HeaderParam(IdempotentCalls.HEADER) String idempotencyKey,
            byte[] body) {
        AllowedChange call = changes.withoutDryRun(body).keyedBy(idempotencyKey).onCluster(clusterName);
        Read read = ConsumerBodies.read(call.body(), Optional.empty(), consumers.maxMembers());
        clusters.needToDefine(clusterName, read.spec());
        return call.answer(caller -> {
            ConsumerView view = consumers.create(clusterName, read.name(), read.desired(), read.spec(), caller);
            return Response.created(URI.create(Links.consumer(clusterName, read.name())))
                    .type(MediaType.APPLICATION_JSON)
                    .entity(ConsumerDetail.of(clusterName, view))
                    .build();
        });
    }

    @POST
    @Path("clusters/{cluster}/consumers/validate")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.VIEWER)
    @Answers(with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "validateConsumer",
            summary = "Check a definition",
            description =
                    "Whether the definition would be accepted now, for a new consumer or in the place of the one of that"
                            + " name; changes nothing. Answers the definition with every default filled in.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ConsumerBody.class)))
    @APIResponseSchema(value = ConsumerBody.class, responseCode = "200", responseDescription = "It would be accepted.")
    public Response validate(@PathParam("cluster") String cluster, byte[] body) {
        clusters.named(cluster, false);
        Read read = ConsumerBodies.read(new JsonBody(json, body), Optional.empty(), consumers.maxMembers());
        clusters.needConsumer(Level.VIEWER, cluster, read.spec());
        consumers.validate(cluster, read.name(), read.desired(), read.spec());
        return Response.ok(ConsumerBodies.written(read), MediaType.APPLICATION_JSON)
                .build();
    }

    @POST
    @Path("clusters/{cluster}/consumers/restore")
    @Consumes(MediaType.WILDCARD)
    @Needs(level = Level.ADMIN)
    @Answers(with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "restoreConsumers",
            summary = "Write the definitions back",
            description =
                    "After the topic of definitions was lost: recreates it and writes into it what this replica holds."
                            + " Until then consumers run on and nothing can be changed.")
    @RequestBody(ref = "Nothing")
    @APIResponseSchema(value = Restored.class, responseCode = "200", responseDescription = "They are written back.")
    public Response restore(@PathParam("cluster") String cluster, byte[] body) {
        AllowedChange call = changes.withoutDryRun(body).onWholeCluster(cluster);
        ConsumerBodies.nothing(call.body());
        return call.answer(caller -> Response.ok(new Restored(consumers.restore(cluster)), MediaType.APPLICATION_JSON)
                .build());
    }

    @GET
    @Path(ONE)
    @Needs(level = Level.VIEWER)
    @Answers(CONSUMER_NOT_FOUND)
    @Operation(
            operationId = "describeConsumer",
            summary = "Describe a managed consumer",
            description = "Its definition, and what each of its members last reported.")
    public ConsumerDetail describe(@PathParam("cluster") String cluster, @PathParam("name") String name) {
        ConsumerView view = seen(cluster, name);
        return ConsumerDetail.of(
                cluster, consumers.located(cluster, List.of(view)).get(0));
    }

    @PUT
    @Path(ONE)
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = Level.ADMIN)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "replaceConsumer",
            summary = "Change a managed consumer",
            description =
                    "Puts the whole definition in the place of the one of the given version. What is left out takes its"
                            + " default. Members start again where anything but their number changes.")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ConsumerBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "Already in the requested state.",
            content = @Content(schema = @Schema(implementation = ConsumerDetail.class)))
    @APIResponse(
            responseCode = "202",
            description = "Accepted; members are changing state.",
            content = @Content(schema = @Schema(implementation = ConsumerDetail.class)))
    public Response replace(
            @PathParam("cluster") String clusterName,
            @PathParam("name") String segment,
            @Parameter(
                            description = "Required: the version that is replaced; a stale one is a 409.",
                            required = true,
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64"))
                    @QueryParam("version")
                    String version,
            byte[] body) {
        AllowedChange call = calls.of(changes.withoutDryRun(body), clusterName, segment);
        long replaced = Params.number("version", version, 1, Long.MAX_VALUE)
                .orElseThrow(() -> ProblemException.parameter(
                        "version", "required: the version of the definition you have seen."));
        Read read = ConsumerBodies.read(call.body(), Optional.of(call.id()), consumers.maxMembers());
        clusters.needToDefine(clusterName, read.spec());
        return call.answer(caller -> ConsumerCalls.answer(
                clusterName, consumers.replace(clusterName, call.id(), replaced, read.desired(), read.spec(), caller)));
    }

    @DELETE
    @Path(ONE)
    @Needs(level = Level.ADMIN)
    @Answers(value = CONSUMER_NOT_FOUND, with = CommonProblems.CONSUMER_CHANGE)
    @Operation(
            operationId = "deleteConsumer",
            summary = "Delete a managed consumer",
            description =
                    "Its members drain, commit and leave, then it is gone. What its group has committed stays: delete the"
                            + " group for that.")
    @APIResponseSchema(value = ConsumerDetail.class, responseCode = "202", responseDescription = "It is being deleted.")
    public Response delete(@PathParam("cluster") String cluster, @PathParam("name") String name) {
        AllowedChange call = calls.of(changes.withoutDryRun(null), cluster, name);
        return call.answer(caller -> Response.accepted(ConsumerDetail.of(
                        cluster, consumers.delete(cluster, call.id(), caller).view()))
                .type(MediaType.APPLICATION_JSON)
                .build());
    }

    @GET
    @Path(ONE + "/members")
    @Needs(level = Level.VIEWER)
    @Answers(CONSUMER_NOT_FOUND)
    @Operation(
            operationId = "listConsumerMembers",
            summary = "List the members of a managed consumer",
            description = "By slot: where each runs, what it owns, what went wrong last.")
    public Listing<ConsumerMember> members(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        PageRequest request = Cursor.page(BY_SLOT, limit, cursor);
        Page<ConsumerMember> page = Page.of(
                seen(cluster, name).members().stream().map(ConsumerMember::of).toList(),
                member -> String.format("%02d", member.slot()),
                request);
        return Lists.of(BY_SLOT, request, page, List.of(), clock.instant());
    }

    @GET
    @Path(ONE + "/stats")
    @Needs(level = Level.VIEWER)
    @Answers(CONSUMER_NOT_FOUND)
    @Operation(
            operationId = "describeConsumerStats",
            summary = "What a managed consumer has counted",
            description =
                    "For each member and all together: records, bytes, deliveries, retries, errors, latencies, and where"
                            + " each partition is. Members of other replicas are shown as they last reported, at most ten"
                            + " seconds ago; where the logs end, and what is committed, the brokers are asked.")
    public ConsumerStats stats(@PathParam("cluster") String cluster, @PathParam("name") String name) {
        ConsumerView view = consumers.timed(cluster, seen(cluster, name));
        return ConsumerStats.of(view, clock.instant());
    }

    @GET
    @Path(ONE + "/events")
    @Needs(level = Level.VIEWER)
    @Answers(CONSUMER_NOT_FOUND)
    @Operation(
            operationId = "listConsumerEvents",
            summary = "What happened to a managed consumer",
            description = "The last 100 events of its members, the latest first.")
    public Listing<ConsumerEvent> events(
            @PathParam("cluster") String cluster,
            @PathParam("name") String name,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageRequest request = Cursor.page(BY_TIME, limit, cursor);
        List<ConsumerEvent> latest = seen(cluster, name).members().stream()
                .flatMap(member -> member.report().events().stream())
                .map(ConsumerEvent::of)
                .sorted(Comparator.comparing(ConsumerEvent::at).reversed())
                .limit(MOST_EVENTS)
                .toList();
        Instant now = clock.instant();
        List<Numbered> numbered = IntStream.range(0, latest.size())
                .mapToObj(place -> new Numbered(place, latest.get(place)))
                .toList();
        Page<Numbered> page = Page.of(numbered, Numbered::key, request);
        List<ConsumerEvent> items = page.items().stream().map(Numbered::event).toList();
        return Lists.of(BY_TIME, request, page.withItems(items), List.of(), now);
    }

    /** An event by when it was: two may be of one moment. */
    private record Numbered(int place, ConsumerEvent event) {

        String key() {
            long backwards = Long.MAX_VALUE - event.at().toEpochMilli();
            return String.format("%019d-%02d-%04d", backwards, event.slot(), place);
        }
    }
}
