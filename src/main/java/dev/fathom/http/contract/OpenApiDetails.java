package dev.fathom.http.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.CsvFile;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.tags.Tag;

/**
 * Completes the generated contract with what is the same everywhere: the parameters many operations have, the errors
 * each can answer with, and an example of every answer. The examples are real answers, recorded by the tests into
 * {@code openapi/examples}. Runs while the service is built.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class OpenApiDetails implements OASFilter {

    private static final String JSON = "application/json";
    private static final String SCHEMAS = "#/components/schemas/";

    /** Refers to the schema of a list of something, for operations that answer in more than one media type. */
    public static final String LIST_OF = SCHEMAS + "Listing";

    private static final Map<String, String> TAGS = Map.of(
            "1 Clusters", "The clusters this service is configured for.",
            "2 Groups", "Which groups there are, who is in one, where it is.",
            "3 Lag", "Lag across the groups of a cluster.",
            "4 Moving offsets", "Plan, guard, apply, verify; deleting offsets, members and groups.",
            "5 Operations", "The journal: what was changed, by whom, and undoing it.",
            "6 Managed consumers", "Background consumers that the service runs.",
            "7 Topics", "Topics, the offsets in their logs, and their records.",
            "8 Service", "Who the caller is to the service.",
            "9 Problems", "The catalogue of everything that can go wrong.");

    private final ObjectMapper json = new ObjectMapper();

    @Override
    public void filterOpenAPI(OpenAPI contract) {
        contract.setTags(tags());
        Components components = contract.getComponents();
        components.addSchema(
                "ListingOffsetRow", listLike(components.getSchemas().get("ListingGroupItem"), "OffsetRow"));
        components.removeSchema("Listing");
        position(components, "ResetRequest", "to");
        position(components, "ResetTarget", "to");
        position(components, "ConsumerSpec", "startFrom");
        // The format "duration" of JSON Schema, which the generator takes, knows no fractions of a second.
        components.addSchema(
                "Duration",
                schema(SchemaType.STRING)
                        .description("An ISO 8601 duration in hours, minutes, and seconds with their fractions.")
                        .pattern("^PT(\\d+H)?(\\d+M)?(\\d+(\\.\\d{1,9})?S)?$")
                        .examples(List.of("PT0.5S")));
        components.removeSchema("JsonNode");
        components.removeSchema("JsonNodeType");
        components.getSchemas().values().forEach(OpenApiDetails::alternativesAreTheType);
        OpenApiAccess.describe(contract);
        new TreeMap<>(contract.getPaths().getPathItems()).forEach((path, item) -> item.getOperations()
                .forEach((method, operation) -> complete(path, method, operation, components)));
    }

    /** Something or null: the generator also writes the type of the something beside them, which null is not. */
    private static void alternativesAreTheType(Schema schema) {
        if (schema.getProperties() != null) {
            schema.getProperties().values().stream()
                    .filter(property -> property.getAnyOf() != null)
                    .forEach(property -> property.setType(null));
        }
    }

    /** A position is a text or a number, which no Java type says. */
    private static void position(Components components, String body, String field) {
        Schema to = components.getSchemas().get(body).getProperties().get(field);
        components
                .getSchemas()
                .get(body)
                .addProperty(
                        field,
                        OASFactory.createSchema()
                                // Not a list of types: generated clients would take the number for one of 32 bits.
                                .anyOf(List.of(
                                        schema(SchemaType.STRING),
                                        schema(SchemaType.INTEGER).format("int64")))
                                .description(to.getDescription())
                                .examples(to.getExamples()));
    }

    /** The same list with other items. */
    private static Schema listLike(Schema list, String item) {
        Schema items = OASFactory.createSchema()
                .type(List.of(SchemaType.ARRAY))
                .description(list.getProperties().get("items").getDescription())
                .items(OASFactory.createSchema().ref(SCHEMAS + item));
        Schema other =
                schema(SchemaType.OBJECT).description(list.getDescription()).required(list.getRequired());
        list.getProperties()
                .forEach((name, property) -> other.addProperty(name, name.equals("items") ? items : property));
        return other;
    }

    private static List<Tag> tags() {
        List<Tag> tags = new ArrayList<>();
        new TreeMap<>(TAGS)
                .forEach((name, description) ->
                        tags.add(OASFactory.createTag().name(name.substring(2)).description(description)));
        return tags;
    }

    private void complete(String path, PathItem.HttpMethod method, Operation operation, Components components) {
        if (method == PathItem.HttpMethod.GET) {
            OpenApiParameters.maybeFresh(operation);
        }
        OpenApiParameters.describe(operation);
        OpenApiErrors.describe(path, method, operation, components);
        OpenApiAccess.describe(operation);
        APIResponse success = success(operation);
        if (success.getDescription() == null || success.getDescription().equals("OK")) {
            success.setDescription("The answer.");
        }
        if (success.getContent().getMediaType(Csv.TEXT_CSV) != null) {
            success.addHeader(
                    CsvFile.COMPLETE_HEADER,
                    header("CSV and plan files: whether the file has everything; true or false."));
        }
        if (method != PathItem.HttpMethod.GET && operation.getParameters() != null) {
            changes(operation, success);
        }
        if (method == PathItem.HttpMethod.GET) {
            success.addHeader("ETag", header("Tag of the answer without observedAt, for If-None-Match."));
            operation
                    .getResponses()
                    .addAPIResponse(
                            "304",
                            OASFactory.createAPIResponse()
                                    .description("The caller has this answer already (If-None-Match)."));
            operation.addParameter(OASFactory.createParameter()
                    .name("If-None-Match")
                    .in(Parameter.In.HEADER)
                    .description("The ETag of an answer the caller has; if it still stands, the answer is 304.")
                    .schema(schema(SchemaType.STRING)));
        }
        success.addHeader("X-Request-Id", header("The id of the request: the caller's if it sent a sane one."));
        operation.addParameter(OASFactory.createParameter()
                .name("X-Request-Id")
                .in(Parameter.In.HEADER)
                .description(
                        "An id for the request, up to 128 letters, digits and . _ : / + = @ -; made up when absent.")
                .schema(schema(SchemaType.STRING)));
        example(operation.getOperationId()).ifPresent(example -> show(example, operation, success));
    }

    private static APIResponse success(Operation operation) {
        return Stream.of("200", "201", "202")
                .map(operation.getResponses()::getAPIResponse)
                .filter(response -> response != null)
                .findFirst()
                .orElseThrow();
    }

    /** What all changes have in common: they may be done in part, and a dry run has a tag that guards the real thing. */
    private static void changes(Operation operation, APIResponse success) {
        boolean guarded = operation.getParameters().stream()
                .anyMatch(parameter -> parameter.getName().equals("If-Match"));
        if (guarded) {
            success.addHeader("ETag", header("Dry runs: the tag of the plan, for If-Match."));
        }
        if (guarded) {
            // Not the answer's own content: its example is of a dry run, which is never done in part.
            Content inPart = OASFactory.createContent()
                    .addMediaType(
                            JSON,
                            OASFactory.createMediaType()
                                    .schema(success.getContent()
                                            .getMediaType(JSON)
                                            .getSchema()));
            operation
                    .getResponses()
                    .addAPIResponse(
                            "207",
                            OASFactory.createAPIResponse()
                                    .description("Done in part; every row says what came of it.")
                                    .content(inPart));
        }
    }

    private static org.eclipse.microprofile.openapi.models.headers.Header header(String description) {
        return OASFactory.createHeader().description(description).schema(schema(SchemaType.STRING));
    }

    private static void show(Map<?, ?> example, Operation operation, APIResponse success) {
        success.getContent().getMediaType(JSON).setExample(example.get("answer"));
        if (example.get("body") != null) {
            operation.getRequestBody().getContent().getMediaType(JSON).setExample(example.get("body"));
        }
    }

    private Optional<Map<?, ?>> example(String operationId) {
        String resource = "openapi/examples/" + operationId + ".json";
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream(resource)) {
            return file == null ? Optional.empty() : Optional.of(json.readValue(file, Map.class));
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " is not JSON", e);
        }
    }

    static Schema schema(SchemaType type) {
        return OASFactory.createSchema().type(List.of(type));
    }
}
