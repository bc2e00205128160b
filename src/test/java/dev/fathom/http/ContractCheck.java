package dev.fathom.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Holds answers to the contract the service serves: whatever is sent, the status is documented, and an error is a problem. */
public final class ContractCheck {

    private final Api api;
    private final JsonNode contract;

    public ContractCheck(Api api) {
        this.api = api;
        this.contract = Inlined.of(api.get("/q/openapi?format=json").json());
    }

    /** @param statuses those the contract lists */
    public record Operation(
            String method, String path, List<String> queryParameters, Set<String> statuses, JsonNode description) {}

    JsonNode contract() {
        return contract;
    }

    public List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        contract.get("paths").fields().forEachRemaining(path -> path.getValue()
                .fields()
                .forEachRemaining(operation ->
                        operations.add(operation(operation.getKey(), path.getKey(), operation.getValue()))));
        return operations;
    }

    private static Operation operation(String method, String path, JsonNode description) {
        List<String> parameters = new ArrayList<>();
        description.path("parameters").forEach(parameter -> {
            if (parameter.get("in").asText().equals("query")) {
                parameters.add(parameter.get("name").asText());
            }
        });
        Set<String> statuses = new HashSet<>();
        description.get("responses").fieldNames().forEachRemaining(statuses::add);
        return new Operation(method.toUpperCase(Locale.ROOT), path, parameters, statuses, description);
    }

    /** Sends a request and adds what is wrong with its answer. @return its status */
    public int check(Operation operation, String path, String body, Set<String> failures) {
        // A segment that is empty or dots is another path; those the framework answers.
        Api.Answer answer =
                switch (operation.method()) {
                    case "POST" -> api.post(path, body);
                    case "PUT" -> api.put(path, body);
                    default -> api.send(operation.method(), path, null);
                };
        int status = answer.status();
        String what = operation.method() + " " + path.substring(0, Math.min(200, path.length())) + " "
                + body.substring(0, Math.min(300, body.length())) + " → " + status + " "
                + answer.text().substring(0, Math.min(300, answer.text().length()));
        if (status == 500 || status == 502) {
            failures.add(what);
        } else if (status >= 400) {
            problem(answer, status, what, failures);
        }
        boolean elsewhere = status == 404 || status == 405;
        if (!operation.statuses().contains(Integer.toString(status)) && !elsewhere) {
            failures.add("undocumented: " + what);
        }
        return status;
    }

    private static void problem(Api.Answer answer, int status, String what, Set<String> failures) {
        if (!answer.header("Content-Type").orElse("").equals("application/problem+json")) {
            failures.add("no problem: " + what);
            return;
        }
        JsonNode problem = answer.json();
        boolean whole =
                Stream.of("type", "title", "detail", "instance", "requestId").allMatch(problem::has)
                        && problem.get("status").asInt() == status;
        if (!whole) {
            failures.add("not whole: " + what);
        }
    }
}
