package dev.fathom.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/**
 * Reads the bodies of changes. They are read by hand, since whether a change is allowed at all is decided before its body is
 * looked at, but for the one field that makes it a dry run.
 */
@ApplicationScoped
public class JsonBodies {

    private final ObjectMapper json;

    JsonBodies(ObjectMapper json) {
        this.json = json;
    }

    /** Whether a body asks for a dry run, however wrong the rest of it may be. */
    public boolean isDryRun(byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree != null
                    && tree.path("dryRun").isBoolean()
                    && tree.path("dryRun").booleanValue();
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws IOException when it is not JSON, or not of the shape; it says where */
    public <T> T read(byte[] body, Class<T> shape) throws IOException {
        T read = body.length == 0 ? null : json.readValue(body, shape);
        if (read == null) {
            throw ProblemException.pointer("", "needed: a JSON object.");
        }
        return read;
    }
}
