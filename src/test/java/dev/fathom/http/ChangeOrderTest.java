package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.FathomTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a change is refused for first, when there is more than one thing wrong with it: the same for all of them. That a caller
 * without the level comes before everything else is in {@code BasicIT}.
 */
@FathomTest
class ChangeOrderTest {

    private static final String LOCAL = "/api/v1/clusters/local/";
    private static final String[] BAD_HEADERS = {"If-Match", "*", "Idempotency-Key", "a b"};

    private final Api api = Api.underTest();

    /** An operation of the contract that changes something on the cluster in its path. */
    private record Change(String id, String method, String path, boolean dryRuns) {

        boolean inQuery() {
            return method.equals("DELETE");
        }

        Answer send(Api api, String cluster, String query, String body) {
            String sent = path.replace("{cluster}", cluster).replaceAll("\\{[a-zA-Z]+}", "not-there");
            return api.send(
                    method,
                    sent + query,
                    inQuery() ? null : body.getBytes(StandardCharsets.UTF_8),
                    "Content-Type",
                    "application/json",
                    BAD_HEADERS[0],
                    BAD_HEADERS[1],
                    BAD_HEADERS[2],
                    BAD_HEADERS[3]);
        }
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        JsonNode contract = api.get("/q/openapi?format=json").ok();
        contract.get("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
                    JsonNode operation = method.getValue();
                    if (operation.has("x-changes") && path.getKey().contains("{cluster}")) {
                        changes.add(new Change(
                                operation.get("operationId").asText(),
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                operation.get("x-changes").asText().contains("dryRun")));
                    }
                }));
        assertThat(changes).extracting(Change::id).contains("resetGroup", "cleanUpGroups", "scaleConsumer");
        return changes;
    }

    @Test
    void aReadOnlyClusterComesBeforeAllThatIsWrongWithTheRequest() {
        for (Change change : changes()) {
            Answer refused = change.send(api, "readonly", "", "{");

            assertThat(refused.problem()).as(change.id()).isEqualTo("read-only");
        }
    }

    @Test
    void aClusterThatIsNotThereComesBeforeItsBeingReadOnly() {
        for (Change change : changes()) {
            assertThat(change.send(api, "no-such", "", "{").problem())
                    .as(change.id())
                    .isEqualTo("cluster-not-found");
        }
    }

    @Test
    void aDryRunIsAllowedWhereItIsReadOnlyAndItsGuardAndKeyAreNotLookedAt() {
        for (Change change : changes()) {
            if (change.dryRuns()) {
                Answer planned =
                        change.send(api, "readonly", change.inQuery() ? "?dryRun=true" : "", "{\"dryRun\":true}");

                assertThat(planned.text())
                        .as(change.id())
                        .doesNotContain("problems/read-only", "If-Match", "Idempotency-Key");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | groups/not-there/resets                        | {'dryRun':false,'to':0}",
                "POST   | groups/cleanup                                 | {'dryRun':false,'match':'not-there','unchangedFor':'P1D'}",
                "DELETE | groups/not-there?dryRun=false                  |",
                "DELETE | groups/not-there/offsets?dryRun=false          |",
                "DELETE | groups/not-there/members?all=true&dryRun=false |",
                "DELETE | groups/not-there/members/x?dryRun=false        |"
            })
    void theGuardComesAfterTheBodyAndBeforeTheKeyAndBeforeTheGroupIsLookedFor(String method, String path, String body) {
        Answer refused = send(method, path, body);

        assertThat(refused.problem()).isEqualTo("validation");
        assertThat(refused.json().at("/errors/0/parameter").asText()).isEqualTo("If-Match");
        assertThat(refused.json().get("errors")).hasSize(1);
        Answer unsaid = send(method, path.replace("dryRun=false", "dryRun="), body == null ? null : "{}");
        assertThat(unsaid.problem()).isEqualTo("validation");
        assertThat(unsaid.text()).contains("dryRun").doesNotContain("If-Match");
    }

    private Answer send(String method, String path, String body) {
        byte[] sent = body == null ? null : body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return api.send(
                method,
                LOCAL + path,
                sent,
                "Content-Type",
                "application/json",
                BAD_HEADERS[0],
                BAD_HEADERS[1],
                BAD_HEADERS[2],
                BAD_HEADERS[3]);
    }

    @Test
    void theKeyComesLast() {
        String reset = "{\"dryRun\":false,\"to\":0}";
        Answer refused = api.post(LOCAL + "groups/not-there/resets", reset, "Idempotency-Key", "a b");

        assertThat(refused.json().at("/errors/0/parameter").asText()).isEqualTo("Idempotency-Key");
        assertThat(api.post(LOCAL + "consumers", "{}", "Idempotency-Key", "a b").text())
                .contains("/name")
                .doesNotContain("Idempotency-Key");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, pause",
        "POST, resume",
        "POST, stop",
        "POST, start",
        "POST, restart",
        "PUT, scale",
        "POST, resets",
        "PUT, ''"
    })
    void aConsumerThatIsNotThereComesBeforeTheBody(String method, String command) {
        String path = LOCAL + "consumers/not-there" + (command.isEmpty() ? "" : "/" + command);

        assertThat(api.send(
                                method,
                                path,
                                "{\"x\":1}".getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "application/json")
                        .problem())
                .isEqualTo("consumer-not-found");
    }
}
