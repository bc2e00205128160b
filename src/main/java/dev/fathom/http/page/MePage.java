package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.http.auth.Needs;
import dev.fathom.http.service.Me;
import dev.fathom.http.service.MeResource;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Who one is here, and what one may do. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class MePage {

    private final MeResource resource;
    private final Shells shells;

    MePage(MeResource resource, Shells shells) {
        this.resource = resource;
        this.shells = shells;
    }

    @GET
    @Path("me")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String me() {
        Me me = resource.me();
        List<Granted> granted = me.permissions().stream()
                .map(one -> new Granted(
                        one.level(),
                        String.join(", ", one.clusters()),
                        String.join(", ", one.groups()),
                        String.join(", ", one.topics()),
                        one.records() ? "yes" : "no"))
                .toList();
        return Templates.me(shells.of(me.name(), null, ""), String.join(", ", me.roles()), granted)
                .render();
    }

    /** One grant, in words. */
    record Granted(String level, String clusters, String groups, String topics, String records) {}
}
