package dev.fathom.http.group;

import static dev.fathom.config.Level.VIEWER;
import static dev.fathom.http.contract.CommonProblems.CLUSTER;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.group.GroupList;
import dev.fathom.group.GroupQuery;
import dev.fathom.group.GroupSort;
import dev.fathom.group.Groups;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.words.WordsOf;
import dev.fathom.lag.GroupSummary;
import dev.fathom.page.PageRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lag across the groups of a cluster. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Lag")
@Answers(with = CLUSTER)
public class LagResource {

    private static final int MOST_GROUPS = 1000;

    private final CallerClusters clusters;
    private final Groups groups;
    private final SeenGroups seen;

    LagResource(CallerClusters clusters, Groups groups, SeenGroups seen) {
        this.seen = seen;
        this.clusters = clusters;
        this.groups = groups;
    }

    @GET
    @Path("clusters/{cluster}/lag")
    @Needs(level = VIEWER)
    @Operation(
            operationId = "listWorstGroups",
            summary = "List the groups furthest behind",
            description = "The groups with the most left to read first, from the shared snapshot of all groups: by"
                    + " effectiveTotal, in which records that the logs no longer hold do not count. Share groups rank"
                    + " by the upper bound of their lag; groups whose lag is unknown come last.")
    public Listing<GroupItem> worst(
            @PathParam("cluster") String clusterName,
            @Parameter(
                            description = "How many groups.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "20"))
                    @QueryParam("top")
                    String top,
            @Parameter(
                            description =
                                    "What groups rank by: -effectiveLag, what can still be read, -lag, the total with what the"
                                            + " logs no longer hold, or -timeLag, how long the first unread record has been there.",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "-effectiveLag"))
                    @WordsOf(
                            value = GroupSort.class,
                            only = {"MOST_READABLE", "MOST_LAG", "LONGEST_BEHIND"})
                    @QueryParam("sort")
                    String sort,
            @Parameter(
                            description = "Whether the groups that Fathom itself runs on are ranked too.",
                            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("internal")
                    String internal,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        int most = Params.integer("top", top, 20, 1, MOST_GROUPS);
        GroupSort order = Params.one(
                "sort",
                Params.text(sort).orElse(GroupSort.MOST_READABLE.wireName()),
                List.of(GroupSort.MOST_READABLE, GroupSort.MOST_LAG, GroupSort.LONGEST_BEHIND),
                GroupSort::wireName);
        GroupList list = groups.list(
                cluster,
                GroupQuery.all(order, Params.flag("internal", internal, false), seen.unreadSince(cluster)),
                PageRequest.first(most));
        List<GroupItem> items = list.page().items().stream()
                .map(summary -> GroupItem.of(cluster, summary, true, seen))
                .toList();
        return new Listing<>(items, null, ItemProblem.of(list.problems(), list.missing()), list.observedAt());
    }

    @POST
    @Path("clusters/{cluster}/lag/query")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(level = VIEWER)
    @Operation(
            operationId = "queryLag",
            summary = "Total the lag of many groups in one call",
            description =
                    "The groups named, by id, each with its lag; one that does not exist is a problem of its own. Reads"
                            + " only, and is allowed on read-only clusters.")
    public Listing<GroupItem> query(
            @PathParam("cluster") String clusterName, @QueryParam("fresh") String fresh, LagQueryRequest body) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        Snapshot<Map<String, Outcome<GroupSummary>>> found = groups.named(cluster, ids(body));
        List<GroupItem> items = new ArrayList<>();
        List<ItemProblem> problems = new ArrayList<>();
        found.value().forEach((id, outcome) -> {
            outcome.value().ifPresent(summary -> items.add(GroupItem.of(cluster, summary, true, seen)));
            outcome.problem().ifPresent(problem -> problems.add(ItemProblem.of(id, problem)));
        });
        return new Listing<>(items, null, problems, found.observedAt());
    }

    private static NavigableSet<String> ids(LagQueryRequest body) {
        if (body == null || body.groups() == null || body.groups().isEmpty()) {
            throw ProblemException.pointer("/groups", "required: the ids of 1 to " + MOST_GROUPS + " groups.");
        }
        if (body.groups().size() > MOST_GROUPS) {
            throw ProblemException.pointer(
                    "/groups", body.groups().size() + " groups are more than " + MOST_GROUPS + ".");
        }
        int empty = body.groups().indexOf(null);
        if (empty >= 0) {
            throw ProblemException.pointer("/groups/" + empty, "null is not a group id.");
        }
        return new TreeSet<>(body.groups());
    }
}
