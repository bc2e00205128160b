package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.WireNames;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.page.GroupView.Asked;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Params;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** One group. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class GroupPage {

    private static final int ROWS = 100;
    /** By member all rows have to be known: as many as the API tells at once. */
    private static final int MOST_ROWS = 1000;

    /** What partitions can stand with. */
    enum By {
        TOPIC,
        MEMBER
    }

    private final ApiAnswers answers;
    private final Shells shells;
    private final Permits permits;
    private final CallerClusters clusters;

    GroupPage(ApiAnswers answers, Shells shells, Permits permits, CallerClusters clusters) {
        this.answers = answers;
        this.shells = shells;
        this.permits = permits;
        this.clusters = clusters;
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String group(
            @PathParam("cluster") String cluster,
            @PathParam("group") String segment,
            @QueryParam("by") String by,
            @QueryParam("cursor") String cursor,
            @Context HttpHeaders headers) {
        boolean byMember = Params.text(by)
                .map(word -> Params.one("by", word, List.of(By.values()), WireNames::of))
                .filter(By.MEMBER::equals)
                .isPresent();
        String id = Ids.decode("group", segment);
        JsonNode group = answers.group(cluster, segment);
        JsonNode offsets = answers.offsets(cluster, segment, byMember ? MOST_ROWS : ROWS, cursor, headers);
        List<PartitionRow> rows = new ArrayList<>();
        offsets.path("items")
                .forEach(row -> rows.add(PartitionRow.of(
                        row,
                        cluster,
                        id,
                        clusters.access().toRecords(cluster, row.path("topic").asText()))));
        JsonNode operations = MissingNode.getInstance();
        String problem = null;
        try {
            operations = answers.operations(cluster, id, 10, null);
        } catch (ClusterException e) {
            problem = e.getMessage();
        }
        GroupView view = GroupView.of(
                new Asked(cluster, id, byMember, clusters.access().onWholeGroup(VIEWER, cluster, id), cursor),
                group,
                offsets,
                rows,
                operations,
                problem,
                permits.toMove(cluster, id));
        return Templates.group(shells.of(id, cluster, "groups"), view).render();
    }
}
