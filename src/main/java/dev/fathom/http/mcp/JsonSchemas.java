package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JSON Schemas (2020-12) of records. */
final class JsonSchemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Map<Type, String> TYPES = Map.of(
            String.class, "string",
            boolean.class, "boolean",
            Boolean.class, "boolean",
            int.class, "integer",
            Integer.class, "integer",
            long.class, "integer",
            Long.class, "integer",
            Double.class, "number",
            Number.class, "number");

    private JsonSchemas() {}

    /** @param closed whether there is nothing but what the record has */
    static ObjectNode of(Class<?> record, boolean closed) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (RecordComponent component : record.getRecordComponents()) {
            ObjectNode property = of(component.getGenericType(), closed);
            JsonPropertyDescription said = component.getAccessor().getAnnotation(JsonPropertyDescription.class);
            if (said != null) {
                property.put("description", said.value());
            }
            properties.set(component.getName(), property);
            if (isRequired(component)) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return closed ? schema.put("additionalProperties", false) : schema;
    }

    /** The names of what must be there. */
    static List<String> required(Class<?> record) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            if (isRequired(component)) {
                names.add(component.getName());
            }
        }
        return names;
    }

    private static boolean isRequired(RecordComponent component) {
        JsonProperty said = component.getAccessor().getAnnotation(JsonProperty.class);
        return said != null && said.required();
    }

    private static ObjectNode of(Type type, boolean closed) {
        ObjectNode schema = JSON.objectNode();
        String word = TYPES.get(type);
        if (word != null) {
            return schema.put("type", word);
        }
        if (type == Instant.class) {
            return schema.put("type", "string").put("format", "date-time");
        }
        if (type == JsonNode.class) {
            // A position: a text or an offset.
            schema.putArray("type").add("string").add("integer");
            return schema;
        }
        if (type instanceof ParameterizedType of) {
            Type[] arguments = of.getActualTypeArguments();
            ObjectNode inner = of(arguments[arguments.length - 1], closed);
            return of.getRawType() == List.class
                    ? schema.put("type", "array").set("items", inner)
                    : schema.put("type", "object").set("additionalProperties", inner);
        }
        if (type instanceof Class<?> found && found.isRecord()) {
            return of(found, closed);
        }
        throw new IllegalArgumentException("there is no schema of " + type);
    }
}
