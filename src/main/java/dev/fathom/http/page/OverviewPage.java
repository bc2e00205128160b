package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.group.GroupFilter;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The groups of a cluster. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class OverviewPage {

    static final int ROWS = 50;

    private final ApiAnswers answers;
    private final Shells shells;

    OverviewPage(ApiAnswers answers, Shells shells) {
        this.answers = answers;
        this.shells = shells;
    }

    @GET
    @Path("clusters/{cluster}")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String cluster(
            @PathParam("cluster") String cluster,
            @BeanParam GroupFilter filter,
            @QueryParam("cursor") @Nullable String cursor,
            @Context HttpHeaders headers) {
        String asked = filter.sort;
        if (asked == null || asked.isEmpty()) {
            filter.sort = Overview.WORST_FIRST;
        }
        JsonNode list = answers.groups(cluster, filter, ROWS, cursor, headers);
        filter.sort = asked;
        return Templates.overview(
                        shells.of("Groups of " + cluster, cluster, "groups"),
                        Overview.of(cluster, filter, cursor, list))
                .render();
    }
}
