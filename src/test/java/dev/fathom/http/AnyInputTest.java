package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.http.ContractCheck.Operation;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    static final List<String> ODD = List.of(
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
            "committed-at:-PT1S",
            "committed-at:0000-01-01T00:00:00Z",
            "committed-at:",
            "none",
            "-PT1H",
            "-P999999999D",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2026-11-20T10:15:00+25:00",
            "classic,,share",
            "lag,lag",
            "x".repeat(3000));

    /** Beside each other: fewer than a cluster takes, so that none is refused for that. */
    private static final int CALLERS = 8;

    private final ContractCheck contract = new ContractCheck(Api.underTest());
    private final Set<String> failures = new ConcurrentSkipListSet<>();
    private final List<Runnable> calls = new ArrayList<>();

    private void call(Operation operation, String path, String body) {
        calls.add(() -> contract.check(operation, path, body, failures));
    }

    private void assertNoneFails() throws InterruptedException, ExecutionException {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            for (Future<?> call : calls.stream().<Future<?>>map(callers::submit).toList()) {
                call.get();
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String filled(String path, String name, String value) {
        Map<String, String> usual = Map.of(
                "cluster", "local",
                "group", "invoices",
                "topic", "orders",
                "partition", "0",
                "offset", "0",
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

    @Test
    void inAnyParameterEndsInADocumentedAnswer() throws Exception {
        List<Operation> operations = contract.operations();
        assertThat(operations).hasSizeGreaterThan(15);
        String body = "{\"groups\":[\"invoices\"]}";
        for (Operation operation : operations) {
            List<String> inPath = Stream.of(
                            "cluster", "group", "topic", "partition", "offset", "slug", "id", "name", "instanceId")
                    .filter(name -> operation.path().contains("{" + name + "}"))
                    .toList();
            String usual = filled(operation.path(), "", "");
            for (String value : ODD) {
                inPath.forEach(name -> call(operation, filled(operation.path(), name, value), body));
                operation
                        .queryParameters()
                        .forEach(name -> call(operation, usual + "?" + name + "=" + encoded(value), body));
            }
        }

        assertNoneFails();
    }

    @Test
    void inABodyEndsInADocumentedAnswer() throws Exception {
        List<Operation> posts = contract.operations().stream()
                .filter(operation -> Set.of("POST", "PUT").contains(operation.method()))
                .toList();
        assertThat(posts).hasSizeGreaterThan(3);
        for (Operation post : posts) {
            String path = filled(post.path(), "", "");
            for (String value : ODD) {
                bodies(value).forEach(body -> call(post, path, body));
            }
            call(post, path, "[".repeat(100_000));
            call(post, path, "{\"groups\":" + "[".repeat(2_000) + "}");
        }

        assertNoneFails();
    }

    /** A value in every place a body may have. */
    private static List<String> bodies(String value) {
        String quoted = "\""
                + value.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\u0000", "\\u0000")
                + "\"";
        return List.of(
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
                "{\"name\":\"odd\",\"spec\":{\"topics\":[\"orders\"],\"sink\":{\"type\":\"webhook\",\"url\":" + quoted
                        + "}}}",
                "{\"dryRun\":true,\"match\":" + quoted + ",\"unchangedFor\":\"PT0S\"}",
                "{\"dryRun\":true,\"match\":\"none-*\",\"unchangedFor\":" + quoted + "}",
                "{" + quoted + ":1}");
    }

    @Test
    void onClustersThatDoNotAnswerEndsInADocumentedAnswer() throws Exception {
        for (Operation operation : contract.operations()) {
            if (operation.path().contains("{cluster}")) {
                for (String cluster : List.of("nowhere", "wrong-password")) {
                    String path = filled(operation.path(), "cluster", cluster)
                            + (operation.path().endsWith("/seek") ? "?position=0" : "");
                    call(operation, path, "{\"groups\":[\"invoices\"]}");
                }
            }
        }

        assertNoneFails();
    }
}
