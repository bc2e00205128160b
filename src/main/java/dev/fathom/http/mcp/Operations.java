package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.mcp.FindGroups.Missing;
import dev.fathom.http.mcp.FindGroups.PageOf;
import dev.fathom.http.request.AskedFor;
import dev.fathom.http.request.Links;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was changed through the service. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class Operations implements Tool<Operations.Arguments> {

    /** Which. */
    record Arguments(
            @JsonPropertyDescription("On one cluster, by its name here.") @Nullable
            String cluster,

            @JsonPropertyDescription("On one group, exactly.") @Nullable
            String group,

            @JsonPropertyDescription("By one user, exactly.") @Nullable
            String actor,

            @JsonPropertyDescription("Of one kind: reset, copy, undo, delete-offsets, delete-group, …") @Nullable
            String kind,

            @JsonPropertyDescription("Begun at or after an RFC 3339 instant.") @Nullable
            String since,

            @JsonPropertyDescription("How many, 1 to 100; 20 when absent.") @Nullable
            Integer limit,

            @JsonPropertyDescription("next of the page before, with the same other arguments.") @Nullable
            String cursor) {}

    /** A page of operations. */
    record Answer(
            @JsonProperty(required = true) @JsonPropertyDescription("The latest first.")
            List<Item> items,

            @JsonProperty(required = true) PageOf page,

            @JsonProperty(required = true) @JsonPropertyDescription("Journals that could not be read.")
            List<Missing> problems,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the list in the API.")
            String self,

            @JsonProperty(required = true) Instant observedAt) {}

    /** One operation. */
    record Item(
            @JsonProperty(required = true) @JsonPropertyDescription("For undo.")
            String id,

            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String group,

            @JsonProperty(required = true) @JsonPropertyDescription("Who asked for it.")
            String actor,

            @Nullable String reason,
            @JsonProperty(required = true) Instant at,
            @Nullable Instant endedAt,

            @JsonProperty(required = true)
            @JsonPropertyDescription("waiting, applying, applied, partial, failed, refused, expired, unknown, …")
            String status,

            @Nullable String problem,

            @JsonProperty(required = true) @JsonPropertyDescription("How many commits it changes.")
            int changeCount,

            @JsonProperty(required = true) @JsonPropertyDescription("Whether undo can put back all of it.")
            boolean undoable,

            @Nullable String undoOf,
            @Nullable String undoneBy,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the operation in the API.")
            String self) {}

    private final Calls calls;

    Operations(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "operations",
                "List operations",
                "Every change made through this service, on any replica, and every attempt at one, the latest first: who, why, what became"
                        + " of it, and whether undo can take it back.",
                Arguments.class,
                Answer.class);
    }

    /** Asks every journal the caller may see, as the list of the API does. */
    @Override
    public Optional<AskedFor> askedFor(JsonNode arguments, String caller) {
        return Optional.of(new AskedFor(Links.BASE + "/operations", Optional.empty()));
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        ObjectNode list = (ObjectNode) calls.operations(
                wanted.cluster(),
                wanted.group(),
                wanted.actor(),
                wanted.kind(),
                wanted.since(),
                Worst.limit(wanted.limit(), Worst.SHOWN),
                wanted.cursor());
        return list.put("self", Links.BASE + "/operations");
    }
}
