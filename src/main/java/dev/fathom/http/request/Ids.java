package dev.fathom.http.request;

import dev.fathom.http.problem.ProblemException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Group ids and topic names as path segments: percent-encoded, or, for those a path cannot carry (empty, {@code .},
 * {@code ..}) or that start with a tilde, {@code ~} and the unpadded base64url of their UTF-8.
 */
public final class Ids {

    private Ids() {}

    /** The id a segment stands for; the segment is percent-decoded already. */
    public static String decode(String parameter, String segment) {
        if (!segment.startsWith("~")) {
            return segment;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment.substring(1));
            String id = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (!encodeBase64(id).equals(segment)) {
                throw wrong(parameter);
            }
            return id;
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw wrong(parameter);
        }
    }

    private static ProblemException wrong(String parameter) {
        return ProblemException.parameter(
                parameter, "a segment that starts with ~ is the unpadded base64url of an id's UTF-8; this one is not.");
    }

    /** What {@link #decode} makes an id of: the segment that stands for it, before it is percent-encoded. */
    public static String segment(String id) {
        return needsBase64(id) ? encodeBase64(id) : id;
    }

    private static boolean needsBase64(String id) {
        return id.isEmpty() || id.equals(".") || id.equals("..") || id.startsWith("~");
    }

    /** The segment that stands for an id. */
    static String encode(String id) {
        if (needsBase64(id)) {
            return encodeBase64(id);
        }
        // A form encoder, but for the blank, which paths write %20, and the star and tilde, which may stand.
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20").replace("%7E", "~");
    }

    private static String encodeBase64(String id) {
        return "~" + Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }
}
