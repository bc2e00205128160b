package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.page.PlanView.Call;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What was changed, and how to put it back. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class OperationPage {

    private static final int ROWS = 50;

    private final ApiAnswers answers;
    private final Shells shells;
    private final Permits permits;

    OperationPage(ApiAnswers answers, Shells shells, Permits permits) {
        this.answers = answers;
        this.shells = shells;
        this.permits = permits;
    }

    @GET
    @Path("clusters/{cluster}/operations")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String list(@PathParam("cluster") String cluster, @QueryParam("cursor") String cursor) {
        JsonNode list = answers.operations(cluster, null, ROWS, cursor);
        List<OperationRow> rows = new ArrayList<>();
        list.path("items").forEach(operation -> rows.add(OperationRow.of(operation)));
        List<String> problems = new ArrayList<>();
        list.path("problems")
                .forEach(problem -> problems.add(problem.path("detail").asText()));
        String next = Shown.text(list.path("page").path("next"));
        String path = PageLinks.cluster(cluster) + "/operations";
        return Templates.operations(
                        shells.of("Operations on " + cluster, cluster, "operations"),
                        rows,
                        problems,
                        next == null ? "" : PageLinks.with(path, Map.of("cursor", next)))
                .render();
    }

    @GET
    @Path("operations/{id}")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String operation(
            @PathParam("id") String id,
            @QueryParam("plan") String plan,
            @QueryParam("overwriteChanged") String overwriteChanged,
            @QueryParam("acknowledgeOutOfRange") String acknowledgeOutOfRange,
            @QueryParam("acknowledgeInUse") String acknowledgeInUse,
            @QueryParam("acknowledgeUnseen") String acknowledgeUnseen,
            @QueryParam("acknowledgeStateKept") String acknowledgeStateKept,
            @QueryParam("pauseConsumers") String pauseConsumers,
            @QueryParam("stable") String stable,
            @Context UriInfo uri,
            @Context ContainerRequestContext request) {
        JsonNode operation = answers.operation(id);
        String cluster = operation.path("cluster").asText();
        Shell shell = shells.of(
                operation.path("kind").asText() + " of "
                        + operation.path("group").asText(),
                cluster,
                "operations");
        Permit may = permits.toMove(cluster, operation.path("group").asText());
        OperationView view = OperationView.of(operation, may);
        if (MoveForm.given(plan) == null) {
            return Templates.operation(shell, view, null, null).render();
        }
        PageProblems.in(request, problem -> Templates.operation(shell, view, null, problem));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("dryRun", true);
        put(body, "overwriteChanged", overwriteChanged);
        put(body, "acknowledgeOutOfRange", acknowledgeOutOfRange);
        put(body, "acknowledgeInUse", acknowledgeInUse);
        put(body, "acknowledgeUnseen", acknowledgeUnseen);
        put(body, "acknowledgeStateKept", acknowledgeStateKept);
        put(body, "pauseConsumers", pauseConsumers);
        put(body, "stable", stable);
        Call call = new Call(MovePage.base(uri), operation.path("self").asText() + "/undo");
        PlanView shown =
                PlanView.of(answers.undo(id, body), call, body.deepCopy().put("dryRun", false), may);
        return Templates.operation(shell, view, shown, null).render();
    }

    private static void put(ObjectNode body, String field, String given) {
        if (MoveForm.given(given) != null) {
            body.put(field, !field.equals("stable"));
        }
    }
}
