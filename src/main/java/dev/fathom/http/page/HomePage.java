package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.http.auth.Needs;
import dev.fathom.http.group.GroupFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What is seen first: the groups of a cluster that answers. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public class HomePage {

    private final OverviewPage overview;
    private final Shells shells;

    HomePage(OverviewPage overview, Shells shells) {
        this.overview = overview;
        this.shells = shells;
    }

    @GET
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String home(@Context HttpHeaders headers) {
        String cluster = shells.first();
        return cluster == null
                ? Templates.nothing(shells.of("Nothing to see", null, "")).render()
                : overview.cluster(cluster, new GroupFilter(), null, headers);
    }
}
