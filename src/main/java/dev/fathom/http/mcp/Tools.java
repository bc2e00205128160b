package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.AskedFor;
import dev.fathom.http.request.BodyErrors;
import dev.fathom.http.request.JsonBody;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tools there are: what each caller is offered of them, and how one is called. */
@ApplicationScoped
class Tools {

    private final Map<String, Tool<?>> byName = new TreeMap<>();
    private final CallerClusters clusters;
    private final ObjectMapper json;
    /** Reads of an answer what a record has, whatever else it says. */
    private final ObjectMapper cutting;

    Tools(@All List<Tool<?>> all, CallerClusters clusters, ObjectMapper json) {
        all.forEach(tool -> byName.put(tool.definition().name(), tool));
        this.clusters = clusters;
        this.json = json;
        this.cutting = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    /** What the caller is offered, by name: with the clusters they may see. */
    ArrayNode offered() {
        ArrayNode offered = json.createArrayNode();
        byName.values().stream().filter(tool -> tool.isFor(clusters)).forEach(tool -> offered.add(told(tool)));
        return offered;
    }

    private ObjectNode told(Tool<?> tool) {
        Tool.Definition<?> of = tool.definition();
        ObjectNode definition = json.createObjectNode()
                .put("name", of.name())
                .put("title", of.title())
                .put("description", of.description());
        ObjectNode input = JsonSchemas.of(of.arguments(), true);
        if (input.get("properties").get("cluster") instanceof ObjectNode cluster) {
            ArrayNode names = cluster.putArray("enum");
            clusters.names().forEach(names::add);
        }
        definition.set("inputSchema", input);
        definition.set("outputSchema", JsonSchemas.of(of.answer(), false));
        definition
                .putObject("annotations")
                .put("title", of.title())
                .put("readOnlyHint", tool.reads())
                .put("destructiveHint", !tool.reads())
                .put("idempotentHint", tool.reads())
                .put("openWorldHint", false);
        return definition;
    }

    /** Any tool there is, offered or not: who may not use one is told so by the API. */
    Optional<Tool<?>> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The call of the API that a call of a tool comes to; empty where that is not to be seen. */
    Optional<AskedFor> askedFor(String tool, JsonNode arguments, String caller) {
        return named(tool).flatMap(found -> found.askedFor(arguments, caller));
    }

    /** Calls a tool: what it throws is a problem of the API. */
    <A extends Record> Object call(Tool<A> tool, JsonNode sent, HttpHeaders headers) {
        JsonNode arguments = sent.isMissingNode() || sent.isNull() ? json.createObjectNode() : sent;
        if (!arguments.isObject()) {
            throw ProblemException.pointer("", "arguments must be an object.");
        }
        BodyErrors errors = new BodyErrors();
        bound(arguments, "", errors);
        errors.throwIfAny();
        Class<A> takes = tool.definition().arguments();
        for (String name : JsonSchemas.required(takes)) {
            if (!arguments.hasNonNull(name)) {
                errors.add("/" + name, "required.");
            }
        }
        errors.throwIfAny();
        return tool.call(new JsonBody(json, written(arguments)).as(takes), headers);
    }

    /** As long as the line of a request of the API may be, and as texts of its bodies may be. */
    private static void bound(JsonNode sent, String pointer, BodyErrors errors) {
        if (sent.isTextual() && errors.isEmpty()) {
            errors.text(sent.textValue(), pointer);
        }
        sent.properties().forEach(field -> bound(field.getValue(), pointer + "/" + field.getKey(), errors));
        for (int i = 0; sent.isArray() && i < sent.size(); i++) {
            bound(sent.get(i), pointer + "/" + i, errors);
        }
    }

    /** The answer of a tool, whatever its call came to. */
    JsonNode answer(Tool<?> tool, Object called) {
        Class<? extends Record> shape = tool.definition().answer();
        Object cut = shape.isInstance(called) ? called : tool.cut(json.valueToTree(called));
        return json.valueToTree(cutting.convertValue(cut, shape));
    }

    private byte[] written(JsonNode arguments) {
        try {
            return json.writeValueAsBytes(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
