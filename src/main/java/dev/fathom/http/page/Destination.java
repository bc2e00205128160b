package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.problem.ProblemException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The forms a position has, as choices of a form: each is written as the API wants it. */
enum Destination {
    CURRENT("by so many from the commit", "1, or -10 to go back", "1"),
    EARLIEST("to the first record", "0, or so many after it", "0"),
    LATEST("to the end", "0, or so many before it", "0"),
    OFFSET("to an offset", "42", null),
    INSTANT("to an instant", "2026-11-20T10:15:00Z", null),
    AGO("to so long ago", "PT1H, or 1h30m", null),
    GROUP("to where another group is", "the id of the group", null),
    MOMENT("to where it was at a moment", "2026-11-20T14:05:00Z, or -PT1H for an hour ago", null),
    NONE("to nothing: delete the commit", "", ""),
    EXPERT("as the API writes it", "earliest+50, latest-50, max-timestamp …", null);

    private final String text;
    private final String hint;
    private final @Nullable String otherwise;

    Destination(String text, String hint, @Nullable String otherwise) {
        this.text = text;
        this.hint = hint;
        this.otherwise = otherwise;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String text() {
        return text;
    }

    public String hint() {
        return hint;
    }

    static Optional<Destination> named(@Nullable String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }

    /** @param given what stands in the box; null or empty for nothing */
    JsonNode position(@Nullable String given) {
        String value = given == null || given.isBlank() ? otherwise : given.trim();
        if (value == null) {
            throw ProblemException.parameter("value", "needed: " + hint + ".");
        }
        String written =
                switch (this) {
                    case CURRENT -> value.startsWith("-") ? "current" + value : "current+" + unsigned(value);
                    case EARLIEST -> value.equals("0") ? "earliest" : "earliest+" + unsigned(value);
                    case LATEST -> value.equals("0") ? "latest" : "latest-" + unsigned(value);
                    case OFFSET, INSTANT, EXPERT -> value;
                    case AGO -> "-" + ago(unsigned(value));
                    case GROUP -> "group:" + value;
                    case MOMENT -> "committed-at:" + value;
                    case NONE -> "none";
                };
        return JsonNodeFactory.instance.textNode(written);
    }

    private static String unsigned(String value) {
        return value.startsWith("+") || value.startsWith("-") ? value.substring(1) : value;
    }

    /** ISO 8601, for which 1h30m is short. */
    private static String ago(String value) {
        return value.matches("(\\d+[hmsHMS])++") ? "PT" + value.toUpperCase(Locale.ROOT) : value;
    }

    /** What a form asks for, as a dry run of a reset. */
    static ObjectNode body(JsonNode to, MoveForm form) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("dryRun", true);
        body.set("to", to);
        if (form.topic() != null) {
            ObjectNode target = body.putArray("targets").addObject().put("topic", form.topic());
            if (form.partitions() != null) {
                var numbers = target.putArray("partitions");
                numbers(form.partitions()).forEach(numbers::add);
            }
        } else if (form.partitions() != null) {
            throw ProblemException.parameter("partitions", "are those of a topic: name the topic too.");
        }
        if (form.outOfRange() != null) {
            body.put("outOfRange", form.outOfRange());
        }
        if (form.noRecord() != null) {
            body.put("noRecordAtOrAfter", form.noRecord());
        }
        if (form.waitForEmpty() != null) {
            body.put("waitForEmpty", form.waitForEmpty());
        }
        form.lifted().forEach((field, said) -> body.put(field, !field.equals("stable")));
        return body;
    }

    private static List<Integer> numbers(String text) {
        try {
            return Arrays.stream(text.split(","))
                    .map(String::trim)
                    .map(Integer::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw ProblemException.parameter("partitions", "numbers, comma separated: \"" + text + "\" is not that.");
        }
    }

    /** The choices of the form, with the one that is chosen. */
    static Map<Destination, Boolean> choices(Destination chosen) {
        Map<Destination, Boolean> choices = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(each -> choices.put(each, each == chosen));
        return choices;
    }
}
