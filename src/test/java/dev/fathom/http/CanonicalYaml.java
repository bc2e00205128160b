package dev.fathom.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An OpenAPI document as YAML that is the same for the same document. The generator writes the keys of an object in another
 * order from one run to the next; fields and examples keep the order they were written in. A text is one line, however long: a
 * word that changes is a line that changes. So is a reference.
 */
final class CanonicalYaml {

    private static final List<String> FIRST = List.of(
            "openapi",
            "info",
            "tags",
            "paths",
            "components",
            "operationId",
            "summary",
            "name",
            "in",
            "$ref",
            "type",
            "format",
            "description",
            "required");
    private static final Set<String> IN_THEIR_ORDER = Set.of("properties", "tags");
    private static final Set<String> AS_THEY_ARE = Set.of("example", "value");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    /** A reference that stands below its key, alone: what follows is indented less. */
    private static final Pattern REFERENCE =
            Pattern.compile("(?m)^( *)(\\S+:)\n\\1  (\\$ref: \"[^\"\n]+\")$(?!\n\\1  )");

    private CanonicalYaml() {}

    static String of(JsonNode document) throws JsonProcessingException {
        return REFERENCE.matcher(YAML.writeValueAsString(ordered("", document))).replaceAll("$1$2 {$3}");
    }

    private static JsonNode ordered(String key, JsonNode node) {
        if (AS_THEY_ARE.contains(key)) {
            return node;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(ordered("", item)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        if (!IN_THEIR_ORDER.contains(key)) {
            names.sort(Comparator.comparingInt(CanonicalYaml::rank).thenComparing(Comparator.naturalOrder()));
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        // A field may have any name: below properties no name is a keyword.
        names.forEach(name -> object.set(name, ordered(key.equals("properties") ? "" : name, node.get(name))));
        return object;
    }

    private static int rank(String name) {
        int index = FIRST.indexOf(name);
        return index < 0 ? FIRST.size() : index;
    }
}
