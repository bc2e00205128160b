package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Odd values in every place the contract has: whatever is sent, the answer is one the contract documents, and an error is
 * a problem of the catalogue. Never a 500.
 */
@FathomTest
class AnyInputTest {

    /** What people and scanners put into parameters. */
    private static final List<String> ODD = List.of(
            "",
            " ",
            "0",
            "-1",
            "1e3",
            "NaN",
            "null",
            "true",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999999999",
            "~",
            "~~",
            ".",
            "..",
            "../..",
            "a/b",
            "%",
            "%25",
            "\u0000",
            "\n",
            "é",
            "🦆",
            "'; drop table offsets; --",
            "<script>alert(1)</script>",
            "${jndi:ldap://127.0.0.1/a}",
            "(a+)+$",
            "earliest+9223372036854775807",
            "current",
            "group:x",
            "none",
            "-PT1H",
            "-P999999999D",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2026-11-20T10:15:00+25:00",
            "classic,,share",
            "lag,lag",
            "x".repeat(3000));

    private final Api api = Api.underTest();

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private record Operation(String method, String path, List<String> queryParameters, Set<String> statuses) {}

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        api.get("/q/openapi?format=json").json().get("paths").fields().forEachRemaining(path -> path.getValue()
                .fields()
                .forEachRemaining(operation -> {
                    List<String> parameters = new ArrayList<>();
                    operation.getValue().path("parameters").forEach(parameter -> {
                        if (parameter.get("in").asText().equals("query")) {
                            parameters.add(parameter.get("name").asText());
                        }
                    });
                    Set<String> statuses = new HashSet<>();
                    operation.getValue().get("responses").fieldNames().forEachRemaining(statuses::add);
                    operations.add(new Operation(
                            operation.getKey().toUpperCase(java.util.Locale.ROOT),
                            path.getKey(),
                            parameters,
                            statuses));
                }));
        return operations;
    }

    private static String filled(String path, String name, String value) {
        Map<String, String> usual = Map.of(
                "cluster", "local",
                "group", "invoices",
                "topic", "orders",
                "partition", "0",
                "slug", "timeout",
                "id", "op-20261120-101500-0f9b2c1e6d5a",
                "name", "nobody",
                "instanceId", "forklift-1");
        String filled = path;
        for (Map.Entry<String, String> each : usual.entrySet()) {
            String text = each.getKey().equals(name) ? encoded(value) : each.getValue();
            filled = filled.replace("{" + each.getKey() + "}", text);
        }
        return filled;
    }

    private void check(Operation operation, String path, String body, Set<String> failures) {
        // A segment that is empty or dots is another path; those the framework answers.
        Api.Answer answer =
                switch (operation.method()) {
                    case "POST" -> api.post(path, body);
                    case "PUT" -> api.put(path, body);
                    default -> api.send(operation.method(), path, null);
                };
        int status = answer.status();
        String what = operation.method() + " " + path.substring(0, Math.min(200, path.length())) + " → " + status + " "
                + answer.text().substring(0, Math.min(200, answer.text().length()));
        if (status == 500 || status == 502) {
            failures.add(what);
        } else if (status >= 400) {
            if (!answer.header("Content-Type").orElse("").equals("application/problem+json")) {
                failures.add("no problem: " + what);
            } else {
                JsonNode problem = answer.json();
                if (!Stream.of("type", "title", "detail", "instance", "requestId")
                                .allMatch(problem::has)
                        || problem.get("status").asInt() != status) {
                    failures.add("not whole: " + what);
                }
            }
        }
        boolean elsewhere = status == 404 || status == 405;
        if (!operation.statuses().contains(Integer.toString(status)) && !elsewhere) {
            failures.add("undocumented: " + what);
        }
    }

    @Test
    void inAnyParameterEndsInADocumentedAnswer() {
        Set<String> failures = new ConcurrentSkipListSet<>();
        List<Operation> operations = operations();
        assertThat(operations).hasSizeGreaterThan(15);
        String body = "{\"groups\":[\"invoices\"]}";
        operations.parallelStream().forEach(operation -> {
            List<String> inPath = Stream.of(
                            "cluster", "group", "topic", "partition", "slug", "id", "name", "instanceId")
                    .filter(name -> operation.path().contains("{" + name + "}"))
                    .toList();
            for (String value : ODD) {
                inPath.forEach(name -> check(operation, filled(operation.path(), name, value), body, failures));
                operation
                        .queryParameters()
                        .forEach(name -> check(
                                operation,
                                filled(operation.path(), "", "") + "?" + name + "=" + encoded(value),
                                body,
                                failures));
            }
        });

        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    @Test
    void inABodyEndsInADocumentedAnswer() {
        Set<String> failures = new ConcurrentSkipListSet<>();
        List<Operation> posts = operations().stream()
                .filter(operation -> Set.of("POST", "PUT").contains(operation.method()))
                .toList();
        assertThat(posts).hasSizeGreaterThan(3);
        posts.parallelStream().forEach(post -> {
            String path = filled(post.path(), "", "");
            for (String value : ODD) {
                String quoted = "\""
                        + value.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n")
                                .replace("\u0000", "\\u0000")
                        + "\"";
                for (String body : List.of(
                        value,
                        quoted,
                        "[" + quoted + "]",
                        "{\"groups\":" + quoted + "}",
                        "{\"groups\":[" + quoted + "]}",
                        "{\"dryRun\":" + quoted + "}",
                        "{\"dryRun\":true,\"to\":" + quoted + "}",
                        "{\"dryRun\":true,\"to\":\"latest\",\"targets\":[{\"topic\":" + quoted + "}]}",
                        "{\"members\":" + quoted + "}",
                        "{\"name\":" + quoted + ",\"spec\":{}}",
                        "{\"name\":\"odd\",\"spec\":{\"topics\":[" + quoted + "],\"sink\":{\"type\":\"log\"}}}",
                        "{\"name\":\"odd\",\"spec\":{\"topics\":[\"no-such-topic\"],\"groupId\":" + quoted
                                + ",\"sink\":{\"type\":\"log\"}}}",
                        "{\"name\":\"odd\",\"spec\":{\"topics\":[\"orders\"],\"sink\":{\"type\":\"webhook\",\"url\":"
                                + quoted + "}}}",
                        "{\"dryRun\":true,\"match\":" + quoted + ",\"unchangedFor\":\"PT0S\"}",
                        "{\"dryRun\":true,\"match\":\"none-*\",\"unchangedFor\":" + quoted + "}",
                        "{" + quoted + ":1}")) {
                    check(post, path, body, failures);
                }
            }
            check(post, path, "[".repeat(100_000), failures);
            check(post, path, "{\"groups\":" + "[".repeat(2_000) + "}", failures);
        });

        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    @Test
    void onClustersThatDoNotAnswerEndsInADocumentedAnswer() {
        Set<String> failures = new TreeSet<>();
        for (Operation operation : operations()) {
            if (operation.path().contains("{cluster}")) {
                for (String cluster : List.of("nowhere", "wrong-password")) {
                    String path = filled(operation.path(), "cluster", cluster)
                            + (operation.path().endsWith("/seek") ? "?position=0" : "");
                    check(operation, path, "{\"groups\":[\"invoices\"]}", failures);
                }
            }
        }

        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
    }
}
