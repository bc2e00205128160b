package dev.fathom.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} is what {@link FathomConfig} says: its properties, their defaults and its Javadoc. With
 * {@code -Dconfiguration.update} the page is written anew.
 */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("docs/configuration.md");
    private static final Path SOURCE = Path.of("src/main/java/dev/fathom/config/FathomConfig.java");
    private static final Path DEFAULTS = Path.of("src/main/resources/application.properties");

    private static final Pattern TYPE = Pattern.compile("^ {4}(?:interface|enum) (\\w+) \\{$");
    private static final Pattern PROPERTY = Pattern.compile("^ {4,8}[\\w<>., ]+ (\\w+)\\(\\);$");

    private static final String HEAD = """
            # Configuration

            <!-- Written by ConfigurationPageTest from FathomConfig; change its Javadoc and run
                 mvn test -Dtest=ConfigurationPageTest -Dconfiguration.update -->

            A property is set in one of these ways; the first that has it wins:

            1. `-Dname=value`, before `-jar`; for the native executable as its first arguments;
            2. an environment variable: upper case, every other character an underscore, as
               `FATHOM_CLUSTERS_PROD_BOOTSTRAP_SERVERS` for `fathom.clusters.prod.bootstrap-servers`;
            3. a properties file: `-Dquarkus.config.locations=fathom.properties`, as [this one](../deploy/fathom.properties).

            Durations are `5S`, `10M`, `1H`, `365D`, or ISO 8601 as `PT5S`. A `fathom.*` property that does not exist, or has a value
            that cannot be read, stops the start with exit code 2 and a line that names it. `java -jar fathom.jar check-config` reads the
            configuration, tries each cluster, and says what works.
            """;

    private static final String QUARKUS = """

            ## Quarkus

            Fathom is a Quarkus application, and every runtime property of Quarkus works. These are the ones most often needed:

            | property | meaning | default |
            |---|---|---|
            | `quarkus.http.host` | Where to listen. Other addresses than loopback need `fathom.security.mode`. | %s |
            | `quarkus.http.port` | The port. | `8080` |
            | `quarkus.tls.*`, `quarkus.http.insecure-requests` | TLS of the service itself. | not set |
            | `quarkus.http.proxy.proxy-address-forwarding` | Takes the caller's address from the headers of a proxy. | `false` |
            | `quarkus.http.cors.*` | Which origins may call from a browser. | none |
            | `quarkus.log.level`, `quarkus.log.category."NAME".level` | How much is logged. | %s |
            """;

    private final Map<String, String> javadoc = new HashMap<>();
    private final Map<String, List<String>> sections = new LinkedHashMap<>();
    private final Map<String, String> intros = new HashMap<>();

    @Test
    void thePageIsWhatTheCodeSays() throws IOException {
        String generated = page();
        if (System.getProperty("configuration.update") != null) {
            Files.writeString(PAGE, generated);
        }

        assertThat(Files.readString(PAGE))
                .as("run mvn test -Dtest=ConfigurationPageTest -Dconfiguration.update and look at the diff")
                .isEqualTo(generated);
    }

    @Test
    void everyPropertyIsExplained() throws IOException {
        page();

        assertThat(sections.values().stream().flatMap(List::stream))
                .hasSizeGreaterThan(30)
                .noneMatch(row -> row.contains("| null |"));
        assertThat(sections.keySet()).allMatch(section -> intros.get(section) != null);
    }

    private String page() throws IOException {
        readJavadoc();
        rows("fathom", FathomConfig.class);
        StringBuilder page = new StringBuilder(HEAD);
        sections.forEach((section, rows) -> {
            page.append("\n## `").append(section).append("`\n\n").append(intros.get(section));
            page.append("\n\n| property | meaning | default |\n|---|---|---|\n");
            rows.forEach(row -> page.append(row).append('\n'));
        });
        Properties defaults = new Properties();
        try (Reader reader = Files.newBufferedReader(DEFAULTS)) {
            defaults.load(reader);
        }
        return page
                + QUARKUS.formatted(
                        code(defaults.getProperty("quarkus.http.host")),
                        code(defaults.getProperty("quarkus.log.level")));
    }

    /** What stands above each interface and each property, by {@code Type} and {@code Type.method}. */
    private void readJavadoc() throws IOException {
        String type = "FathomConfig";
        StringBuilder comment = new StringBuilder();
        boolean inside = false;
        for (String line : Files.readAllLines(SOURCE)) {
            String text = line.strip();
            Matcher beginning = TYPE.matcher(line);
            Matcher property = PROPERTY.matcher(line);
            if (text.startsWith("/**")) {
                comment.setLength(0);
                inside = true;
            }
            if (inside) {
                comment.append(text.replaceAll("^/\\*\\*|^\\*(?!/)|\\*/$", "")).append(' ');
                inside = !text.endsWith("*/");
            } else if (beginning.matches()) {
                type = beginning.group(1);
                javadoc.put(type, words(comment));
            } else if (property.matches()) {
                javadoc.put(type + "." + property.group(1), words(comment));
                comment.setLength(0);
            } else if (line.equals("    }")) {
                type = "FathomConfig";
            }
        }
        javadoc.put("FathomConfig", "What holds for all clusters.");
    }

    private static String words(StringBuilder comment) {
        String text = comment.toString()
                .replaceAll("\\{@code (\\$\\{\\w+}|[^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
        return text.isEmpty() ? null : text;
    }

    private void rows(String prefix, Class<?> type) throws IOException {
        for (Method method : inOrder(type)) {
            String name = prefix + "." + name(method);
            Type returned = method.getGenericReturnType();
            if (isPart(method.getReturnType())) {
                rows(name, method.getReturnType());
            } else if (last(returned) instanceof Class<?> part && isPart(part)) {
                rows(name + (method.getReturnType() == Map.class ? ".<name>" : "[n]"), part);
            } else {
                String shown = name + (method.getReturnType() == Map.class ? ".\"<key>\"" : "");
                intros.put(prefix, javadoc.get(type.getSimpleName()));
                sections.computeIfAbsent(prefix, key -> new ArrayList<>())
                        .add("| " + code(shown) + " | " + javadoc.get(type.getSimpleName() + "." + method.getName())
                                + " | " + byDefault(method) + " |");
            }
        }
    }

    /** Reflection tells methods in any order; the source in that of its author. */
    private static List<Method> inOrder(Class<?> type) throws IOException {
        List<String> source = Files.readAllLines(SOURCE);
        int from = type == FathomConfig.class ? 0 : source.indexOf("    interface " + type.getSimpleName() + " {");
        List<Method> methods = new ArrayList<>();
        for (String line : source.subList(from, source.size())) {
            Matcher property = PROPERTY.matcher(line);
            if (property.matches()) {
                for (Method method : type.getDeclaredMethods()) {
                    if (method.getName().equals(property.group(1)) && !methods.contains(method)) {
                        methods.add(method);
                    }
                }
            } else if (type != FathomConfig.class && line.equals("    }")) {
                break;
            }
        }
        assertThat(methods).hasSameSizeAs(type.getDeclaredMethods());
        return methods;
    }

    private static boolean isPart(Class<?> type) {
        return type.isInterface() && type.getEnclosingClass() == FathomConfig.class;
    }

    /** The type itself, or the last of its arguments. */
    private static Type last(Type type) {
        return type instanceof ParameterizedType generic
                ? last(generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1])
                : type;
    }

    private static String name(Method method) {
        return Optional.ofNullable(method.getAnnotation(WithName.class))
                .map(WithName::value)
                .orElseGet(() -> method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT));
    }

    private static String byDefault(Method method) {
        WithDefault value = method.getAnnotation(WithDefault.class);
        if (value != null) {
            return code(value.value());
        }
        Class<?> type = method.getReturnType();
        return type == Optional.class ? "not set" : type == Map.class ? "none" : "required";
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
