package dev.fathom.http;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody who means harm would send. Credentials, roles and names are the matter of {@code BasicIT} and its like. */
@FathomTest
class AttackListTest {

    private static final String GROUP = "/api/v1/clusters/readonly/groups/invoices";
    private static final String JSON = "application/json";

    private final Api api = Api.underTest();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
    void aMethodInAHeaderIsNoMethod(String header) {
        Answer read = api.send("POST", GROUP + "/lag", bytes("{}"), header, "DELETE", "Content-Type", JSON);
        Answer deleted = api.send("GET", GROUP + "?dryRun=false", null, header, "DELETE");

        assertThat(read.status()).isEqualTo(405);
        assertThat(deleted.problem()).isEqualTo("validation");
        assertThat(api.get(GROUP).status()).isEqualTo(200);
    }

    @Test
    void aReadOnlyClusterIsReadOnlyWhateverTheVerb() {
        String body = "{\"dryRun\":false,\"to\":\"earliest\"}";

        assertThat(api.post(GROUP + "/resets", body).problem()).isEqualTo("read-only");
        assertThat(api.delete(GROUP + "?dryRun=false").problem()).isEqualTo("read-only");
        assertThat(api.delete(GROUP + "/offsets?dryRun=false").problem()).isEqualTo("read-only");
        assertThat(api.delete(GROUP + "/members?all=true&dryRun=false").problem())
                .isEqualTo("read-only");
        assertThat(api.post("/api/v1/clusters/readonly/consumers", "{}").problem())
                .isEqualTo("read-only");
        assertThat(api.put("/api/v1/clusters/readonly/consumers/x/scale", "{\"members\":1}")
                        .problem())
                .isEqualTo("read-only");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"dryRun\":true,\"to\":\"earliest\",\"to\":\"latest\"}",
                "{\"dryRun\":true,\"dryRun\":false,\"to\":\"earliest\"}",
                "{\"dryrun\":true,\"to\":\"earliest\"}",
                "{\"dryRun\":\"true\",\"to\":\"earliest\"}",
                "{\"dryRun\":1,\"to\":\"earliest\"}",
                "{\"dryRun\":true,\"to\":\"earliest\"}{\"dryRun\":false}",
                "{\"dryRun\":true,\"to\":NaN}",
                "{\"dryRun\":true,\"to\":1e3}",
                "{\"dryRun\":true,\"to\":-1}",
                "{\"dryRun\":true,\"to\":9223372036854775808}"
            })
    void aBodyThatCouldBeTakenTwoWaysIsTakenNoWay(String body) {
        assertThat(api.post(GROUP + "/resets", body).status()).as(body).isIn(400, 422, 403);
        assertThat(api.post("/api/v1/clusters/local/groups/invoices/resets", body.replace("false", "true"))
                        .status())
                .as(body)
                .isIn(400, 422);
    }

    @Test
    void aBodyThatIsTooLargeIsNotRead() {
        byte[] large = new byte[10 << 20];

        Answer refused = api.send("POST", GROUP + "/resets", large, "Content-Type", JSON);

        assertThat(refused.problem()).isEqualTo("payload-too-large");
    }

    /** A megabyte that would be a gigabyte: what is packed is not unpacked. */
    @Test
    void aPackedBodyIsNotUnpacked() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] spaces = new byte[1 << 20];
            java.util.Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < 256; i++) {
                gzip.write(spaces);
            }
        }

        Answer refused = api.send(
                "POST", GROUP + "/resets", packed.toByteArray(), "Content-Type", JSON, "Content-Encoding", "gzip");

        assertThat(refused.status()).isIn(400, 403, 413, 415);
    }

    /** By hand: no client sends a request that does not end. */
    private String raw(String... parts) throws IOException {
        URI base = URI.create(api.base());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            OutputStream out = socket.getOutputStream();
            try {
                for (String part : parts) {
                    out.write(part.getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                }
            } catch (IOException e) {
                // It has heard enough.
            }
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4096];
            int read = in.read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aBodyWithoutEndIsEnded() throws IOException {
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        String[] parts = new String[40];
        java.util.Arrays.fill(parts, chunk);
        parts[0] = "POST /api/v1/clusters/readonly/lag/query HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

        // An answer or a closed connection, and neither takes for ever.
        assertThat(raw(parts)).doesNotContain(" 200 ");
    }

    private static void assertProblem(String answer, String status, String slug) {
        assertThat(answer)
                .contains(status)
                .containsIgnoringCase("content-type: application/problem+json")
                .containsIgnoringCase("x-request-id: ")
                .contains("\"type\":\"/api/v1/problems/" + slug + "\"");
    }

    @Test
    void endlessHeadersAndAddressesAreRefused() throws IOException {
        assertProblem(
                raw("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Large: " + "a".repeat(200_000) + "\r\n\r\n"),
                " 431 ",
                "headers-too-large");
        assertProblem(
                raw("GET /api/v1/" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"), " 414 ", "uri-too-long");
        assertProblem(raw("GARBAGE\r\n\r\n"), " 400 ", "validation");
    }

    /** Whatever refuses it: the server, its routing, or the service. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET no-path HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /api/v1/nothing HTTP/1.1\r\n\r\n",
                "GET /api/v1/nothing HTTP/1.0\r\n\r\n",
                "GET /api/v1/me HTTP/9.9\r\nHost: x\r\n\r\n",
                "FOO /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
                "TRACE /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
                "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /no-such-page HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /q/no-such-page HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /api/v1/clusters/local/lag/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: -5\r\n\r\n{}",
                "POST /api/v1/clusters/local/lag/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /api/v1/clusters/local/lag/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 2\r\nExpect: a-miracle\r\n\r\n{}",
                "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Bad\u0001Name: 1\r\n\r\n",
                "GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n",
                "POST /api/v1/clusters/local/lag/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 99999999\r\n\r\n{}",
                "GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 1\r\n\r\n"
            })
    void everyErrorIsAProblem(String request) throws IOException {
        String answer = raw(request);

        assertThat(answer).as(request).startsWith("HTTP/");
        int status = Integer.parseInt(answer.substring(9, 12));
        if (status >= 400) {
            assertThat(answer)
                    .as(request)
                    .containsIgnoringCase("content-type: application/problem+json")
                    .contains("\"status\":" + status);
        }
    }

    @Test
    void aRequestInTwoLengthsIsRefused() throws IOException {
        assertThat(raw(
                        "POST /api/v1/clusters/readonly/lag/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
                .doesNotContain(" 200 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;charset=UTF-16", "application/json;charset=nonsense", "text/json"})
    void aBodyInAnotherAlphabetIsNotMistaken(String type) {
        Answer answer = api.send(
                "POST",
                "/api/v1/clusters/readonly/lag/query",
                "{\"groups\":[\"invoices\"]}".getBytes(StandardCharsets.UTF_16),
                "Content-Type",
                type);

        // JSON says by its first bytes how it is written: it is read so, or not at all.
        assertThat(answer.status()).isIn(200, 400, 415);
        if (answer.status() == 200) {
            assertThat(answer.json().findValuesAsText("id")).containsExactly("invoices");
        }
    }

    @Test
    void aCursorThatWasMadeUpOrIsOfAnotherOrderIsRefused() {
        String next = api.get("/api/v1/clusters/readonly/groups?limit=1")
                .ok()
                .at("/page/next")
                .asText();
        String made = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes("name\u0000zzz"));

        for (String cursor : List.of("x", "AAAA", made, "%00", "..", next + "A", "A" + next)) {
            int status = api.get("/api/v1/clusters/readonly/groups?limit=1&cursor=" + cursor)
                    .status();
            assertThat(status).as(cursor).isIn(200, 400);
        }
        assertThat(api.get("/api/v1/clusters/readonly/groups?limit=1&sort=-members&cursor=" + next)
                        .problem())
                .isEqualTo("validation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "1000000000", "1e2", "9223372036854775808"})
    void aPageIsNeverLargerThanItMayBe(String limit) {
        assertThat(api.get("/api/v1/clusters/readonly/groups?limit=" + limit).problem())
                .isEqualTo("validation");
    }

    @Test
    void whatIsSearchedForIsNoPattern() {
        long begun = System.nanoTime();
        Answer answer = api.get("/api/v1/clusters/readonly/groups?search=%28a%2B%29%2B%24");

        assertThat(answer.ok().get("items")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    /** Beyond what a request to a broker can carry; it would end the client that everybody shares. */
    @Test
    void aNameLongerThanAnyCanBeIsOneThatIsNotThere() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            String topic = kafka.topic(1);
            String group = unique("reset");
            kafka.produce(topic, 0, 1);
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
            String resets = "/api/v1/clusters/local/groups/" + group + "/resets";
            String name = "x".repeat(40_000);

            Answer topics =
                    api.post(resets, "{\"dryRun\":true,\"to\":\"latest\",\"targets\":[{\"topic\":\"" + name + "\"}]}");
            Answer groups = api.post(resets, "{\"dryRun\":true,\"to\":\"group:" + name + "\"}");
            Answer lag = api.post("/api/v1/clusters/local/lag/query", "{\"groups\":[\"" + name + "\"]}");

            assertThat(topics.status()).isEqualTo(422);
            assertThat(groups.status()).isIn(404, 422);
            assertThat(lag.ok().at("/problems/0/status").asInt()).isEqualTo(404);
            assertThat(api.post(resets, "{\"dryRun\":true,\"to\":\"latest\"}").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void fiftyResetsAtOnceLeaveWhatOneOfThemWanted() {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            String topic = kafka.topic(1);
            String group = unique("raced");
            kafka.produce(topic, 0, 60);
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 59L));

            Map<Integer, Long> statuses = IntStream.range(0, 50)
                    .parallel()
                    .mapToObj(i -> api.post(
                                    "/api/v1/clusters/local/groups/" + group + "/resets",
                                    "{\"dryRun\":false,\"acknowledgeInUse\":true,\"to\":" + i + "}")
                            .status())
                    .collect(Collectors.groupingBy(status -> status, Collectors.counting()));

            assertThat(statuses.keySet()).isSubsetOf(200, 409);
            assertThat(statuses).containsKey(200);
            assertThat(Kafka.get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                            .get(new TopicPartition(topic, 0))
                            .offset())
                    .isBetween(0L, 49L);
        }
    }
}
