package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.fathom.cluster.Isolation;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.KnownParameters;
import dev.fathom.http.words.Words;
import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.sink.SinkKind;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.junit.jupiter.api.Test;

/** The words the committed contract lists are those of the enums in the code, all of them and no others. */
class WordsTest {

    private static final JsonNode CONTRACT = contract();

    private static JsonNode contract() {
        try {
            return Inlined.of(new ObjectMapper(new YAMLFactory())
                    .readTree(Path.of("openapi/openapi.yaml").toFile()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Class<?>> http() {
        List<Class<?>> classes = new ArrayList<>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.fathom.http")
                .forEach(type -> classes.add(type.reflect()));
        return classes;
    }

    /** What the code says: the words by the place that has them. */
    private static Map<String, List<String>> declared() {
        Map<String, List<String>> words = new TreeMap<>();
        for (Class<?> type : http()) {
            if (type.isRecord()) {
                for (Field field : type.getDeclaredFields()) {
                    if (field.isAnnotationPresent(WordsOf.class)) {
                        words.put(schema(type) + "." + field.getName(), Words.of(field.getAnnotation(WordsOf.class)));
                    }
                }
            }
            for (Method method : type.getDeclaredMethods()) {
                Operation operation = method.getAnnotation(Operation.class);
                if (operation != null && !operation.hidden()) {
                    KnownParameters.of(method).forEach(parameter -> {
                        String name = parameter.getAnnotation(QueryParam.class).value();
                        String place = operation.operationId() + "?" + name;
                        if (parameter.isAnnotationPresent(WordsOf.class)) {
                            words.put(place, Words.of(parameter.getAnnotation(WordsOf.class)));
                        } else if (name.equals("isolation")) {
                            words.put(place, Words.of(Isolation.class));
                        }
                    });
                }
            }
        }
        SinkKind.ALL.stream()
                .flatMap(kind -> kind.fields().stream())
                .filter(field -> !field.words().isEmpty())
                .forEach(field -> words.put("ConsumerSink." + field.name(), field.words()));
        words.put(
                "ConsumerSink." + SinkKind.TYPE,
                SinkKind.ALL.stream().map(SinkKind::type).toList());
        return words;
    }

    private static String schema(Class<?> record) {
        Schema said = record.getAnnotation(Schema.class);
        return said == null || said.name().isEmpty() ? record.getSimpleName() : said.name();
    }

    /** What the contract says. */
    private static Map<String, List<String>> listed() {
        Map<String, List<String>> words = new TreeMap<>();
        CONTRACT.at("/components/schemas").fields().forEachRemaining(schema -> schema.getValue()
                .path("properties")
                .fields()
                .forEachRemaining(
                        property -> list(schema.getKey() + "." + property.getKey(), property.getValue(), words)));
        CONTRACT.get("paths")
                .forEach(path -> path.forEach(operation -> operation
                        .path("parameters")
                        .forEach(parameter -> list(
                                operation.get("operationId").asText() + "?"
                                        + parameter.get("name").asText(),
                                parameter.path("schema"),
                                words))));
        return words;
    }

    private static void list(String place, JsonNode schema, Map<String, List<String>> words) {
        Stream.of("enum", "x-extensible-enum")
                .map(schema::path)
                .filter(JsonNode::isArray)
                .forEach(list -> {
                    List<String> all = new ArrayList<>();
                    list.forEach(word -> all.add(word.asText()));
                    words.put(place, all);
                });
    }

    @Test
    void theContractListsTheWordsOfTheCode() {
        assertThat(declared()).hasSizeGreaterThan(50).isEqualTo(listed());
    }

    @Test
    void nobodyWritesAListOfWordsByHand() {
        List<String> byHand = new ArrayList<>();
        for (Class<?> type : http()) {
            for (Field field : type.getDeclaredFields()) {
                Schema schema = field.getAnnotation(Schema.class);
                if (schema != null && schema.enumeration().length > 0) {
                    byHand.add(type.getSimpleName() + "." + field.getName());
                }
            }
        }
        assertThat(byHand).isEmpty();
    }

    @Test
    void pagesAreAsLargeAsTheContractSays() {
        JsonNode limit = CONTRACT.at("/components/parameters/limit/schema");

        assertThat(limit.get("maximum").asInt()).isEqualTo(Cursor.MAX_LIMIT);
        assertThat(limit.get("default").asInt()).isEqualTo(Cursor.DEFAULT_LIMIT);
    }
}
