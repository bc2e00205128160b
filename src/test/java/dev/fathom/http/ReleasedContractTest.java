package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openapitools.openapidiff.core.OpenApiCompare;
import org.openapitools.openapidiff.core.model.ChangedOpenApi;
import org.openapitools.openapidiff.core.output.MarkdownRender;

/** What callers of a released contract rely on stays: the contract grows and breaks nothing. */
class ReleasedContractTest {

    private static final Path CURRENT = Path.of("openapi/openapi.yaml");
    private static final Path RELEASED = Path.of("openapi/released");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    static Stream<Path> released() throws IOException {
        try (Stream<Path> files = Files.list(RELEASED)) {
            return files.toList().stream();
        }
    }

    private static ChangedOpenApi difference(JsonNode old, JsonNode now) throws IOException {
        return OpenApiCompare.fromContents(
                YAML.writeValueAsString(inOlderWords(old)), YAML.writeValueAsString(inOlderWords(now)));
    }

    private static JsonNode read(Path contract) throws IOException {
        return YAML.readTree(contract.toFile());
    }

    /** As OpenAPI 3.0, with {@code nullable}: of 3.1 the comparison reads schemas, and does not compare their properties. */
    private static JsonNode inOlderWords(JsonNode contract) {
        ((ObjectNode) contract).put("openapi", "3.0.3");
        for (JsonNode schema : contract.findParents("type")) {
            JsonNode types = schema.get("type");
            if (types.isArray()) {
                ((ObjectNode) schema).put("type", types.get(0).asText()).put("nullable", true);
            }
        }
        return contract;
    }

    @ParameterizedTest
    @MethodSource("released")
    void nothingReleasedIsBroken(Path version) throws IOException {
        ChangedOpenApi difference = difference(read(version), read(CURRENT));

        assertThat(difference.isCompatible()).as(() -> told(difference)).isTrue();
    }

    private static String told(ChangedOpenApi difference) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        new MarkdownRender().render(difference, new OutputStreamWriter(text, StandardCharsets.UTF_8));
        return text.toString(StandardCharsets.UTF_8);
    }

    /** The check itself: it would see these. */
    @Test
    void aBreakIsSeen() throws IOException {
        assertBreaks(contract -> ((ObjectNode) contract.get("paths")).remove("/api/v1/clusters/{cluster}/lag"));
        assertBreaks(contract -> ((ArrayNode) contract.at("/components/schemas/ResetRequest/required")).add("reason"));
        assertBreaks(contract -> {
            ((ObjectNode) contract.at("/components/schemas/GroupItem/properties")).remove("state");
            ((ArrayNode) contract.at("/components/schemas/GroupItem/required")).remove(2);
        });
        assertBreaks(contract -> contract.at("/components/parameters")
                .forEach(parameter -> ((ObjectNode) parameter).put("required", true)));
    }

    private void assertBreaks(Consumer<JsonNode> change) throws IOException {
        JsonNode changed = read(CURRENT);
        change.accept(changed);

        assertThat(difference(read(CURRENT), changed).isCompatible()).isFalse();
    }
}
