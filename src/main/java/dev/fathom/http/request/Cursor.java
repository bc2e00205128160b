package dev.fathom.http.request;

import dev.fathom.http.problem.ProblemException;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The key a page ends with, made opaque, together with the order it is a key of. */
public final class Cursor {

    public static final int DEFAULT_LIMIT = 100;
    public static final int MAX_LIMIT = 1000;

    private static final char SEPARATOR = '\n';

    private Cursor() {}

    /** @param order what the list is sorted by: a cursor of another order is refused */
    public static PageRequest page(String order, String limit, @Nullable String cursor) {
        int most = Params.integer("limit", limit, DEFAULT_LIMIT, 1, MAX_LIMIT);
        return new PageRequest(most, Params.text(cursor).map(sent -> decode(order, sent)));
    }

    public static Optional<String> next(String order, Page<?> page) {
        return page.next().map(key -> Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((order + SEPARATOR + key).getBytes(StandardCharsets.UTF_8)));
    }

    private static String decode(String order, String cursor) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)))
                    .toString();
            if (text.startsWith(order + SEPARATOR)) {
                return text.substring(order.length() + 1);
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // Falls through: it is no cursor of ours either way.
        }
        throw ProblemException.parameter(
                "cursor",
                "not a cursor of this list and order; take it from page.next, or leave it out to start again.");
    }
}
