package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.fathom.http.problem.ProblemType;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages say what is so. */
class DocsTest {

    private static final Path DOCS = Path.of("docs");

    @Test
    void theCatalogueOfErrorsIsWhole() throws IOException {
        List<String> rows = Files.readAllLines(DOCS.resolve("problems.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> "| `" + type.slug() + "` | " + type.status() + " | " + type.title() + " | "
                                + type.description() + " |")
                        .toList());
    }

    @Test
    void everyOperationHasItsRights() throws IOException {
        List<String> operations = new ArrayList<>();
        JsonNode contract = new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("openapi/openapi.yaml").toFile());
        for (JsonNode path : contract.get("paths")) {
            path.forEach(operation -> {
                if (operation.has("operationId")) {
                    operations.add(operation.get("operationId").asText());
                }
            });
        }
        String page = Files.readString(DOCS.resolve("operations.md"));
        String table = page.substring(page.indexOf("| operations |"), page.indexOf("*The journal*"));
        List<String> told = new ArrayList<>();
        table.lines().skip(2).filter(line -> line.startsWith("|")).forEach(line -> {
            Matcher names = Pattern.compile("`(\\w+)`").matcher(line.substring(0, line.indexOf('|', 1)));
            while (names.find()) {
                told.add(names.group(1));
            }
        });
        assertThat(told).containsExactlyInAnyOrderElementsOf(operations);
    }

    /** The Swagger UI's order is a list of ids in the configuration: none is missing, and each is in the contract. */
    @Test
    void everyOperationHasItsPlaceInTheSwaggerUi() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        }
        String sorter = properties.getProperty("quarkus.swagger-ui.operations-sorter");
        String[] order = sorter.substring(sorter.indexOf('\'') + 1, sorter.indexOf("'.split"))
                .split(" ");
        List<String> ids = new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("openapi/openapi.yaml").toFile())
                .get("paths")
                .findValuesAsText("operationId");

        assertThat(order).containsExactlyInAnyOrderElementsOf(ids);
    }

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> pages = Files.walk(DOCS)) {
            return Stream.concat(
                    Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")),
                    pages.filter(page -> page.toString().endsWith(".md")))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noLinkLeadsNowhere(Path page) throws IOException {
        Path folder = page.toAbsolutePath().getParent();
        Matcher links =
                Pattern.compile("\\]\\((?!https?:|#)([^)#]+)(#[^)]*)?\\)").matcher(Files.readString(page));
        while (links.find()) {
            assertThat(folder.resolve(links.group(1))).exists();
        }
    }
}
