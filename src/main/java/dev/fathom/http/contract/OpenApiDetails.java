package dev.fathom.http.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.cluster.Required;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.request.KnownParameters;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jboss.jandex.IndexView;

/**
 * Completes the generated contract: the words of enums, the errors each operation can answer with, and an example of every
 * answer. What operations share is a component, and they refer to it. The examples are real answers, recorded by the tests
 * into {@code openapi/examples}. Runs while the service is built.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class OpenApiDetails implements OASFilter {

    private static final String JSON = "application/json";
    private static final String SCHEMAS = "#/components/schemas/";

    /** Refers to the schema of a list of something, for operations that answer in more than one media type. */
    public static final String LIST_OF = SCHEMAS + "Listing";

    private final ObjectMapper json = new ObjectMapper();
    private final IndexView index;

    public OpenApiDetails(IndexView index) {
        this.index = index;
    }

    @Override
    public void filterOpenAPI(OpenAPI contract) {
        Components components = contract.getComponents();
        components.addSchema(
                "ListingOffsetRow", listLike(Required.in(components.getSchemas(), "ListingGroupItem"), "OffsetRow"));
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
        components.getSchemas().values().forEach(OpenApiDetails::typeOnce);
        OpenApiWords words = new OpenApiWords(components);
        words.inBodies(index);
        ResourceMethods methods = new ResourceMethods(index);
        List<Operation> operations = new TreeMap<>(contract.getPaths().getPathItems())
                .values().stream()
                        .flatMap(path -> path.getOperations().entrySet().stream())
                        .map(entry -> complete(entry.getKey(), entry.getValue(), methods, words, components))
                        .toList();
        new SharedParts(components).share(operations);
    }

    /**
     * The generator also writes the type of what a property refers to beside that. It says nothing more, and is wrong where
     * the property may be null.
     */
    private static void typeOnce(Schema schema) {
        if (schema.getProperties() != null) {
            schema.getProperties().values().stream()
                    .filter(property -> property.getAnyOf() != null || property.getRef() != null)
                    .forEach(property -> property.setType(null));
        }
    }

    /** A position is a text or a number, which no Java type says. */
    private static void position(Components components, String body, String field) {
        Schema schema = Required.in(components.getSchemas(), body);
        Schema to = Required.in(schema.getProperties(), field);
        schema.addProperty(
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
                .description(Required.in(list.getProperties(), "items").getDescription())
                .items(OASFactory.createSchema().ref(SCHEMAS + item));
        Schema other =
                schema(SchemaType.OBJECT).description(list.getDescription()).required(list.getRequired());
        list.getProperties()
                .forEach((name, property) -> other.addProperty(name, name.equals("items") ? items : property));
        return other;
    }

    private Operation complete(
            PathItem.HttpMethod method,
            Operation operation,
            ResourceMethods methods,
            OpenApiWords words,
            Components components) {
        String id = operation.getOperationId();
        words.inParameters(operation, methods.of(id));
        OpenApiErrors.describe(operation, methods.answers(id), components);
        OpenApiAccess.describe(operation, methods.of(id).getAnnotation(Needs.class));
        APIResponse success = success(operation);
        if (success.getDescription() == null || success.getDescription().equals("OK")) {
            success.setDescription("The answer.");
        }
        example(id).ifPresent(example -> show(example, operation, success));
        if (success.getContent().getMediaType(Csv.TEXT_CSV) != null) {
            SharedParts.header(success, CsvFile.COMPLETE_HEADER, CsvFile.COMPLETE_HEADER);
        }
        if (method == PathItem.HttpMethod.GET) {
            read(operation, success);
        } else if (has(operation, "If-Match")) {
            guarded(operation, success);
        }
        SharedParts.header(success, "X-Request-Id", "X-Request-Id");
        SharedParts.parameter(operation, "X-Request-Id");
        return operation;
    }

    private static APIResponse success(Operation operation) {
        return Stream.of("200", "201", "202")
                .map(operation.getResponses()::getAPIResponse)
                .filter(response -> response != null)
                .findFirst()
                .orElseThrow();
    }

    private static boolean has(Operation operation, String parameter) {
        return operation.getParameters() != null
                && operation.getParameters().stream().anyMatch(p -> parameter.equals(p.getName()));
    }

    /** Every read takes {@code fresh}, whether or not its method reads it, and can be asked whether its answer still stands. */
    private static void read(Operation operation, APIResponse success) {
        if (!has(operation, KnownParameters.FRESH)) {
            SharedParts.parameter(operation, KnownParameters.FRESH);
        }
        SharedParts.parameter(operation, "If-None-Match");
        SharedParts.header(success, "ETag", "ETag");
        operation.getResponses().addAPIResponse("304", SharedParts.response("not-modified"));
    }

    /** What changes have in common: they may be done in part, and a dry run has a tag that guards the real thing. */
    private static void guarded(Operation operation, APIResponse success) {
        SharedParts.header(success, "ETag", "PlanETag");
        // Not the answer's own content: its example is of a dry run, which is never done in part.
        Content inPart = OASFactory.createContent()
                .addMediaType(
                        JSON,
                        OASFactory.createMediaType()
                                .schema(success.getContent().getMediaType(JSON).getSchema()));
        operation
                .getResponses()
                .addAPIResponse(
                        "207",
                        OASFactory.createAPIResponse()
                                .description("Done in part; every row says what came of it.")
                                .content(inPart));
    }

    private static void show(Map<?, ?> example, Operation operation, APIResponse success) {
        success.getContent().getMediaType(JSON).setExample(example.get("answer"));
        if (example.get("body") != null && operation.getRequestBody().getRef() == null) {
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

    private static Schema schema(SchemaType type) {
        return OASFactory.createSchema().type(List.of(type));
    }
}
