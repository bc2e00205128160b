package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Records as they lie in a log, around a place of it. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class RecordPage {

    private static final int BEFORE = 3;
    private static final int ROWS = 10;

    private final ApiAnswers answers;
    private final Shells shells;
    private final CallerClusters clusters;
    private final ObjectMapper json;

    RecordPage(ApiAnswers answers, Shells shells, CallerClusters clusters, ObjectMapper json) {
        this.answers = answers;
        this.shells = shells;
        this.clusters = clusters;
        this.json = json;
    }

    /**
     * @param at the offset of the record that is looked for; it is shown with its neighbours
     * @param position where to read from instead
     * @param group the group that stands there
     */
    @GET
    @Path("clusters/{cluster}/topics/{topic}/partitions/{partition}")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String records(
            @PathParam("cluster") String cluster,
            @PathParam("topic") String segment,
            @PathParam("partition") String partition,
            @QueryParam("at") String at,
            @QueryParam("position") String position,
            @QueryParam("group") String group,
            @Context ContainerRequestContext request) {
        String topic = Ids.decode("topic", segment);
        clusters.access().needRecords(cluster, topic);
        String path = PageLinks.of(Links.topic(cluster, topic)) + "/partitions/" + PageLinks.encoded(partition);
        Shell shell = shells.of("Records of " + topic + "-" + partition, cluster, "groups");
        RecordsView empty = RecordsView.empty(topic, partition, path, position, group);
        PageProblems.in(request, problem -> Templates.records(shell, empty, problem));
        boolean jump = MoveForm.given(position) != null;
        long wanted = Params.number("at", at, 0, Long.MAX_VALUE).orElse(-1);
        JsonNode read = answers.records(
                cluster, segment, partition, jump ? position : around(cluster, segment, partition, wanted), ROWS);
        RecordsView view = RecordsView.of(empty, jump ? -1 : wanted, read, json);
        return Templates.records(shell, view, null).render();
    }

    /** Where to begin so that the offsets before it are seen too, as far as there are any; the last ones where none is wanted. */
    private String around(String cluster, String topic, String partition, long wanted) {
        JsonNode bounds = answers.bounds(cluster, topic, partition);
        long from = wanted < 0 ? bounds.path("lastOffset").asLong() - ROWS : wanted - BEFORE;
        return Long.toString(Math.max(bounds.path("firstOffset").asLong(), from));
    }
}
