package dev.fathom.http.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.operation.Caller;
import dev.fathom.operation.IdempotencyKeys;
import dev.fathom.operation.IdempotencyKeys.Answer;
import dev.fathom.operation.IdempotencyKeys.Claim;
import dev.fathom.operation.Journal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes that come with an {@code Idempotency-Key}: carried out once, and the answer given again to whoever repeats the
 * request within a day, on any replica. A call that changed nothing gives its key free again. A key is its caller's.
 */
@ApplicationScoped
public class IdempotentCalls {

    public static final String HEADER = "Idempotency-Key";

    private static final Logger LOG = Logger.getLogger(IdempotentCalls.class);
    private static final Pattern SANE = Pattern.compile("[\\x21-\\x7E]{1,255}");

    private final IdempotencyKeys keys;
    private final Journal journal;
    private final ObjectMapper json;

    IdempotentCalls(IdempotencyKeys keys, Journal journal, ObjectMapper json) {
        this.keys = keys;
        this.journal = journal;
        this.json = json;
    }

    /** The key of a request, if it came with a sane one. */
    Optional<String> key(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return Optional.empty();
        }
        if (!SANE.matcher(header).matches()) {
            throw ProblemException.parameter(HEADER, "takes 1 to 255 printable ASCII characters without blanks.");
        }
        if (!journal.enabled()) {
            throw ProblemException.parameter(
                    HEADER, "the journal is switched off (fathom.journal.enabled), so no key can be kept.");
        }
        return Optional.of(header);
    }

    /**
     * Carries a change out, unless its key says that it was.
     *
     * @param caller who sent it, with the key it came with
     * @param path of the request; with the body it tells it from other requests
     */
    Response once(Cluster cluster, Caller caller, String path, byte[] body, Supplier<Response> change) {
        if (caller.idempotencyKey().isEmpty()) {
            return change.get();
        }
        Claim claim =
                keys.claim(cluster, caller.actor(), caller.idempotencyKey().get(), fingerprint(path, body));
        if (claim.answer().isPresent()) {
            return replayed(claim.answer().get());
        }
        Response response;
        try {
            response = change.get();
        } catch (RuntimeException e) {
            releaseUnlessTraces(cluster, claim);
            throw e;
        }
        return kept(cluster, claim, response);
    }

    private static String fingerprint(String path, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(path.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Response replayed(Answer answer) {
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.header("Idempotent-Replayed", "true").build();
    }

    private Response kept(Cluster cluster, Claim claim, Response response) {
        byte[] entity = bytes(response.getEntity());
        MediaType type = response.getMediaType() == null ? MediaType.APPLICATION_JSON_TYPE : response.getMediaType();
        Map<String, String> headers = new TreeMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, type.toString());
        if (response.getLocation() != null) {
            headers.put(HttpHeaders.LOCATION, response.getLocation().toString());
        }
        try {
            keys.answer(cluster, claim, new Answer(response.getStatus(), headers, entity));
        } catch (ClusterException e) {
            LOG.warnf("The answer to Idempotency-Key %s could not be kept: %s", claim.key(), e.getMessage());
        }
        Response.ResponseBuilder built = Response.status(response.getStatus()).entity(entity);
        headers.forEach(built::header);
        return built.build();
    }

    private byte[] bytes(Object entity) {
        try {
            return entity instanceof String text
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : json.writeValueAsBytes(entity);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void releaseUnlessTraces(Cluster cluster, Claim claim) {
        try {
            boolean traces = keys.operation(cluster, claim.caller(), claim.key())
                    .filter(operation ->
                            !operation.status().ended() || operation.status().leftTraces())
                    .isPresent();
            if (!traces) {
                keys.release(cluster, claim);
            }
        } catch (ClusterException e) {
            LOG.warnf("Idempotency-Key %s could not be released: %s", claim.key(), e.getMessage());
        }
    }
}
