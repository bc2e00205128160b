package dev.fathom.http.page;

import static dev.fathom.config.Level.VIEWER;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.http.auth.Needs;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Managed consumers: what they do, and what they can be told. */
@Path(PageLinks.BASE)
@Produces(MediaType.TEXT_HTML)
public class ConsumerPage {

    private static final int ROWS = 100;

    private final ApiAnswers answers;
    private final Shells shells;
    private final Permits permits;

    ConsumerPage(ApiAnswers answers, Shells shells, Permits permits) {
        this.answers = answers;
        this.shells = shells;
        this.permits = permits;
    }

    @GET
    @Path("clusters/{cluster}/consumers")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String list(@PathParam("cluster") String cluster, @QueryParam("cursor") String cursor) {
        JsonNode list = answers.consumers(cluster, ROWS, cursor);
        List<ConsumerRow> rows = new ArrayList<>();
        list.path("items").forEach(consumer -> rows.add(ConsumerRow.of(consumer)));
        String path = PageLinks.cluster(cluster) + "/consumers";
        String next = Shown.text(list.path("page").path("next"));
        Listed view = new Listed(
                PageLinks.with(path, cursor == null ? Map.of() : Map.of("cursor", cursor)),
                rows,
                Shown.count(list.path("page").path("total").asLong(), "consumer", "consumers"),
                list.path("observedAt").asText(),
                next == null ? null : PageLinks.with(path, Map.of("cursor", next)));
        return Templates.consumers(shells.of("Managed consumers on " + cluster, cluster, "consumers"), view)
                .render();
    }

    @GET
    @Path("clusters/{cluster}/consumers/{name}")
    @Needs(level = VIEWER)
    @Operation(hidden = true)
    public String consumer(@PathParam("cluster") String cluster, @PathParam("name") String name) {
        JsonNode consumer = answers.consumer(cluster, name);
        ConsumerView view = ConsumerView.of(
                consumer,
                answers.consumerStats(cluster, name),
                answers.consumerEvents(cluster, name),
                permits.toCommand(cluster, consumer.path("spec").path("groupId").asText()));
        return Templates.consumer(shells.of(consumer.path("name").asText(), cluster, "consumers"), view)
                .render();
    }

    /** A page of consumers. */
    record Listed(
            String here,
            List<ConsumerRow> rows,
            String total,
            String observedAt,
            @Nullable String next) {}
}
