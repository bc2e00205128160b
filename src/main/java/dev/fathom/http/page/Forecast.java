package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What an answer says of time, wherever in it that stands; nothing where it does not. */
final class Forecast {

    private Forecast() {}

    /** @return an object with {@code value}, {@code errorBound} and {@code method}; of a group its worst partition's */
    static JsonNode timeLag(JsonNode answer) {
        JsonNode found = first(answer, "timeLag");
        return found.path("max").isTextual() ? renamed(found) : found;
    }

    private static JsonNode renamed(JsonNode worst) {
        ObjectNode same = worst.deepCopy();
        return same.set("value", worst.path("max"));
    }

    /** A time lag in words; null where it is not known. */
    static @Nullable String value(JsonNode timeLag) {
        String value = Shown.duration(timeLag.path("value"));
        return value != null && timeLag.path("method").asText().equals("at-least") ? "≥ " + value : value;
    }

    static JsonNode verdict(JsonNode answer) {
        return first(answer, "verdict");
    }

    /**
     * A moment to come.
     *
     * @param at an instant
     */
    record Moment(String says, String at) {}

    /** When it will be at the end, or when records it has not read begin to be deleted; null where neither is told. */
    static @Nullable Moment next(JsonNode answer) {
        String loss = bound(first(answer, "firstUnreadDeletedAt"), "earliest");
        if (loss != null) {
            return new Moment("loses records", loss);
        }
        String catchUp = bound(first(answer, "catchUpEta"), "latest");
        return catchUp == null ? null : new Moment("at the end", catchUp);
    }

    /** A moment, or a bound of a range of them. */
    private static @Nullable String bound(JsonNode moment, String which) {
        return moment.isTextual() ? moment.asText() : Shown.text(moment.path(which));
    }

    private static JsonNode first(JsonNode answer, String field) {
        JsonNode own = answer.path(field);
        JsonNode ofLag = answer.path("lag").path(field);
        if (!own.isMissingNode() && !own.isNull()) {
            return own;
        }
        return ofLag.isNull() ? MissingNode.getInstance() : ofLag;
    }
}
