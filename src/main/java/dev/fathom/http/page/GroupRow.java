package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A group in the overview. Texts that are null are not known, or not told by the API.
 *
 * @param status the verdict, or while there is none what its numbers say
 * @param readable what of the lag is still in the logs, where that is not all of it
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
        @Nullable String readable,
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
                readable(lag),
                Forecast.value(timeLag),
                Shown.duration(timeLag.path("errorBound")),
                Forecast.next(group),
                condition.word(),
                condition.tone(),
                condition.reason());
    }

    /** One that is not in the list, and why. */
    static GroupRow unread(JsonNode problem, String cluster) {
        String id = Shown.text(problem.path("id"));
        return unread(
                id == null ? "Some groups" : id,
                id == null ? null : PageLinks.group(cluster, id),
                problem.path("title").asText(),
                problem.path("detail").asText());
    }

    /** Those that are left when some were named. */
    static GroupRow moreUnread(int groups) {
        return unread(
                Shown.count(groups, "more group", "more groups"),
                null,
                "not read",
                "Filter by name for the reason of one of them.");
    }

    private static GroupRow unread(String name, @Nullable String link, String status, String reason) {
        return new GroupRow(
                name,
                link,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                Shown.UNKNOWN,
                null,
                null,
                null,
                null,
                null,
                status,
                "bad",
                reason);
    }

    private static String lag(JsonNode lag) {
        return lag.path("total").isNumber() ? Shown.number(lag.path("total")) : Shown.number(lag.path("lagUpperBound"));
    }

    private static @Nullable String readable(JsonNode lag) {
        boolean someLost = lag.path("total").isNumber()
                && lag.path("effectiveTotal").isNumber()
                && lag.path("effectiveTotal").asLong() != lag.path("total").asLong();
        return someLost ? Shown.number(lag.path("effectiveTotal")) : null;
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
