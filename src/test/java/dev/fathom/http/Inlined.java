package dev.fathom.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** A contract with its shared parameters, headers, bodies, answers and examples in the places that refer to them. */
final class Inlined {

    private static final Set<String> SHARED = Set.of("parameters", "headers", "requestBodies", "responses", "examples");

    private final JsonNode contract;

    private Inlined(JsonNode contract) {
        this.contract = contract;
    }

    static JsonNode of(JsonNode contract) {
        return new Inlined(contract).inlined(contract);
    }

    private JsonNode inlined(JsonNode node) {
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(inlined(item)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        String[] path = node.path("$ref").asText().split("/");
        if (path.length == 4 && SHARED.contains(path[2])) {
            return inlined(contract.get("components").get(path[2]).get(path[3]));
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        node.fields().forEachRemaining(field -> object.set(field.getKey(), inlined(field.getValue())));
        return object;
    }
}
