package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.request.Links;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What moving a group would do. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class PlanReset implements Tool<PlanReset.Arguments> {

    /** Which group goes where. What is no name of it, nor a page, is a field of a reset's body. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("The cluster, by its name here.")
            String cluster,

            @JsonProperty(required = true) @JsonPropertyDescription("The group's id, exactly.")
            String group,

            @JsonPropertyDescription(
                    "Where to: earliest, latest, latest-50, current+1, an offset, an RFC 3339 instant, a span ago as -PT1H,"
                            + " group:ID, or none to delete the commit.")
            @Nullable
            JsonNode to,

            @JsonPropertyDescription("What to move; absent for every partition the group has a commit for.") @Nullable
            List<Target> targets,

            @JsonPropertyDescription("Of a position outside the log: reject (the default) or clamp.") @Nullable
            String outOfRange,

            @JsonPropertyDescription("Of an instant after the last record: reject (the default), latest or skip.")
            @Nullable
            String noRecordAtOrAfter,

            @JsonPropertyDescription("Why, for the journal.") @Nullable
            String reason,

            @JsonPropertyDescription(
                    "How long to wait for the group to be empty, as an ISO 8601 duration up to P1D; it is moved then.")
            @Nullable
            String waitForEmpty,

            @JsonPropertyDescription("For a group that a managed consumer runs: has it pause for the move.") @Nullable
            Boolean pauseConsumers,

            @JsonPropertyDescription("Whether a group may be made that does not exist.") @Nullable
            Boolean createGroup,

            @JsonPropertyDescription("Whether to move a group whose commits move without members.") @Nullable
            Boolean acknowledgeInUse,

            @JsonPropertyDescription("Whether to move a Kafka Streams application although its state stays.") @Nullable
            Boolean acknowledgeStateKept,

            @JsonPropertyDescription("How many partitions are shown, 1 to 100; 20 when absent.") @Nullable
            Integer limit,

            @JsonPropertyDescription("next of the plan before, with the same other arguments.") @Nullable
            String cursor) {}

    /** A topic, or some of its partitions. */
    record Target(
            @JsonProperty(required = true) @JsonPropertyDescription("The topic, exactly.")
            String topic,

            @JsonPropertyDescription("Partition numbers; absent for all.") @Nullable
            List<Integer> partitions,

            @JsonPropertyDescription("Where to; absent for the plan's own.") @Nullable
            JsonNode to) {}

    private final Calls calls;
    private final Plans plans;
    private final ObjectMapper json;

    PlanReset(Calls calls, Plans plans, ObjectMapper json) {
        this.calls = calls;
        this.plans = plans;
        this.json = json;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "plan_reset",
                "Plan to move a group",
                "What moving a group's commits would do, partition by partition, in offsets, and what prevents it. Changes nothing."
                        + " Show the plan to whoever decides; apply_plan with its etag does exactly what is shown, for 15 minutes, unless"
                        + " something has changed since.",
                Arguments.class,
                MoveShown.class);
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        ObjectNode body = json.valueToTree(wanted);
        body.remove(List.of("cluster", "group", "limit", "cursor"));
        body.put("dryRun", true);
        plans.only();
        Response planned = calls.reset(wanted.cluster(), wanted.group(), calls.written(body), null, headers);
        ObjectNode plan = (ObjectNode) calls.told(planned);
        plans.show(plan, planned, exactly -> {
            ObjectNode apply = plan.has("applyBody") ? (ObjectNode) plan.get("applyBody") : body.put("dryRun", false);
            return new Shown.Plan.Reset(wanted.cluster(), wanted.group(), calls.written(apply), exactly);
        });
        return MoveShown.of(plan, wanted.limit(), wanted.cursor(), Links.group(wanted.cluster(), wanted.group()));
    }
}
