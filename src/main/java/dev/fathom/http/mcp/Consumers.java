package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.mcp.FindGroups.PageOf;
import dev.fathom.http.request.Links;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The managed consumers of a cluster. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class Consumers implements Tool<Consumers.Arguments> {

    /** Which. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("The cluster, by its name here.")
            String cluster,

            @JsonPropertyDescription("One consumer, by its name; absent for all.") @Nullable
            String name,

            @JsonPropertyDescription("How many, 1 to 100; 20 when absent.") @Nullable
            Integer limit,

            @JsonPropertyDescription("next of the page before.") @Nullable
            String cursor) {}

    /** A page of consumers. */
    record Answer(
            @JsonProperty(required = true) @JsonPropertyDescription("By name.")
            List<Item> items,

            @JsonProperty(required = true) PageOf page,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the list, or of the consumer, in the API.")
            String self,

            @JsonPropertyDescription("When the cluster was asked; absent for one consumer.") @Nullable
            Instant observedAt) {}

    /** One consumer. */
    record Item(
            @JsonProperty(required = true) String name,

            @JsonProperty(required = true) @JsonPropertyDescription("What is wanted of it.")
            String desired,

            @JsonProperty(required = true) @JsonPropertyDescription("What it is doing.")
            String state,

            @JsonPropertyDescription("Why, where it is not simply at work.") @Nullable
            String reason,

            @JsonProperty(required = true) @JsonPropertyDescription("How many members have reported.")
            int memberCount,

            @JsonPropertyDescription("Records not fetched yet; absent while unknown.") @Nullable
            Long lag,

            @JsonProperty(required = true) Instant updatedAt,
            @JsonProperty(required = true) String updatedBy,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the group it runs, in the API.")
            String group,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the consumer in the API.")
            String self) {}

    private final Calls calls;

    Consumers(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "consumers",
                "List managed consumers",
                "The consumers that this service itself runs on a cluster: what is wanted of each, what it is doing and why, and how many"
                        + " records it has not fetched.",
                Arguments.class,
                Answer.class);
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        if (wanted.name() != null) {
            ObjectNode one = (ObjectNode) calls.consumer(wanted.cluster(), wanted.name());
            ObjectNode list = one.objectNode().put("self", one.path("self").asText());
            list.putArray("items").add(counted(one));
            list.putObject("page").put("total", 1);
            return list;
        }
        ObjectNode list = (ObjectNode)
                calls.consumers(wanted.cluster(), Worst.limit(wanted.limit(), Worst.SHOWN), wanted.cursor());
        list.path("items").forEach(Consumers::counted);
        return list.put("self", Links.cluster(wanted.cluster()) + "/consumers");
    }

    private static JsonNode counted(JsonNode consumer) {
        return ((ObjectNode) consumer)
                .put("memberCount", consumer.path("members").size());
    }
}
