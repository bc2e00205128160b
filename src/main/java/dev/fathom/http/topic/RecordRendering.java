package dev.fathom.http.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.WireNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows the bytes of records: as JSON where they are a JSON object or array, as text where they are UTF-8 without control
 * characters, else in base64. A form that was asked for is used wherever the bytes can be shown in it without loss.
 *
 * @param format the form asked for; {@code AUTO} for whatever fits
 * @param maxBytes how much of one key, value or header is shown
 */
record RecordRendering(Format format, int maxBytes) {

    private static final JsonFactory JSON = new JsonFactory();

    enum Format {
        AUTO,
        TEXT,
        JSON,
        BASE64
    }

    RecordItem render(LogRecord record) {
        int headerBytes = record.headers().stream()
                .mapToInt(header -> header.key().getBytes(StandardCharsets.UTF_8).length + length(header.value()))
                .sum();
        return new RecordItem(
                record.offset(),
                record.timestamp().orElse(null),
                WireNames.of(record.timestampType()),
                content(record.key()),
                content(record.value()),
                record.headers().stream()
                        .map(header -> new RecordHeader(header.key(), content(header.value())))
                        .toList(),
                new RecordSizes(length(record.key()), length(record.value()), headerBytes));
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private @Nullable RecordContent content(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        boolean cut = bytes.length > maxBytes;
        byte[] shown = cut ? Arrays.copyOf(bytes, maxBytes) : bytes;
        Boolean truncated = cut ? Boolean.TRUE : null;
        if (format != Format.BASE64) {
            Optional<String> text = text(cut ? wholeCharacters(shown) : shown);
            if (text.isPresent() && !cut && format != Format.TEXT && isJson(text.get(), format == Format.JSON)) {
                return new RecordContent(null, text.get(), null, truncated);
            }
            if (text.isPresent() && (format == Format.TEXT || isReadable(text.get()))) {
                return new RecordContent(text.get(), null, null, truncated);
            }
        }
        return new RecordContent(null, null, Base64.getEncoder().encodeToString(shown), truncated);
    }

    /** Without the beginning of a character that the cut went through: at most three bytes. */
    private static byte[] wholeCharacters(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes.length - end < 3 && (bytes[end - 1] & 0xC0) == 0x80) {
            end--;
        }
        if (end > 0 && (bytes[end - 1] & 0xC0) == 0xC0) {
            int expected = Integer.numberOfLeadingZeros(~(bytes[end - 1] << 24));
            if (bytes.length - end + 1 < expected) {
                return Arrays.copyOf(bytes, end - 1);
            }
        }
        return bytes;
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isReadable(String text) {
        return text.chars().allMatch(c -> (c >= ' ' && c != 127) || c == '\n' || c == '\r' || c == '\t');
    }

    /** @param anyValue whether a bare number, string or word counts, not only an object or array */
    private static boolean isJson(String text, boolean anyValue) {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || (!anyValue && !first.isStructStart())) {
                return false;
            }
            parser.skipChildren();
            if (!first.isStructStart()) {
                parser.getText();
            }
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
