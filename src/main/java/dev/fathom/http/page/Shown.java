package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How values of the API are written for people. What is not known is a dash, never a number. */
final class Shown {

    static final String UNKNOWN = "–";

    private Shown() {}

    /** Grouped by thousands. */
    static String number(JsonNode number) {
        return number.isNumber() ? number(number.asLong()) : UNKNOWN;
    }

    static String number(long number) {
        DecimalFormat format = new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setRoundingMode(RoundingMode.UNNECESSARY);
        return format.format(number);
    }

    /** A text, or null where there is none. */
    static @Nullable String text(JsonNode text) {
        return text.isMissingNode() || text.isNull() ? null : text.asText();
    }

    static @Nullable String words(JsonNode texts) {
        StringBuilder all = new StringBuilder();
        texts.forEach(text -> all.append(all.isEmpty() ? "" : ", ").append(text.asText()));
        return all.isEmpty() ? null : all.toString();
    }

    static String count(long number, String one, String many) {
        return number(number) + " " + (number == 1 ? one : many);
    }

    /** An ISO 8601 duration in its two largest units; null for null, and as it is where it is none. */
    static @Nullable String duration(JsonNode iso) {
        if (!iso.isTextual()) {
            return null;
        }
        try {
            return duration(Duration.parse(iso.asText()));
        } catch (DateTimeParseException e) {
            return iso.asText();
        }
    }

    static String duration(Duration duration) {
        if (duration.isZero()) {
            return "0 s";
        }
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        List<String> parts = List.of(
                duration.toDays() == 0 ? "" : duration.toDays() + " d",
                duration.toHoursPart() == 0 ? "" : duration.toHoursPart() + " h",
                duration.toMinutesPart() == 0 ? "" : duration.toMinutesPart() + " min",
                duration.toSecondsPart() == 0 ? "" : duration.toSecondsPart() + " s");
        return String.join(
                " ",
                parts.stream()
                        .dropWhile(String::isEmpty)
                        .limit(2)
                        .filter(part -> !part.isEmpty())
                        .toList());
    }
}
