package dev.fathom.http.group;

import static dev.fathom.config.Level.VIEWER;
import static dev.fathom.http.problem.ProblemType.INCOMPLETE;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.cluster.WireNames;
import dev.fathom.group.Comparisons;
import dev.fathom.group.Comparisons.Pair;
import dev.fathom.group.GroupList;
import dev.fathom.group.GroupQuery;
import dev.fathom.group.GroupSort;
import dev.fathom.group.Groups;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.contract.OpenApiDetails;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.OffsetsQuery;
import dev.fathom.lag.PartitionStatus;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Groups: which there are, who is in one, where it is. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Groups")
@Answers(with = CommonProblems.CLUSTER)
public class GroupsResource {

    private static final String BY_MEMBER = "member";
    private static final String FORMAT = "format";
    private static final String PRECISE = "precise";
    private static final String PRECISELY =
            "Whether the first unread records are read where their time lag is not known between two looks: up to 32 of them.";

    /** What a list can have beside. */
    enum Extra {
        LAG
    }

    /** Whose form a plan file has. */
    enum PlanFile {
        KAFKA
    }

    private final CallerClusters clusters;
    private final Groups groups;
    private final Comparisons comparisons;
    private final SeenGroups seen;
    private final Clock clock;

    GroupsResource(CallerClusters clusters, Groups groups, Comparisons comparisons, SeenGroups seen, Clock clock) {
        this.seen = seen;
        this.comparisons = comparisons;
        this.clock = clock;
        this.clusters = clusters;
        this.groups = groups;
    }

    /** A page of groups as every list of groups is answered. */
    public static Listing<GroupItem> listing(
            Cluster cluster, GroupList list, String order, PageRequest request, boolean withLag, SeenGroups seen) {
        Page<GroupItem> page = list.page()
                .withItems(list.page().items().stream()
                        .map(summary -> GroupItem.of(cluster, summary, withLag, seen))
                        .toList());
        return Lists.of(order, request, page, ItemProblem.of(list.problems(), list.missing()), list.observedAt());
    }

    @GET
    @Path("clusters/{cluster}/groups")
    @Produces({MediaType.APPLICATION_JSON, Csv.TEXT_CSV})
    @Needs(level = VIEWER)
    @Answers(INCOMPLETE)
    @Operation(
            operationId = "listGroups",
            summary = "List groups",
            description =
                    "Groups of every type, filtered, sorted and paged. With Accept: text/csv all of them as CSV; with"
                            + " format=kafka their commits as the plan file of kafka-consumer-groups.sh"
                            + " (group,topic,partition,offset).")
    @APIResponse(
            responseCode = "200",
            description = "The groups that fit.",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(ref = OpenApiDetails.LIST_OF + "GroupItem")),
                @Content(mediaType = Csv.TEXT_CSV, schema = @Schema(type = SchemaType.STRING))
            })
    public Response list(
            @PathParam("cluster") String clusterName,
            @BeanParam GroupFilter filter,
            @Parameter(description = "What else is wanted: lag.") @WordsOf(Extra.class) @QueryParam("include")
                    String include,
            @Parameter(description = "kafka: the commits of all groups that fit, as Kafka's own plan file.")
                    @WordsOf(PlanFile.class)
                    @QueryParam(FORMAT)
                    @Nullable
                    String format,
            @QueryParam(CsvFile.PARTIAL) @Nullable String partial,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("fresh") @Nullable String fresh,
            @Context HttpHeaders headers) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        GroupSort order = filter.order();
        boolean withLag = includesLag(include);
        GroupQuery query = filter.query(withLag, id -> seen.verdict(cluster, id), seen.unreadSince(cluster));
        PageRequest request = Cursor.page(order.wireName(), limit, cursor);
        boolean inPart = Params.flag(CsvFile.PARTIAL, partial, false);
        if (wantsKafkaFormat(format)) {
            return CsvFile.planOf(cluster, groups, groups.list(cluster, query, PageRequest.all()), inPart);
        }
        if (Csv.wantedBy(headers)) {
            GroupList all = groups.list(cluster, query, PageRequest.all());
            List<ItemProblem> missing = ItemProblem.of(all.problems(), all.missing());
            CsvFile.refuse(missing, inPart);
            // Verdicts may be others when the file is written once more.
            List<GroupItem> items = all.page().items().stream()
                    .map(summary -> GroupItem.of(cluster, summary, withLag, seen))
                    .toList();
            Iterable<GroupCsvRow> rows =
                    () -> items.stream().map(GroupCsvRow::of).iterator();
            return CsvFile.answer(Csv.write(GroupCsvRow.class, rows, missing), missing);
        }
        GroupList list = groups.list(cluster, query, request);
        return Response.ok(listing(cluster, list, order.wireName(), request, withLag, seen), MediaType.APPLICATION_JSON)
                .build();
    }

    private static boolean includesLag(String include) {
        Set<String> wanted = Set.copyOf(Params.list(include));
        if (!Set.of(WireNames.of(Extra.LAG)).containsAll(wanted)) {
            throw ProblemException.parameter("include", "\"" + include + "\" is not lag.");
        }
        return !wanted.isEmpty();
    }

    private static boolean wantsKafkaFormat(@Nullable String format) {
        Optional<String> wanted = Params.text(format);
        if (wanted.isPresent() && !wanted.get().equals(WireNames.of(PlanFile.KAFKA))) {
            throw ProblemException.parameter(FORMAT, "\"" + format + "\" is not kafka.");
        }
        return wanted.isPresent();
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "describeGroup",
            summary = "Describe a group",
            description = "Its members, its coordinator, its epochs, its lag. A group that no broker knows is a"
                    + " 404; where a broker that might know it does not answer, a 503.")
    public GroupDetail describe(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @QueryParam("fresh") @Nullable String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        return GroupDetail.of(cluster, measured(cluster, group, OffsetsQuery.DEFAULT));
    }

    private Snapshot<GroupOffsets> measured(Cluster cluster, String group, OffsetsQuery query) {
        return groups.offsets(cluster, Ids.decode("group", group), query);
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/members")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "listMembers",
            summary = "List the members of a group",
            description = "Who they are, what they own, and how far behind that is; by member id.")
    public Listing<MemberItem> members(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        PageRequest request = Cursor.page(BY_MEMBER, limit, cursor);
        Snapshot<GroupOffsets> snapshot = measured(cluster, group, OffsetsQuery.DEFAULT);
        Page<MemberItem> page = Page.of(
                snapshot.value().group().members().stream()
                        .map(member -> MemberItem.of(snapshot.value(), member))
                        .toList(),
                MemberItem::memberId,
                request);
        return Lists.of(BY_MEMBER, request, page, List.of(), snapshot.observedAt());
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/offsets")
    @Produces({MediaType.APPLICATION_JSON, Csv.TEXT_CSV})
    @Needs(level = VIEWER)
    @Answers(value = INCOMPLETE, with = CommonProblems.GROUP)
    @Operation(
            operationId = "listGroupOffsets",
            summary = "List a group's offsets",
            description =
                    "One row for every partition that has a commit or an assigned member, or belongs to a topic the"
                            + " group has committed to: committed, first and last offset, lag, and why a number is unknown. With"
                            + " Accept: text/csv all rows as CSV; with format=kafka the commits as the plan file of"
                            + " kafka-consumer-groups.sh (topic,partition,offset).")
    @APIResponse(
            responseCode = "200",
            description = "The rows, by topic and partition.",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(ref = OpenApiDetails.LIST_OF + "OffsetRow")),
                @Content(mediaType = Csv.TEXT_CSV, schema = @Schema(type = SchemaType.STRING))
            })
    public Response offsets(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = "One topic, exactly; all when absent.") @QueryParam("topic") @Nullable
                    String topic,
            @Parameter(
                            description = "Statuses of rows, comma separated: ok, no-commit, below-first, beyond-last,"
                                    + " pending-transaction, leader-unavailable, kafka-not-authorized, partition-gone,"
                                    + " topic-deleted. All when absent.")
                    @QueryParam("status")
                    @Nullable
                    String status,
            @QueryParam("isolation") @Nullable String isolation,
            @Parameter(
                            description = "Whether commits that an open transaction may still replace are left out.",
                            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("stable")
                    @Nullable
                    String stable,
            @Parameter(description = PRECISELY, schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam(PRECISE)
                    @Nullable
                    String precise,
            @Parameter(description = "kafka: the commits as Kafka's own plan file.")
                    @WordsOf(PlanFile.class)
                    @QueryParam(FORMAT)
                    @Nullable
                    String format,
            @QueryParam(CsvFile.PARTIAL) @Nullable String partial,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("fresh") @Nullable String fresh,
            @Context HttpHeaders headers) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        PageRequest request = Cursor.page(OffsetPages.BY_PARTITION, limit, cursor);
        boolean kafkaFormat = wantsKafkaFormat(format);
        OffsetsQuery query =
                new OffsetsQuery(Params.isolation(isolation), Params.flag("stable", stable, false), Params.text(topic));
        boolean inPart = Params.flag(CsvFile.PARTIAL, partial, false);
        OffsetPages.Wanted wanted = new OffsetPages.Wanted(
                query.topic().isPresent(),
                Params.names("status", status, List.of(PartitionStatus.values()), PartitionStatus::wireName));
        Snapshot<GroupOffsets> snapshot = measured(cluster, group, query);
        SeenGroup known = seen.beside(cluster, snapshot, Params.flag(PRECISE, precise, false));
        return kafkaFormat || Csv.wantedBy(headers)
                ? OffsetPages.file(snapshot.value(), known, wanted, kafkaFormat, inPart)
                : Response.ok(OffsetPages.of(snapshot, known, wanted, request), MediaType.APPLICATION_JSON)
                        .build();
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/lag")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "describeGroupLag",
            summary = "Total a group's lag",
            description =
                    "What the group is behind, in all and by topic, in offsets. Unknown lags are left out and listed"
                            + " with their reasons; a total over nothing known is null. How far behind in time, how fast, and what is"
                            + " the matter come from looking at it again and again.")
    public GroupLag lag(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = PRECISELY, schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam(PRECISE)
                    @Nullable
                    String precise,
            @QueryParam("fresh") @Nullable String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        Snapshot<GroupOffsets> snapshot = measured(cluster, group, OffsetsQuery.DEFAULT);
        return GroupLag.of(snapshot, seen.beside(cluster, snapshot, Params.flag(PRECISE, precise, false)));
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/compare")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "compareGroups",
            summary = "Compare where two groups are",
            description =
                    "Both groups' commits on every partition where at least one of them has a commit, and the difference.")
    public Listing<ComparedRow> compare(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(description = "The id of the other group, exactly.", example = "settlement") @QueryParam("with")
                    String with,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor) {
        Cluster cluster = clusters.named(clusterName, true);
        PageRequest request = Cursor.page(OffsetPages.BY_PARTITION, limit, cursor);
        if (with == null) {
            throw ProblemException.parameter("with", "required: the id of the other group.");
        }
        Instant observedAt = clock.instant();
        Page<Pair> page = Page.of(
                comparisons.compare(cluster, Ids.decode("group", group), with),
                pair -> OffsetPages.key(pair.partition()),
                request);
        Page<ComparedRow> rows =
                page.withItems(page.items().stream().map(ComparedRow::of).toList());
        return Lists.of(OffsetPages.BY_PARTITION, request, rows, List.of(), observedAt);
    }
}
