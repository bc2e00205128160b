package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The revision of the protocol that a message is of. From 2026-07-28 on every request carries it, and says in headers what its
 * body says; before that a client asked for one when it began ({@code initialize}), and sends it along as a header.
 */
record Revision(String name) {

    static final String NEWEST = "2026-07-28";
    /** Those with a handshake, the newest first. */
    private static final List<String> WITH_HANDSHAKE = List.of("2025-11-25", "2025-06-18", "2025-03-26");

    static final List<String> ALL =
            Stream.concat(Stream.of(NEWEST), WITH_HANDSHAKE.stream()).toList();

    /** What is meant where nothing is said. */
    private static final String UNSAID = "2025-03-26";

    static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    private static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String DISCOVER = "server/discover";
    static final String INITIALIZE = "initialize";

    private static final String HEADER = "MCP-Protocol-Version";
    /** Where the name of a message is that a header repeats. */
    private static final Map<String, String> NAMES =
            Map.of(Message.CALL_TOOL, "name", "prompts/get", "name", "resources/read", "uri");

    private static final String ENCODED = "=?base64?";
    private static final String END = "?=";

    /** @throws RpcException when there is none such, or when headers and body do not say the same */
    static Revision of(Message message, HttpHeaders headers) throws RpcException {
        String header = headers.getHeaderString(HEADER);
        JsonNode meta = message.params().path("_meta");
        boolean modern =
                meta.has(VERSION) || NEWEST.equals(header) || message.method().equals(DISCOVER);
        if (!modern) {
            return legacy(message, header);
        }
        if (!meta.path(VERSION).isTextual()) {
            throw RpcException.missing(VERSION);
        }
        String version = meta.path(VERSION).asText();
        same(HEADER, version, header);
        if (!version.equals(NEWEST)) {
            throw RpcException.unsupported(version);
        }
        if (!meta.path(CAPABILITIES).isObject()) {
            throw RpcException.missing(CAPABILITIES);
        }
        same("Mcp-Method", message.method(), headers.getHeaderString("Mcp-Method"));
        String name = NAMES.get(message.method());
        if (name != null) {
            same("Mcp-Name", message.text(name), decoded(headers.getHeaderString("Mcp-Name")));
        }
        return new Revision(version);
    }

    /** Whether a message says that it is of a revision without a handshake. */
    static boolean isModern(JsonNode sent) {
        return sent.path("params").path("_meta").has(VERSION);
    }

    private static Revision legacy(Message message, @Nullable String header) throws RpcException {
        if (message.method().equals(INITIALIZE)) {
            String wanted = message.text("protocolVersion");
            return new Revision(WITH_HANDSHAKE.contains(wanted) ? wanted : WITH_HANDSHAKE.get(0));
        }
        if (header != null && !WITH_HANDSHAKE.contains(header)) {
            throw RpcException.unsupported(header);
        }
        return new Revision(header == null ? UNSAID : header);
    }

    private static void same(String name, String inBody, @Nullable String inHeader) throws RpcException {
        if (!inBody.equals(inHeader)) {
            throw RpcException.headerMismatch(
                    inHeader == null
                            ? name + " is missing."
                            : name + " \"" + inHeader + "\" is not what the body says.");
        }
    }

    private static @Nullable String decoded(@Nullable String header) throws RpcException {
        if (header == null || !header.startsWith(ENCODED) || !header.endsWith(END)) {
            return header;
        }
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(header.substring(ENCODED.length(), header.length() - END.length()));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw RpcException.headerMismatch("Mcp-Name is not base64.");
        }
    }

    boolean modern() {
        return name.equals(NEWEST);
    }
}
