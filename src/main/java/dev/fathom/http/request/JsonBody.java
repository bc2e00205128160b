package dev.fathom.http.request;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a change, parsed once. Whether a change is allowed at all is decided before its body is looked at, but for the one
 * field that makes it a dry run; what is wrong with it is told when it is read.
 */
public final class JsonBody {

    private final ObjectMapper json;
    private final byte[] sent;
    private @Nullable JsonNode tree;
    private @Nullable IOException failure;

    /** @param sent null for none */
    public JsonBody(ObjectMapper json, byte @Nullable [] sent) {
        this.json = json;
        this.sent = sent == null ? new byte[0] : sent;
    }

    public byte[] sent() {
        return sent;
    }

    private JsonNode tree() throws IOException {
        if (failure != null) {
            throw failure;
        }
        JsonNode read = tree;
        if (read == null) {
            try {
                read = json.readTree(sent);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            tree = read;
        }
        return read;
    }

    /** Whether it asks for a dry run, however wrong the rest of it may be. */
    public boolean isDryRun() {
        try {
            JsonNode dryRun = tree().path("dryRun");
            return dryRun.isBoolean() && dryRun.booleanValue();
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws RuntimeException when it is not JSON, or not of the shape; it says where */
    public <T> T as(Class<T> shape) {
        try {
            JsonNode read = tree();
            if (read.isMissingNode() || read.isNull()) {
                throw ProblemException.pointer("", "required: a JSON object.");
            }
            return json.treeToValue(read, shape);
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw ProblemException.pointer("", "could not be read to its end.");
        }
    }
}
