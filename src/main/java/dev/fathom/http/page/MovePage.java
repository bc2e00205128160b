package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.page.PlanView.Call;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where a group is to go, and the plan for it: a read, with an address of its own. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class MovePage {

    private final ApiAnswers answers;
    private final Shells shells;
    private final Permits permits;

    MovePage(ApiAnswers answers, Shells shells, Permits permits) {
        this.answers = answers;
        this.shells = shells;
        this.permits = permits;
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/move")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String move(
            @PathParam("cluster") String cluster,
            @PathParam("group") String segment,
            @BeanParam MoveForm.Parameters parameters,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context ContainerRequestContext request) {
        String id = Ids.decode("group", segment);
        MoveForm form = parameters.form();
        Shell shell = shells.of("Move " + id, cluster, "groups");
        MoveView view = new MoveView(id, PageLinks.group(cluster, id), form);
        PageProblems.in(request, problem -> Templates.move(shell, view, null, problem));
        if (form.where() == null) {
            return Templates.move(shell, view, null, null).render();
        }
        Destination destination = Destination.named(form.where())
                .orElseThrow(() ->
                        ProblemException.parameter("where", "\"" + form.where() + "\" is no form of a position."));
        ObjectNode body = Destination.body(destination.position(form.value()), form);
        ApiAnswers.Planned plan = answers.reset(cluster, segment, body, headers);
        Call call = new Call(base(uri), Links.group(cluster, id) + "/resets");
        PlanView shown = PlanView.of(plan, call, body.deepCopy().put("dryRun", false), permits.toMove(cluster, id));
        return Templates.move(shell, view, shown, null).render();
    }

    static String base(UriInfo uri) {
        String base = uri.getBaseUri().toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    /** The group that is to be moved, and where to. */
    record MoveView(String group, String link, MoveForm form) {

        public String action() {
            return link + "/move";
        }
    }
}
