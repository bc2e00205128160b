package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A group in the overview. Texts that are null are not known, or not told by the API.
 *
 * @param status the verdict, or while there is none what its numbers say
 * @param tone how bad that is: {@code bad}, {@code warn}, {@code good}, {@code idle}
 */
record GroupRow(
        String id,
        @Nullable String link,
        String type,
        String state,
        String members,
        String topics,
        String lag,
        @Nullable String lagNote,
        @Nullable String timeLag,
        @Nullable String timeBound,
        Forecast.@Nullable Moment eta,
        String status,
        String tone,
        @Nullable String reason) {

    static GroupRow of(JsonNode group) {
        JsonNode lag = group.path("lag");
        Condition condition = Condition.of(group);
        JsonNode timeLag = Forecast.timeLag(group);
        return new GroupRow(
                group.path("id").asText(),
                PageLinks.of(group.path("self")),
                group.path("type").asText(),
                group.path("state").asText(),
                Shown.number(group.path("members")),
                Shown.number(group.path("topics")),
                lag(lag),
                note(lag),
                Shown.duration(timeLag.path("value")),
                Shown.duration(timeLag.path("errorBound")),
                Forecast.next(group),
                condition.word(),
                condition.tone(),
                condition.reason());
    }

    /** One that is not in the list, and why. */
    static GroupRow unread(JsonNode problem, String cluster) {
        String id = Shown.text(problem.path("id"));
        return new GroupRow(
                id == null ? "Some groups" : id,
                id == null ? null : PageLinks.group(cluster, id),
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                null,
                null,
                null,
                null,
                problem.path("title").asText(),
                "bad",
                problem.path("detail").asText());
    }

    private static String lag(JsonNode lag) {
        return lag.path("total").isNumber() ? Shown.number(lag.path("total")) : Shown.number(lag.path("lagUpperBound"));
    }

    private static @Nullable String note(JsonNode lag) {
        if (!lag.path("total").isNumber() && lag.path("lagUpperBound").isNumber()) {
            return "at most: records in flight and done count too";
        }
        if (lag.path("complete").isBoolean() && !lag.path("complete").asBoolean()) {
            return "at least: topics may be hidden from Fathom";
        }
        return null;
    }
}
