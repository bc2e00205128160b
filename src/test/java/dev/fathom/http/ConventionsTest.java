package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every answer. */
@FathomTest
class ConventionsTest {

    private static final String LOCAL = "/api/v1/clusters/local";

    private final Api api = Api.underTest();

    @ParameterizedTest
    @ValueSource(
            strings = {
                LOCAL,
                LOCAL + "/topics/orders",
                LOCAL + "/topics/orders/offsets",
                LOCAL + "/groups?search=invoices&include=lag",
                LOCAL + "/groups/invoices",
                LOCAL + "/groups/invoices/offsets",
                LOCAL + "/groups/invoices/lag",
                "/api/v1/problems"
            })
    void aReadCarriesATagThatDoesNotDependOnTheMomentAndIsHonoured(String path) {
        String fresh = path.contains("?") ? "&fresh=true" : "?fresh=true";
        Api.Answer first = api.get(path);
        String tag = first.header("ETag").orElseThrow();
        Api.Answer later = api.get(path + fresh);

        assertThat(first.status()).isEqualTo(200);
        assertThat(tag).startsWith("W/\"");
        assertThat(later.header("ETag")).hasValue(tag);
        Api.Answer known = api.get(path, "If-None-Match", tag);
        assertThat(known.status()).isEqualTo(304);
        assertThat(known.text()).isEmpty();
        assertThat(known.header("ETag")).hasValue(tag);
        assertThat(api.get(path, "If-None-Match", "\"other\", " + tag).status()).isEqualTo(304);
        assertThat(api.get(path, "If-None-Match", "\"other\"").status()).isEqualTo(200);
        assertThat(api.send("HEAD", path, null).header("ETag")).hasValue(tag);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/clusters",
                "/api/v1/me",
                "/api/v1/problems/conflict",
                "/api/v1/operations?cluster=local",
                LOCAL,
                LOCAL + "/topics",
                LOCAL + "/topics/orders",
                LOCAL + "/topics/orders/offsets",
                LOCAL + "/topics/orders/groups",
                LOCAL + "/topics/orders/partitions/0/seek?position=1",
                LOCAL + "/topics/orders/partitions/0/records",
                LOCAL + "/groups/invoices/compare?with=invoices",
                LOCAL + "/lag",
                LOCAL + "/consumers"
            })
    void everyReadTakesFresh(String path) {
        String more = path.contains("?") ? "&fresh=" : "?fresh=";

        assertThat(api.get(path + more + "true").status()).isEqualTo(200);
        Api.Answer refused = api.get(path + more + "maybe");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/errors/0/parameter").asText()).isEqualTo("fresh");
    }

    @Test
    void aSharedAnswerSaysWhenItWasObservedAndFreshBypassesIt() {
        String path = LOCAL + "/groups/invoices/offsets";

        await().untilAsserted(() -> {
            String first = api.get(path).ok().get("observedAt").asText();
            assertThat(api.get(path).ok().get("observedAt").asText()).isEqualTo(first);
        });
        String shared = api.get(path).ok().get("observedAt").asText();
        assertThat(api.get(path + "?fresh=true").ok().get("observedAt").asText())
                .isGreaterThan(shared);
    }

    @Test
    void answersAreGzippedForWhoAcceptsIt() {
        Api.Answer answer = api.get(LOCAL + "/groups/invoices/offsets", "Accept-Encoding", "gzip");

        assertThat(answer.header("Content-Encoding")).hasValue("gzip");
        assertThat(answer.response().body()[0]).isEqualTo((byte) 0x1f);
    }

    @Test
    void everyResponseCarriesARequestIdTheCallersIfItIsSane() {
        assertThat(api.get(LOCAL, "X-Request-Id", "deploy-1432").header("X-Request-Id"))
                .hasValue("deploy-1432");
        assertThat(api.get(LOCAL, "X-Request-Id", "a b<script>")
                        .header("X-Request-Id")
                        .orElseThrow())
                .doesNotContain("<");
        assertThat(api.get("/q/health/live").header("X-Request-Id")).isPresent();
        Api.Answer problem = api.get("/api/v1/clusters/prod", "X-Request-Id", "deploy-1433");
        assertThat(problem.json().get("requestId").asText()).isEqualTo("deploy-1433");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/nothing, 404, not-found",
        "GET, /nothing, 404, not-found",
        "PATCH, /api/v1/clusters/local/groups/invoices, 405, method-not-allowed",
        "PUT, /api/v1/clusters/local/lag/query, 405, method-not-allowed",
        "POST, /api/v1/clusters/local/groups, 405, method-not-allowed"
    })
    void whatTheFrameworkRefusesIsAProblemToo(String method, String path, int status, String problem) {
        Api.Answer answer = api.send(method, path, null);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
        assertThat(answer.json().get("instance").asText()).isEqualTo(path);
    }

    @Test
    void mediaTypesAreChecked() {
        assertThat(api.get(LOCAL, "Accept", "image/png").problem()).isEqualTo("not-acceptable");
        Api.Answer form = api.send(
                "POST",
                LOCAL + "/lag/query",
                "groups=x".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(form.status()).isEqualTo(415);
        assertThat(form.problem()).isEqualTo("unsupported-media-type");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                         | /groups",
                "{}                         | /groups",
                "{\"groups\":[]}            | /groups",
                "{\"groups\":null}          | /groups",
                "{\"groups\":[null]}        | /groups/0",
                "{\"groups\":{}}            | /groups",
                "{\"groups\":[[\"a\"]]}     | /groups/0",
                "{\"groups\":[\"a\"],\"x\":1} | /x",
                "{\"grops\":[\"a\"]}        | /grops",
                "[]                         | ''",
                "nonsense                   | ''",
                "{\"groups\":[\"a\"         | /groups/1",
                "{\"groups\":[\"a\"]} {}    | ''",
                "{\"groups\":[\"a\"],\"groups\":[\"b\"]} | ''"
            })
    void aBodyThatIsNotRightNamesThePlaceAndNoClass(String body, String pointer) {
        Api.Answer answer = api.post(LOCAL + "/lag/query", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("validation");
        assertThat(answer.json().at("/errors/0").has("pointer")).isTrue();
        if (!pointer.isEmpty()) {
            assertThat(answer.json().at("/errors/0/pointer").asText()).startsWith(pointer.substring(0, 2));
        }
        assertThat(answer.text()).doesNotContain("java", "dev.fathom", "Jackson", "Exception");
    }

    @Test
    void tooLargeABodyIs413() {
        byte[] large = ("{\"groups\":[\"" + "x".repeat(1_100_000) + "\"]}").getBytes(StandardCharsets.UTF_8);

        Api.Answer answer = api.send("POST", LOCAL + "/lag/query", large, "Content-Type", "application/json");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo("payload-too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_100_000, 3_000_000})
    void tooLargeABodyInChunksIs413(int length) throws IOException, InterruptedException {
        byte[] large = ("{\"groups\":[\"" + "x,".repeat(length / 2) + "\"]}").getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.base() + LOCAL + "/lag/query"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("/api/v1/problems/payload-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=-1",
                "limit=1001",
                "limit=1e3",
                "limit=+5",
                "type=classik",
                "type=Classic",
                "type=unknown",
                "state=dead,alive",
                "sort=lags",
                "sort=-name",
                "include=lags",
                "minLag=-1",
                "minLag=9223372036854775808",
                "cursor=!",
                "cursor=bmFtZQ",
                "fresh=yes",
                "format=xml",
                "sorts=name",
                "Limit=5",
                "limit=5&limit=6"
            })
    void aQueryParameterThatIsNotRightIsNamed(String query) {
        Api.Answer answer = api.get(LOCAL + "/groups?" + query);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/parameter").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void theCatalogueIsServedAndEveryProblemLinksIntoIt() {
        JsonNode list = api.get("/api/v1/problems").ok();

        assertThat(list.get("items")).hasSizeGreaterThan(30);
        list.get("items").forEach(entry -> {
            JsonNode item = api.get(entry.get("type").asText()).ok();
            assertThat(item).isEqualTo(entry);
        });
        assertThat(api.get("/api/v1/problems/no-such").problem()).isEqualTo("problem-not-found");
    }

    @Test
    void readinessTellsEachClusterAndOneDownDoesNotTakeTheServiceOut() {
        await().untilAsserted(() -> {
            JsonNode ready = api.get("/q/health/ready").json();
            assertThat(ready.get("status").asText()).isEqualTo("UP");
            assertThat(api.reachability("local")).startsWith("up since ");
            assertThat(api.reachability("down")).startsWith("down since ");
        });
        assertThat(api.get("/q/health/live").status()).isEqualTo(200);
    }

    @Test
    void metricsTellRequestsAndClusters() {
        api.get(LOCAL + "/groups/invoices");

        String metrics = api.get("/q/metrics").text();

        assertThat(metrics).contains("http_server_requests_seconds_count");
        assertThat(metrics).contains("fathom_cluster_up{cluster=\"down\"} 0.0");
        await().untilAsserted(() ->
                assertThat(api.get("/q/metrics").text()).contains("fathom_cluster_up{cluster=\"local\"} 1.0"));
        // Groups have series of their own; requests are not told apart by what they name.
        assertThat(metrics.lines().filter(line -> !line.startsWith("kafka_") && !line.startsWith("fathom_group_")))
                .noneMatch(line -> line.contains("invoices"));
    }

    @Test
    void theSwaggerUiIsThereAndThePageAtTheRootLeadsToIt() {
        Api.Answer page = api.get("/", "Accept", "text/html");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.text()).contains("href=\"/q/swagger-ui/\"");
        assertThat(api.get("/q/swagger-ui/").text()).contains("swagger-ui");
    }
}
