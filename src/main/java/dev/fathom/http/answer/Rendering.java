package dev.fathom.http.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Writes the answers of reads, with a tag of what they say, so that an answer a caller already has is a 304. A large answer is
 * written twice, for its tag and to its caller, and is in memory at no time; what goes wrong with it does so the first time, when
 * nothing has been sent yet.
 */
@ApplicationScoped
public class Rendering {

    private final ObjectWriter json;

    Rendering(ObjectMapper json) {
        this.json = json.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    @ServerResponseFilter
    public void write(ContainerRequestContext request, ContainerResponseContext response) throws IOException {
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
        StreamingOutput body = body(response.getEntity());
        Tag written = new Tag(ofTheMoment(response.getEntity()));
        body.write(written);
        String tag = written.value();
        response.getHeaders().putSingle(HttpHeaders.ETAG, tag);
        if (matches(request.getHeaderString(HttpHeaders.IF_NONE_MATCH), tag)) {
            response.setStatus(304);
            response.setEntity(null);
            return;
        }
        MediaType type = response.getMediaType() == null ? MediaType.APPLICATION_JSON_TYPE : response.getMediaType();
        Object entity = written.whole().<Object>map(whole -> whole).orElse(body);
        response.setEntity(entity, null, type);
    }

    private static boolean ofTheMoment(Object entity) {
        return entity instanceof OfTheMoment
                || (entity instanceof Listing<?> list
                        && list.items().stream().findFirst().orElse(null) instanceof OfTheMoment);
    }

    private StreamingOutput body(Object entity) {
        if (entity instanceof StreamingOutput stream) {
            return stream;
        }
        return entity instanceof String text
                ? out -> out.write(text.getBytes(StandardCharsets.UTF_8))
                : out -> json.writeValue(out, entity);
    }

    private static String nextPage(UriInfo uri, String cursor) {
        String next = uri.getRequestUriBuilder()
                .replaceQueryParam("cursor", URLEncoder.encode(cursor, StandardCharsets.UTF_8))
                .build()
                .toString();
        return "<" + next + ">; rel=\"next\"";
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
