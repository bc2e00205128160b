package dev.fathom.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An agent of the service: the official client of the Model Context Protocol, which refuses answers that are not of the tool's
 * schema.
 */
public final class Agent implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final McpSyncClient client;

    /** One that sends no credentials. */
    public Agent(String base) {
        this(base, HttpRequest.newBuilder());
    }

    public Agent(String base, String user, String password) {
        this(
                base,
                HttpRequest.newBuilder()
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        (user + ":" + password).getBytes(StandardCharsets.UTF_8))));
    }

    private Agent(String base, HttpRequest.Builder request) {
        client = McpClient.sync(HttpClientStreamableHttpTransport.builder(base)
                        .endpoint("/mcp")
                        .jsonMapper(new JacksonMcpJsonMapper(JSON))
                        .requestBuilder(request)
                        .build())
                .requestTimeout(Duration.ofSeconds(30))
                .jsonSchemaValidator(new Validator())
                .enableCallToolSchemaCaching(true)
                .build();
        client.initialize();
        tools();
    }

    private static final class Validator implements JsonSchemaValidator {

        @Override
        public ValidationResponse validate(Map<String, Object> schema, Object content) {
            Set<ValidationMessage> wrong = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(JSON.<JsonNode>valueToTree(schema))
                    .validate(JSON.valueToTree(content));
            return wrong.isEmpty()
                    ? ValidationResponse.asValid(String.valueOf(content))
                    : ValidationResponse.asInvalid(wrong.toString());
        }
    }

    public McpSyncClient client() {
        return client;
    }

    /** What is offered. */
    public List<Tool> tools() {
        return client.listTools().tools();
    }

    public CallToolResult call(String tool, Map<String, Object> arguments) {
        return client.callTool(
                CallToolRequest.builder(tool).arguments(arguments).build());
    }

    /** What a tool answers. */
    public JsonNode ask(String tool, Map<String, Object> arguments) {
        CallToolResult result = call(tool, arguments);
        if (Boolean.TRUE.equals(result.isError())) {
            throw new AssertionError(tool + " " + arguments + " answered " + result);
        }
        return answer(result);
    }

    /** What a result says: the same as structure and as text. */
    public static JsonNode answer(CallToolResult result) {
        JsonNode answer = JSON.valueToTree(result.structuredContent());
        if (!text(result).equals(answer)) {
            throw new AssertionError("says two things: " + result);
        }
        return answer;
    }

    /** The slug of the problem that a tool's error is. */
    public String refusal(String tool, Map<String, Object> arguments) {
        CallToolResult result = call(tool, arguments);
        if (!Boolean.TRUE.equals(result.isError())) {
            throw new AssertionError(tool + " " + arguments + " answered " + result);
        }
        return problem(result);
    }

    /** The slug of the problem that an error is. */
    public static String problem(CallToolResult result) {
        String type = text(result).get("type").asText();
        return type.substring(type.lastIndexOf('/') + 1);
    }

    private static JsonNode text(CallToolResult result) {
        try {
            return JSON.readTree(((TextContent) result.content().get(0)).text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
