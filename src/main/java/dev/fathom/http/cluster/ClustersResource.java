package dev.fathom.http.cluster;

import static dev.fathom.config.Level.VIEWER;
import static dev.fathom.http.contract.CommonProblems.CLUSTER;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.Required;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.operation.ClusterSurvey;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The clusters this service is configured for. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Clusters")
public class ClustersResource {

    private static final String BY_NAME = "name";

    private final CallerClusters clusters;
    private final ClusterSurvey survey;
    private final Clock clock;

    ClustersResource(CallerClusters clusters, ClusterSurvey survey, Clock clock) {
        this.clusters = clusters;
        this.survey = survey;
        this.clock = clock;
    }

    @GET
    @Path("clusters")
    @Needs(level = VIEWER)
    @Operation(
            operationId = "listClusters",
            summary = "List the clusters",
            description =
                    "Every configured cluster, by name. One that cannot be reached is an item too, and has a problem.")
    public Listing<ClusterItem> list(
            @QueryParam("limit") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("fresh") @Nullable String fresh) {
        boolean now = Params.flag("fresh", fresh, false);
        PageRequest request = Cursor.page(BY_NAME, limit, cursor);
        Page<String> page = Page.of(clusters.names(), name -> name, request);
        Map<String, Cluster> handles = new LinkedHashMap<>();
        page.items().forEach(name -> handles.put(name, clusters.oneOfSeveral(name, now)));
        List<ClusterItem> items = new ArrayList<>();
        List<ItemProblem> problems = new ArrayList<>();
        survey.ask(handles.values(), this::described).forEach((name, outcome) -> {
            Cluster cluster = Required.in(handles, name);
            items.add(outcome.value()
                    .map(description -> ClusterItem.of(cluster, description))
                    .orElseGet(() -> ClusterItem.unreachable(cluster)));
            outcome.problem().ifPresent(problem -> problems.add(ItemProblem.of(name, problem)));
        });
        return Lists.of(BY_NAME, request, page.withItems(items), problems, clock.instant());
    }

    /** One that is known to be down is asked again only by who wants to know anew. */
    private ClusterDescription described(Cluster cluster) {
        Reachability reachability = clusters.reachability(cluster.name());
        if (reachability.status() == Reachability.Status.DOWN && !cluster.fresh()) {
            throw new ClusterException(
                    ClusterException.Reason.UNAVAILABLE,
                    "Cluster \"" + cluster.name() + "\" has not answered since " + reachability.since() + ": "
                            + reachability.detail().orElse("no broker answers") + ".");
        }
        return cluster.describe().await();
    }

    @GET
    @Path("clusters/{cluster}")
    @Needs(level = VIEWER)
    @Answers(with = CLUSTER)
    @Operation(
            operationId = "describeCluster",
            summary = "Describe a cluster",
            description = "Its brokers, what it supports, and whether the service may see every topic of it.")
    public ClusterDetail describe(@PathParam("cluster") String cluster, @QueryParam("fresh") String fresh) {
        return ClusterDetail.of(clusters.named(cluster, Params.flag("fresh", fresh, false)));
    }
}
