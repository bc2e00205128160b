package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.cluster.Required;
import dev.fathom.http.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Makes the replies of the protocol. What a tool's call came to is answered as any call of the API is, so that whoever looks at
 * answers, as the audit trail does, sees what it would see of that; it becomes a reply last of all: an answer the tool's result, a
 * problem the tool's error.
 */
@ApplicationScoped
class Replies {

    /** Filters of answers run from the highest number to the lowest. */
    private static final int LAST = 1;

    private static final String KEY = "fathom.mcp.replying";
    private static final String META = "_meta";
    private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";
    /** For lists that only a restart or other permissions change. */
    private static final long FRESH_MILLIS = 60_000;

    private final Tools tools;
    private final ObjectMapper json;
    private final String version;

    Replies(Tools tools, ObjectMapper json, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.tools = tools;
        this.json = json;
        this.version = version;
    }

    /**
     * What a reply has to know of its request.
     *
     * @param tool that is called; null for other methods
     */
    record Replying(JsonNode id, boolean modern, @Nullable Tool<?> tool) {}

    /** Has what comes of a request made the result of a tool. */
    static void note(RoutingContext request, Replying replying) {
        request.put(KEY, replying);
    }

    /** How the service calls itself. */
    ObjectNode server() {
        return json.createObjectNode()
                .put("name", "fathom")
                .put("title", "Fathom")
                .put("version", version);
    }

    /** @param cacheable whether it is one of the lists that may be kept for a while */
    Response reply(Replying replying, ObjectNode result, boolean cacheable) {
        if (replying.modern() && cacheable) {
            result.put("ttlMs", FRESH_MILLIS).put("cacheScope", "private");
        }
        return Response.ok(envelope(replying, result), MediaType.APPLICATION_JSON)
                .build();
    }

    private ObjectNode envelope(Replying replying, ObjectNode result) {
        if (replying.modern()) {
            result.put("resultType", "complete");
            result.withObjectProperty(META).set(SERVER_INFO, server());
        }
        return start(replying.id()).set("result", result);
    }

    private ObjectNode start(JsonNode id) {
        ObjectNode reply = json.createObjectNode().put("jsonrpc", "2.0");
        return id.isMissingNode() ? reply : reply.set("id", id);
    }

    /** The protocol's own error. */
    Response failed(JsonNode id, RpcException failure) {
        ObjectNode reply = start(id);
        ObjectNode error =
                reply.putObject("error").put("code", failure.code()).put("message", Required.message(failure));
        if (failure.data() != null) {
            error.set("data", json.valueToTree(failure.data()));
        }
        return Response.status(failure.status())
                .type(MediaType.APPLICATION_JSON)
                .entity(reply)
                .build();
    }

    @ServerResponseFilter(priority = LAST)
    public void write(RoutingContext request, ContainerResponseContext response) {
        Replying replying = request.get(KEY);
        if (replying == null || replying.tool() == null || response.getEntity() == null) {
            return;
        }
        ObjectNode reply = response.getEntity() instanceof Problem problem
                ? refused(replying, problem)
                : answered(replying, tools.answer(replying.tool(), response.getEntity()));
        response.getHeaders().remove(HttpHeaders.ETAG);
        response.getHeaders().remove(HttpHeaders.LOCATION);
        response.setStatus(200);
        response.setEntity(reply, null, MediaType.APPLICATION_JSON_TYPE);
    }

    private ObjectNode answered(Replying replying, JsonNode answer) {
        ObjectNode result = text(answer).put("isError", false);
        return envelope(replying, result.set("structuredContent", answer));
    }

    /** A tool's error: a problem is not of the tool's schema, and so told as text alone. */
    ObjectNode refused(Replying replying, Problem problem) {
        return envelope(replying, text(json.valueToTree(problem)).put("isError", true));
    }

    private ObjectNode text(JsonNode said) {
        ObjectNode result = json.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", said.toString());
        return result;
    }
}
