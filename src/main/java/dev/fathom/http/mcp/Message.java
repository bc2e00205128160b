package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * A JSON-RPC request or notification.
 *
 * @param id a text or a number; missing in notifications, which are not answered
 * @param params an object; missing where there are none
 */
record Message(JsonNode id, String method, JsonNode params) {

    static final String CALL_TOOL = "tools/call";

    /** @throws RpcException when it is none: batches are none either, since 2025-06-18 */
    static Message of(JsonNode sent) throws RpcException {
        if (sent.isArray()) {
            throw RpcException.invalidRequest("Batches are not taken: send one message at a time.");
        }
        if (!sent.path("jsonrpc").asText().equals("2.0")) {
            throw RpcException.invalidRequest("The body must be a JSON-RPC 2.0 request or notification.");
        }
        JsonNode id = sent.path("id");
        if (!id.isMissingNode() && !id.isTextual() && !id.isIntegralNumber()) {
            throw RpcException.invalidRequest("id must be a text or a whole number.");
        }
        if (!sent.path("method").isTextual()) {
            throw RpcException.invalidRequest("method must be a text; responses are not taken.");
        }
        JsonNode params = sent.path("params");
        if (!params.isMissingNode() && !params.isObject()) {
            throw RpcException.invalidRequest("params must be an object.");
        }
        return new Message(id, sent.path("method").asText(), params);
    }

    /** The id of whatever was sent, as far as it has one. */
    static JsonNode idOf(JsonNode sent) {
        JsonNode id = sent.path("id");
        return id.isTextual() || id.isIntegralNumber() ? id : MissingNode.getInstance();
    }

    boolean isNotification() {
        return id.isMissingNode();
    }

    /** A text among the parameters; empty where there is none. */
    String text(String name) {
        return params.path(name).isTextual() ? params.path(name).asText() : "";
    }
}
