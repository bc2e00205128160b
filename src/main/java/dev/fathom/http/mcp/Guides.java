package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What agents can read: the catalogue of problems and the guide for operators. */
@ApplicationScoped
class Guides {

    private static final String PROBLEMS = "fathom://problems";
    private static final String OPERATIONS = "fathom://guides/operations";
    /** {@code docs/operations.md}, which the build puts there. */
    private static final String FILE = "mcp/operations.md";

    private static final List<Guide> ALL = List.of(
            new Guide(
                    PROBLEMS,
                    "problems",
                    "Catalogue of problems",
                    "Every type of error that tools answer with, its status and what it means.",
                    "application/json"),
            new Guide(
                    OPERATIONS,
                    "operations",
                    "Running Fathom",
                    "What each operation needs of the brokers, sizing, scaling consumers, and what to do when something is"
                            + " wrong.",
                    "text/markdown"));

    private final Calls calls;
    private final ObjectMapper json;

    Guides(Calls calls, ObjectMapper json) {
        this.calls = calls;
        this.json = json;
    }

    private record Guide(String uri, String name, String title, String description, String mimeType) {}

    ArrayNode listed() {
        return json.valueToTree(ALL);
    }

    /** @throws RpcException when there is none of that address */
    ArrayNode read(String uri, boolean modern) throws RpcException {
        Guide guide = ALL.stream()
                .filter(each -> each.uri().equals(uri))
                .findFirst()
                .orElseThrow(() -> RpcException.resourceNotFound(uri, modern));
        ObjectNode content = json.createObjectNode()
                .put("uri", guide.uri())
                .put("mimeType", guide.mimeType())
                .put("text", uri.equals(PROBLEMS) ? calls.problems().toString() : file());
        return json.createArrayNode().add(content);
    }

    private static String file() {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
