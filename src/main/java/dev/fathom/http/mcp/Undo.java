package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.request.AskedFor;
import dev.fathom.http.request.Links;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What taking an operation back would do. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class Undo implements Tool<Undo.Arguments> {

    private static final String PATH = Links.BASE + "/operations";

    /** Which operation. What is neither its id nor a page is a field of an undo's body. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("The id of the operation, or its path.")
            String operation,

            @JsonPropertyDescription("Whether to put back commits that are not the operation's any more.") @Nullable
            Boolean overwriteChanged,

            @JsonPropertyDescription("Whether to put back offsets that are outside the log now.") @Nullable
            Boolean acknowledgeOutOfRange,

            @JsonPropertyDescription("Whether to move a group whose commits move without members.") @Nullable
            Boolean acknowledgeInUse,

            @JsonPropertyDescription("Whether to move a Kafka Streams application although its state stays.") @Nullable
            Boolean acknowledgeStateKept,

            @JsonPropertyDescription("For a group that a managed consumer runs: has it pause for the move.") @Nullable
            Boolean pauseConsumers,

            @JsonPropertyDescription("Why, for the journal.") @Nullable
            String reason,

            @JsonPropertyDescription("How many partitions are shown, 1 to 100; 20 when absent.") @Nullable
            Integer limit,

            @JsonPropertyDescription("next of the plan before, with the same other arguments.") @Nullable
            String cursor) {

        /** The id, also of who gives what answers call operation. */
        private String id() {
            return operation.startsWith(PATH + "/") ? operation.substring(PATH.length() + 1) : operation;
        }
    }

    private final Calls calls;
    private final Plans plans;
    private final ObjectMapper json;

    Undo(Calls calls, Plans plans, ObjectMapper json) {
        this.calls = calls;
        this.plans = plans;
        this.json = json;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "undo",
                "Plan to undo an operation",
                "What putting back the commits of before an operation would do, as a plan. Changes nothing: apply_plan with the plan's"
                        + " etag does it. Ids of operations are in answers of apply_plan and operations.",
                Arguments.class,
                MoveShown.class);
    }

    /** Every cluster's journal may have it. */
    @Override
    public Optional<AskedFor> askedFor(JsonNode arguments, String caller) {
        return Optional.of(new AskedFor(PATH, Optional.empty()));
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        ObjectNode body = json.valueToTree(wanted);
        body.remove(List.of("operation", "limit", "cursor"));
        body.put("dryRun", true);
        plans.only();
        Response planned = calls.undo(wanted.id(), calls.written(body), null);
        ObjectNode plan = (ObjectNode) calls.told(planned);
        byte[] apply = calls.written(body.put("dryRun", false));
        plans.show(plan, planned, etag -> new Shown.Plan.Undo(wanted.id(), apply, etag));
        return MoveShown.of(plan, wanted.limit(), wanted.cursor(), Links.operation(wanted.id()));
    }
}
