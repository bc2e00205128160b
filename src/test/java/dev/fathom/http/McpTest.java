package dev.fathom.http;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.testing.Agent;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithKafka;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.InitializeResult;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Model Context Protocol at {@code /mcp}: what agents can do, with the official client, and what is said on the wire. */
@FathomTest
class McpTest extends WithKafka {

    private final Api api = Api.underTest();
    private Agent agent;
    private String topic;
    private String group;

    /** Ten records on each of two partitions; a group that nobody is in stands at the second. */
    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        group = unique("stuck");
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 2L, new TopicPartition(topic, 1), 9L));
        agent = new Agent(api.base());
    }

    @AfterEach
    void leave() {
        agent.close();
    }

    private long committed(int partition) {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, partition))
                .offset();
    }

    private Map<String, Object> on(String cluster, Object... more) {
        Map<String, Object> arguments = new HashMap<>(Map.of("cluster", cluster));
        for (int i = 0; i < more.length; i += 2) {
            arguments.put(more[i].toString(), more[i + 1]);
        }
        return arguments;
    }

    private Map<String, Object> group(Object... more) {
        Map<String, Object> arguments = on("local", more);
        arguments.put("group", group);
        return arguments;
    }

    private JsonNode plan(Object... more) {
        Map<String, Object> arguments = group(more);
        arguments.put("acknowledgeInUse", true);
        return agent.ask("plan_reset", arguments);
    }

    private JsonNode apply(JsonNode plan) {
        return agent.ask("apply_plan", Map.of("etag", plan.get("etag").asText()));
    }

    @Nested
    class AnAgent {

        @Test
        void isToldWhatThereIs() {
            InitializeResult begun = agent.client().getCurrentInitializationResult();

            assertThat(begun.protocolVersion()).isEqualTo("2025-11-25");
            assertThat(begun.serverInfo().name()).isEqualTo("fathom");
            assertThat(begun.instructions()).contains("plan_reset");
            assertThat(agent.tools())
                    .extracting(Tool::name)
                    .containsExactly(
                            "apply_plan",
                            "consumers",
                            "diagnose",
                            "find_groups",
                            "group_status",
                            "operations",
                            "plan_reset",
                            "read_records",
                            "undo");
            assertThat(agent.tools()).allSatisfy(tool -> {
                assertThat(tool.outputSchema()).isNotEmpty();
                assertThat(tool.description()).isNotBlank();
                assertThat(tool.annotations().readOnlyHint())
                        .isEqualTo(!tool.name().equals("apply_plan"));
            });
        }

        @Test
        void findsTheToolsThatThePageOfTheDocumentationHas() throws IOException {
            List<String> rows = Files.readAllLines(Path.of("docs/mcp.md")).stream()
                    .filter(line -> line.startsWith("| `"))
                    .map(line -> line.substring(0, line.indexOf('|', line.indexOf('|', 1) + 1)))
                    .sorted()
                    .toList();

            assertThat(rows)
                    .containsExactlyElementsOf(agent.tools().stream()
                            .map(tool -> "| `" + tool.name() + "` | " + needed(tool))
                            .sorted()
                            .toList());
        }

        private static String needed(Tool tool) {
            Object required = tool.inputSchema().getOrDefault("required", List.of());
            String names =
                    ((List<?>) required).stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
            return names.isEmpty() ? "" : names + " ";
        }

        /** Find, diagnose, plan, apply, undo: as somebody would who has nothing but the tools. */
        @Test
        void findsTheStuckGroupMovesItAndTakesThatBack() {
            JsonNode found = agent.ask("find_groups", on("local", "topic", topic));
            assertThat(found.at("/items/0/id").asText()).isEqualTo(group);
            assertThat(found.at("/items/0/lag/total").asLong()).isEqualTo(9);
            assertThat(found.at("/page/total").asInt()).isEqualTo(1);
            await().atMost(Duration.ofSeconds(30)).until(() -> agent.ask("diagnose", group())
                    .at("/verdict/status")
                    .asText()
                    .equals("stopped"));
            assertThat(agent.ask("diagnose", group()).at("/findings/0/message").asText())
                    .isNotEmpty();

            JsonNode plan = plan("to", "latest", "reason", "agent tries");

            assertThat(plan.get("applicable").asBoolean()).isTrue();
            assertThat(plan.at("/totals/skipped").asLong()).isEqualTo(9);
            assertThat(plan.at("/partitions/0/partition").asInt())
                    .as("moves furthest")
                    .isZero();
            assertThat(committed(0)).isEqualTo(2);

            JsonNode applied = apply(plan);

            assertThat(applied.at("/partitions/0/verified").asBoolean()).isTrue();
            assertThat(committed(0)).isEqualTo(10);
            assertThat(committed(1)).isEqualTo(10);
            JsonNode journal = agent.ask("operations", group());
            assertThat(journal.at("/items/0/reason").asText()).isEqualTo("agent tries");
            assertThat(journal.at("/items/0/self")).isEqualTo(applied.get("operation"));

            JsonNode back = agent.ask(
                    "undo", Map.of("operation", journal.at("/items/0/id").asText(), "acknowledgeInUse", true));

            assertThat(back.get("kind").asText()).isEqualTo("undo");
            assertThat(committed(0)).as("a plan").isEqualTo(10);
            apply(back);
            assertThat(committed(0)).isEqualTo(2);
            assertThat(committed(1)).isEqualTo(9);
        }

        @Test
        void isToldAllOfAGroupInOneAnswer() {
            JsonNode status = agent.ask("group_status", group("limit", 1));

            assertThat(status.get("state").asText()).isEqualTo("empty");
            assertThat(status.at("/lag/total").asLong()).isEqualTo(9);
            assertThat(status.get("partitionCount").asInt()).isEqualTo(2);
            assertThat(status.at("/partitions/0/partition").asInt()).isZero();
            assertThat(status.at("/partitions/0/lag").asLong()).isEqualTo(8);
            JsonNode rest = agent.ask(
                    "group_status",
                    group("limit", 1, "cursor", status.get("next").asText()));
            assertThat(rest.at("/partitions/0/partition").asInt()).isOne();
            assertThat(rest.has("next")).isFalse();
            assertThat(api.get(status.get("self").asText()).status()).isEqualTo(200);
        }

        @Test
        void readsTheRecordAGroupStandsAt() {
            JsonNode read =
                    agent.ask("read_records", on("local", "topic", topic, "partition", 0, "position", "2", "limit", 1));

            assertThat(read.get("items")).hasSize(1);
            assertThat(read.at("/items/0/offset").asLong()).isEqualTo(2);
            assertThat(read.get("highWatermark").asLong()).isEqualTo(10);
        }

        @Test
        void isToldOfConsumersAndOfAWholeCluster() {
            assertThat(agent.ask("consumers", on("local")).get("self").asText())
                    .isEqualTo("/api/v1/clusters/local/consumers");
            assertThat(agent.ask("diagnose", on("local", "limit", 2)).get("findings"))
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(agent.refusal("consumers", on("local", "name", "not-there")))
                    .isEqualTo("consumer-not-found");
        }

        @Test
        void readsTheCatalogueAndTheGuide() {
            assertThat(agent.client().listResources().resources()).hasSize(2);
            assertThat(read("fathom://problems")).contains("/api/v1/problems", "plan-outdated");
            assertThat(read("fathom://guides/operations")).startsWith("# Running Fathom");
            assertThatThrownBy(() -> read("file:///etc/passwd")).isInstanceOf(McpError.class);
        }

        private String read(String uri) {
            return ((TextResourceContents) agent.client()
                            .readResource(ReadResourceRequest.builder(uri).build())
                            .contents()
                            .get(0))
                    .text();
        }

        @Test
        void isToldHowToGoAboutIt() {
            assertThat(agent.client().listPrompts().prompts()).hasSize(2);
            String text = ((TextContent) agent.client()
                            .getPrompt(GetPromptRequest.builder("move_group_safely")
                                    .arguments(Map.of("cluster", "local", "group", "{to}", "to", "latest"))
                                    .build())
                            .messages()
                            .get(0)
                            .content())
                    .text();

            assertThat(text).contains("group \"{to}\" on cluster \"local\" to \"latest\"", "apply_plan");
            assertThatThrownBy(() -> agent.client()
                            .getPrompt(GetPromptRequest.builder("move_group_safely")
                                    .arguments(Map.of("cluster", "local"))
                                    .build()))
                    .isInstanceOf(McpError.class)
                    .hasMessageContaining("group");
        }
    }

    @Nested
    class APlan {

        @Test
        void isNotAppliedOnceTheGroupHasMoved() {
            JsonNode plan = plan("to", "latest");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));

            assertThat(agent.refusal(
                            "apply_plan", Map.of("etag", plan.get("etag").asText())))
                    .isEqualTo("plan-outdated");
            assertThat(committed(0)).isEqualTo(3);
        }

        /** What was shown, not what the words come to by then. */
        @Test
        void isAppliedWithTheNumbersThatWereShown() {
            JsonNode plan =
                    plan("to", "latest-1", "targets", List.of(Map.of("topic", topic, "partitions", List.of(0))));
            assertThat(plan.at("/partitions/0/to/offset").asLong()).isEqualTo(9);
            kafka.produce(topic, 0, 5);

            apply(plan);

            assertThat(committed(0)).isEqualTo(9);
            assertThat(committed(1)).as("not of the plan").isEqualTo(9);
        }

        @Test
        void thatWasNotShownIsNotApplied() {
            assertThat(agent.refusal("apply_plan", Map.of("etag", "never-shown")))
                    .isEqualTo("plan-outdated");
        }

        @Test
        void isTakenWithTheQuotesOfAHeaderToo() {
            apply(plan("to", 5, "targets", List.of(Map.of("topic", topic, "partitions", List.of(1)))));
            JsonNode plan = plan("to", 6, "targets", List.of(Map.of("topic", topic, "partitions", List.of(1))));

            agent.ask("apply_plan", Map.of("etag", "\"" + plan.get("etag").asText() + "\""));

            assertThat(committed(1)).isEqualTo(6);
        }

        @Test
        void ofAReadOnlyClusterIsShownAndNotApplied() {
            Map<String, Object> arguments = on("readonly", "group", group, "to", "latest", "acknowledgeInUse", true);
            JsonNode plan = agent.ask("plan_reset", arguments);

            assertThat(agent.refusal(
                            "apply_plan", Map.of("etag", plan.get("etag").asText())))
                    .isEqualTo("read-only");
            assertThat(committed(0)).isEqualTo(2);
        }

        @Test
        void isTakenWhereEveryChangeNeedsOne() {
            Map<String, Object> arguments = on("guarded", "group", group, "to", "latest", "acknowledgeInUse", true);

            apply(agent.ask("plan_reset", arguments));

            assertThat(committed(0)).isEqualTo(10);
        }

        @Test
        void saysWhatPreventsIt() {
            try (LiveGroup live = kafka.join(group, List.of(topic), Map.of())) {
                await().atMost(Duration.ofSeconds(30)).until(() -> agent.ask("group_status", group())
                        .get("state")
                        .asText()
                        .equals("stable"));

                JsonNode plan = agent.ask("plan_reset", group("to", "latest"));

                assertThat(plan.get("applicable").asBoolean()).isFalse();
                assertThat(plan.at("/blockers/0/type").asText()).isEqualTo("/api/v1/problems/group-not-empty");
                assertThat(agent.refusal(
                                "apply_plan", Map.of("etag", plan.get("etag").asText())))
                        .as("the member may have committed since")
                        .isIn("group-not-empty", "plan-outdated");
                JsonNode status = agent.ask("group_status", group());
                assertThat(status.get("memberCount").asInt()).isOne();
                assertThat(status.at("/members/0/partitions").asInt()).isEqualTo(2);
            }
        }
    }

    @Nested
    class Errors {

        @Test
        void areThoseOfTheService() {
            assertThat(agent.refusal("group_status", on("local", "group", "not-there")))
                    .isEqualTo("group-not-found");
            assertThat(agent.refusal("find_groups", on("not-there"))).isEqualTo("cluster-not-found");
            assertThat(agent.refusal("find_groups", on("down"))).isIn("cluster-unavailable", "timeout");
            assertThat(agent.refusal("read_records", on("local", "topic", "not-there", "partition", 0)))
                    .isEqualTo("topic-not-found");
            assertThat(agent.refusal("undo", Map.of("operation", "not-there")))
                    .as("some journals cannot be read here")
                    .isIn("operation-not-found", "cluster-unavailable", "timeout");
            assertThat(agent.refusal("plan_reset", group("to", "nowhere"))).isEqualTo("validation");
            assertThat(agent.refusal("plan_reset", group("to", 999))).isEqualTo("offset-out-of-range");
        }

        /** Each argument of each tool with each of many values: never anything but an answer or a problem. */
        @Test
        void comeOfWhateverIsSent() throws Exception {
            List<Object> odd = new ArrayList<>(List.of(
                    "",
                    "~",
                    "..",
                    "a/b;c?d#e%00",
                    "\u0000\uD800\u202E",
                    "x".repeat(100_000),
                    -1,
                    0,
                    1.5,
                    Long.MAX_VALUE,
                    new java.math.BigInteger("9".repeat(200)),
                    true,
                    List.of(),
                    List.of(1, "a"),
                    Map.of("a", Map.of("b", 1)),
                    nested(900)));
            odd.add(null);
            // A plan looks twice whether the group is in use: many are made at once.
            ExecutorService senders = Executors.newFixedThreadPool(32);
            List<Future<?>> sent = new ArrayList<>();
            for (Tool tool : agent.tools()) {
                @SuppressWarnings("unchecked")
                Map<String, Object> properties =
                        (Map<String, Object>) tool.inputSchema().get("properties");
                for (String property : Stream.concat(properties.keySet().stream(), Stream.of("noSuchArgument"))
                        .toList()) {
                    for (Object value : odd) {
                        Map<String, Object> arguments =
                                sensible(properties.keySet().stream().toList());
                        arguments.put(property, value);
                        sent.add(senders.submit(() -> assertThat(sent(tool.name(), arguments))
                                .as(tool.name() + " " + property + " " + shortly(value))
                                // Some journals cannot be read here, where an operation might be.
                                .matches(status -> status < 500 || (tool.name().equals("undo") && status > 500))));
                    }
                }
                assertThat(agent.refusal(tool.name(), Map.of("noSuchArgument", 1)))
                        .isEqualTo("validation");
            }
            for (Future<?> each : sent) {
                each.get();
            }
            senders.shutdown();
            assertThat(committed(0)).isEqualTo(2);
            agent.ask("group_status", group());
        }

        /** The status of the problem, or 200. */
        private int sent(String tool, Map<String, Object> arguments) {
            Answer answer = rpc(Json.call(tool, arguments));
            assertThat(answer.status()).as(tool + " " + arguments.keySet()).isEqualTo(200);
            JsonNode result = answer.json().path("result");
            assertThat(result.path("isError").isBoolean()).as(answer.text()).isTrue();
            return result.get("isError").asBoolean()
                    ? Json.read(result.at("/content/0/text").asText())
                            .get("status")
                            .asInt()
                    : 200;
        }

        private Map<String, Object> sensible(List<String> names) {
            Map<String, Object> all = new HashMap<>(Map.of("cluster", "local", "group", group, "topic", topic));
            all.put("partition", 0);
            all.put("operation", "not-there");
            all.put("etag", "not-there");
            all.keySet().retainAll(names);
            return all;
        }

        private static Object nested(int depth) {
            Object value = 1;
            for (int i = 0; i < depth; i++) {
                value = List.of(value);
            }
            return value;
        }

        private static String shortly(Object value) {
            String text = String.valueOf(value);
            return text.substring(0, Math.min(30, text.length()));
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "[]", "\"x\"", "1", "[[[]]]"})
        void comeOfArgumentsThatAreNone(String arguments) {
            JsonNode result = rpc("{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'find_groups',"
                                    .replace('\'', '"')
                            + "\"arguments\":" + arguments + "}}")
                    .ok()
                    .get("result");

            assertThat(result.get("isError").asBoolean()).isTrue();
            assertThat(result.at("/content/0/text").asText()).contains("/problems/validation");
        }
    }

    /** With an answer, or with an error that says to come again, which they do. */
    @Test
    void aHundredAtOnceAreAnswered() throws Exception {
        ExecutorService agents = Executors.newFixedThreadPool(100);
        List<Future<JsonNode>> answers = IntStream.range(0, 100)
                .mapToObj(i -> agents.submit(() -> {
                    String tool = i % 2 == 0 ? "group_status" : "find_groups";
                    Map<String, Object> arguments = i % 2 == 0 ? group() : on("local", "limit", 5);
                    while (true) {
                        CallToolResult result = agent.call(tool, arguments);
                        if (!result.isError()) {
                            return Agent.answer(result);
                        }
                        assertThat(Agent.problem(result)).isIn("overloaded", "timeout");
                    }
                }))
                .toList();

        for (Future<JsonNode> answer : answers) {
            assertThat(answer.get().get("self").asText()).startsWith("/api/v1/clusters/local/groups");
        }
        agents.shutdown();
    }

    /** What the official client would not send. */
    private static final class Json {

        private static final ObjectMapper MAPPER = new ObjectMapper();

        private static String call(String tool, Map<String, Object> arguments) {
            try {
                return MAPPER.writeValueAsString(Map.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        1,
                        "method",
                        "tools/call",
                        "params",
                        Map.of("name", tool, "arguments", arguments)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static JsonNode read(String text) {
            try {
                return MAPPER.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Answer rpc(String body, String... headers) {
        return api.post("/mcp", body, headers);
    }
}
