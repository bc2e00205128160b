package dev.fathom.http.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Writes the answers of reads, with a tag of what they say, so that an answer a caller already has is a 304. The moment
 * of observation is not part of the tag: it is always the last field, and left out of what is hashed.
 */
@ApplicationScoped
public class Rendering {

    private static final Pattern OBSERVED_AT_LAST = Pattern.compile(",?\"observedAt\":\"[-0-9T:.Z]+\"}$");
    private static final int LONGEST_OBSERVED_AT = 64;

    private final ObjectMapper json;

    Rendering(ObjectMapper json) {
        this.json = json;
    }

    @ServerResponseFilter
    public void write(ContainerRequestContext request, ContainerResponseContext response)
            throws JsonProcessingException {
        boolean read = HttpMethod.GET.equals(request.getMethod()) || HttpMethod.HEAD.equals(request.getMethod());
        if (!read || response.getStatus() != 200 || response.getEntity() == null) {
            return;
        }
        if (response.getEntity() instanceof Listing<?> list
                && list.page() != null
                && list.page().next() != null) {
            response.getHeaders()
                    .putSingle(
                            "Link", nextPage(request.getUriInfo(), list.page().next()));
        }
        response.getHeaders().putSingle(HttpHeaders.VARY, "Accept, Accept-Encoding");
        response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-cache");
        boolean text = response.getEntity() instanceof String;
        byte[] body = text
                ? ((String) response.getEntity()).getBytes(StandardCharsets.UTF_8)
                : json.writeValueAsBytes(response.getEntity());
        String tag = tag(body);
        response.getHeaders().putSingle(HttpHeaders.ETAG, tag);
        if (matches(request.getHeaderString(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatus(304);
            response.setEntity(null);
        } else {
            MediaType type =
                    response.getMediaType() == null ? MediaType.APPLICATION_JSON_TYPE : response.getMediaType();
            response.setEntity(body, null, type);
        }
    }

    private static String nextPage(UriInfo uri, String cursor) {
        String next = uri.getRequestUriBuilder()
                .replaceQueryParam("cursor", URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                .build()
                .toString();
        return "<" + next + ">; rel=\"next\"";
    }

    /** Weak: the same answer may be sent encoded or not, and observed at another moment. */
    private static String tag(byte[] body) {
        byte[] said = withoutObservedAt(body);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(said);
            return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16)) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] withoutObservedAt(byte[] body) {
        int tail = Math.min(body.length, LONGEST_OBSERVED_AT);
        String end = new String(body, body.length - tail, tail, StandardCharsets.ISO_8859_1);
        Matcher matcher = OBSERVED_AT_LAST.matcher(end);
        return matcher.find() ? Arrays.copyOf(body, body.length - tail + matcher.start()) : body;
    }

    private static boolean matches(String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        String opaque = tag.substring(2);
        return Arrays.stream(ifNoneMatch.split(","))
                .map(String::trim)
                .anyMatch(sent -> sent.equals("*") || sent.equals(tag) || sent.equals(opaque));
    }
}
