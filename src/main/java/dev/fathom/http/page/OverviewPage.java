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
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The groups of a cluster. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class OverviewPage {

    static final int ROWS = 50;

    /** So many groups are measured sooner than a page is asked for twice. */
    private static final int SOON = 2 * ROWS;

    private static final String OF_HTMX = "HX-Request";
    private static final String BY_NAME = "name";

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
        boolean anyOrder = asked == null || asked.isEmpty();
        boolean first = anyOrder && cursor == null && isFirstLook(cluster, filter, headers);
        if (anyOrder) {
            filter.sort = first ? BY_NAME : Overview.WORST_FIRST;
        }
        JsonNode list = answers.groups(cluster, filter, ROWS, cursor, headers);
        filter.sort = asked;
        Overview view = Overview.of(cluster, filter, cursor, list);
        return Templates.overview(
                        shells.of("Groups of " + cluster, cluster, "groups"), first ? view.asFirstLook() : view)
                .render();
    }

    /**
     * Whether a first screenful by name is to be seen before the worst are known: which these are, all groups have to be
     * measured for. Not where a filter asks about all of them itself, and not when the page asks for what it shows once more.
     */
    private boolean isFirstLook(String cluster, GroupFilter filter, HttpHeaders headers) {
        return headers.getHeaderString(OF_HTMX) == null
                && Stream.of(filter.topic, filter.member, filter.minLag)
                        .allMatch(value -> value == null || value.isEmpty())
                && !answers.areGroupsSoonRanked(cluster, SOON);
    }
}
