package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.FathomTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Model Context Protocol on the wire: what its official client does not send, or not yet. */
@FathomTest
class McpProtocolTest {

    private static final String NEWEST = "2026-07-28";

    private final Api api = Api.underTest();

    private Answer rpc(String body, String... headers) {
        return api.post("/mcp", body, headers);
    }

    /** @param meta of the newest revision, or anything else */
    private static String request(String method, String params, String meta) {
        return ("{'jsonrpc':'2.0','id':'a','method':'" + method + "','params':{" + params + "'_meta':{" + meta + "}}}")
                .replace('\'', '"');
    }

    private static String meta(String version) {
        return "'io.modelcontextprotocol/protocolVersion':'" + version
                + "','io.modelcontextprotocol/clientCapabilities':{}";
    }

    @Nested
    class TheNewestRevision {

        private Answer modern(String method, String params, String... headers) {
            String[] all = Arrays.copyOf(headers, headers.length + 4);
            System.arraycopy(
                    new String[] {"MCP-Protocol-Version", NEWEST, "Mcp-Method", method}, 0, all, headers.length, 4);
            return rpc(request(method, params, meta(NEWEST)), all);
        }

        @Test
        void needsNoHandshake() {
            JsonNode about = modern("server/discover", "").ok().get("result");
            assertThat(about.at("/supportedVersions/0").asText()).isEqualTo(NEWEST);
            assertThat(about.get("resultType").asText()).isEqualTo("complete");

            JsonNode tools = modern("tools/list", "").ok();
            assertThat(tools.get("id").asText()).isEqualTo("a");
            assertThat(tools.at("/result/tools")).hasSize(9);
            assertThat(tools.at("/result/cacheScope").asText()).isEqualTo("private");
            JsonNode found = modern(
                            "tools/call",
                            "'name':'find_groups','arguments':{'cluster':'local'},",
                            "Mcp-Name",
                            "=?base64?ZmluZF9ncm91cHM=?=")
                    .ok();
            assertThat(found.at("/result/isError").asBoolean()).isFalse();
            assertThat(found.at("/result/_meta/io.modelcontextprotocol~1serverInfo/name")
                            .asText())
                    .isEqualTo("fathom");
        }

        @Test
        void refusesHeadersThatSayOtherwise() {
            for (Answer refused : List.of(
                    modern("tools/call", "'name':'find_groups','arguments':{},", "Mcp-Name", "apply_plan"),
                    modern("tools/call", "'name':'find_groups','arguments':{},"),
                    rpc(request("tools/list", "", meta(NEWEST)), "MCP-Protocol-Version", NEWEST),
                    rpc(request("tools/list", "", meta(NEWEST)), "MCP-Protocol-Version", "2025-11-25"))) {
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.json().at("/error/code").asInt()).isEqualTo(-32020);
                assertThat(refused.json().get("id").asText()).isEqualTo("a");
            }
        }

        @Test
        void namesTheRevisionsThereAre() {
            Answer refused = rpc(request("tools/list", "", meta("1900-01-01")), "MCP-Protocol-Version", "1900-01-01");

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().at("/error/code").asInt()).isEqualTo(-32022);
            assertThat(refused.json().at("/error/data/supported/0").asText()).isEqualTo(NEWEST);
            assertThat(refused.json().at("/error/data/requested").asText()).isEqualTo("1900-01-01");
        }

        @Test
        void wantsWhatEveryRequestHasToSay() {
            Answer refused = rpc(
                    request("tools/list", "", "'io.modelcontextprotocol/protocolVersion':'" + NEWEST + "'"),
                    "MCP-Protocol-Version",
                    NEWEST);

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().at("/error/code").asInt()).isEqualTo(-32602);
        }

        @ParameterizedTest
        @ValueSource(strings = {"ping", "initialize", "subscriptions/listen", "no/such"})
        void doesNotKnowOtherMethods(String method) {
            Answer refused = modern(method, "");

            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.json().at("/error/code").asInt()).isEqualTo(-32601);
        }
    }

    @Nested
    class OnTheWire {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{                                                       | -32700",
                    "nonsense                                                | -32700",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"x\"} | -32700",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}   | -32700",
                    "1                                                       | -32600",
                    "null                                                    | -32600",
                    "{}                                                      | -32600",
                    "[]                                                      | -32600",
                    "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]    | -32600",
                    "{\"id\":1,\"method\":\"ping\"}                          | -32600",
                    "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}      | -32600",
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}   | -32600",
                    "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}     | -32600",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}             | -32600",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}            | -32600",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]} | -32600",
                })
        void whatIsNoMessageGetsTheProtocolsError(String body, int code) {
            Answer refused = rpc(body);

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().get("jsonrpc").asText()).isEqualTo("2.0");
            assertThat(refused.json().at("/error/code").asInt()).isEqualTo(code);
        }

        @Test
        void whatIsNestedTooDeeplyIsNoMessage() {
            String deep = "[".repeat(5000) + "]".repeat(5000);

            Answer refused = rpc("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" + deep + "}");

            assertThat(refused.json().at("/error/code").asInt()).isEqualTo(-32700);
        }

        @Test
        void anUnknownToolMethodAndResourceAreTheProtocolsErrors() {
            assertThat(rpc("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"no_such\"}}")
                            .ok()
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32602);
            assertThat(rpc("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"no/such\"}")
                            .ok()
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32601);
            assertThat(rpc("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"resources/read\",\"params\":{}}")
                            .ok()
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32002);
        }

        @Test
        void olderRevisionsAreSpoken() {
            for (String version : List.of("2025-11-25", "2025-06-18", "2025-03-26")) {
                JsonNode begun = rpc(("{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':'"
                                        + version + "','capabilities':{},'clientInfo':{'name':'t','version':'1'}}}")
                                .replace('\'', '"'))
                        .ok();
                assertThat(begun.at("/result/protocolVersion").asText()).isEqualTo(version);
                assertThat(rpc("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", "MCP-Protocol-Version", version)
                                .ok()
                                .has("result"))
                        .isTrue();
            }
            assertThat(rpc("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", "MCP-Protocol-Version", "1999-01-01")
                            .status())
                    .isEqualTo(400);
        }

        @Test
        void aNotificationIsTakenAndNotAnswered() {
            Answer taken = rpc("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

            assertThat(taken.status()).isEqualTo(202);
            assertThat(taken.text()).isEmpty();
            assertThat(taken.header("Mcp-Session-Id")).isEmpty();
        }

        @Test
        void thereIsNothingToListenToAndNoSessionToEnd() {
            assertThat(api.get("/mcp", "Accept", "text/event-stream").status()).isEqualTo(405);
            assertThat(api.delete("/mcp").status()).isEqualTo(405);
        }

        @Test
        void aBodyThatIsTooLargeOrNoJsonIsRefusedAsEverywhere() {
            byte[] large = ("\"" + "x".repeat(2 << 20) + "\"").getBytes(StandardCharsets.UTF_8);
            assertThat(api.send("POST", "/mcp", large, "Content-Type", "application/json")
                            .problem())
                    .isEqualTo("payload-too-large");
            assertThat(api.send("POST", "/mcp", "x".getBytes(StandardCharsets.UTF_8), "Content-Type", "text/csv")
                            .problem())
                    .isEqualTo("unsupported-media-type");
        }

        /** Host and origin are the same then: both are the name that was made to point here. */
        @ParameterizedTest
        @CsvSource({
            "evil.example, evil.example, 403",
            "127.0.0.1.evil.example, 127.0.0.1.evil.example, 403",
            "localhost, evil.example, 403",
            "localhost, localhost, 200",
        })
        void aPageWhoseNameWasMadeToPointHereIsRefused(String host, String origin, int status) throws IOException {
            URI base = URI.create(api.base());
            String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
            try (Socket socket = new Socket(base.getHost(), base.getPort())) {
                socket.getOutputStream()
                        .write(("POST /mcp HTTP/1.1\r\nHost: " + host + ":" + base.getPort() + "\r\nOrigin: http://"
                                        + origin + ":" + base.getPort()
                                        + "\r\nContent-Type: application/json\r\nContent-Length: " + ping.length()
                                        + "\r\nConnection: close\r\n\r\n" + ping)
                                .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            }
        }

        @Test
        void aPageOfTheServiceItselfIsNot() {
            assertThat(rpc("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", "Origin", api.base())
                            .status())
                    .isEqualTo(200);
        }
    }
}
