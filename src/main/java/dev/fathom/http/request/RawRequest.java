package dev.fathom.http.request;

import dev.fathom.cluster.Required;
import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Looks at the path and query as they came over the wire. What follows decodes leniently: it drops what comes after a
 * semicolon and replaces bytes that are no UTF-8, so that a request could end at another group than the one it names.
 * Such requests are refused here.
 */
@ApplicationScoped
public class RawRequest {

    private static final int AFTER_REQUEST_ID = 9_000;
    /** Segments that whoever resolves the path takes away, and another segment with them. */
    private static final Pattern DOT_SEGMENT = Pattern.compile("/(\\.|%2[eE]){1,2}(/|$)");

    private final Refusals refusals;

    RawRequest(Refusals refusals) {
        this.refusals = refusals;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_REQUEST_ID);
    }

    private void check(RoutingContext request) {
        String uri = request.request().uri();
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        String query = question < 0 ? "" : uri.substring(question + 1);
        Optional<FieldError> wrong = wrongWithPath(path)
                .map(detail -> FieldError.parameter("path", detail))
                .or(() -> wrongWith(query, "query").map(detail -> FieldError.parameter("query", detail)));
        if (wrong.isPresent()) {
            refusals.refuse(request, ProblemType.VALIDATION, wrong.get().message(), List.of(wrong.get()));
        } else if (contentLength(request) > BodyLimit.MAX_BYTES) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
            refusals.refuse(request, ProblemType.PAYLOAD_TOO_LARGE, Required.message(BodyLimit.tooLarge()), List.of());
        } else {
            request.next();
        }
    }

    private static Optional<String> wrongWithPath(String path) {
        if (path.indexOf(';') >= 0) {
            return Optional.of("The path has a semicolon; in an id write it as %3B.");
        }
        if (DOT_SEGMENT.matcher(path).find()) {
            return Optional.of("The path has a segment \".\" or \"..\"; write such an id as ~Lg or ~Li4.");
        }
        return wrongWith(path, "path");
    }

    private static Optional<String> wrongWith(String text, String what) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 126) {
                return Optional.of("The " + what + " has a character that is not ASCII; percent-encode it.");
            }
            if (c != '%') {
                bytes[length++] = (byte) c;
                continue;
            }
            int high = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.of("The " + what
                        + " has a % that is not followed by two hexadecimal digits; a % itself is" + " written %25.");
            }
            bytes[length++] = (byte) (high << 4 | low);
            i += 2;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.of("The " + what + " is not valid UTF-8 once percent-decoded.");
        }
    }

    private static long contentLength(RoutingContext request) {
        try {
            return Long.parseLong(request.request().getHeader(HttpHeaders.CONTENT_LENGTH));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
