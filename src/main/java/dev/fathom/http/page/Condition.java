package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.progress.Verdict;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a group is, in a word, with the reason in a sentence: its verdict where the API has one, else what its numbers say by
 * themselves. Those are no verdict: they know nothing of which way it goes.
 *
 * @param since what; null where that is not known
 */
record Condition(
        String word,
        String tone,
        @Nullable String reason,
        @Nullable String since) {

    private static final String UNKNOWN = Verdict.UNKNOWN.wireName();

    private static final Map<String, String> TONES = Map.of(
            "losing", "bad",
            "blocked", "bad",
            "stopped", "bad",
            "stalled", "bad",
            "rewound", "warn",
            "unstable", "warn",
            "behind", "warn",
            "periodic", "idle",
            "ok", "good",
            "unknown", "idle");

    /** @param group an item of the list or a detail: its members are a number or a list */
    static Condition of(JsonNode group) {
        JsonNode verdict = Forecast.verdict(group);
        String word = verdict.isObject() ? verdict.path("status").asText(UNKNOWN) : verdict.asText(UNKNOWN);
        if (word.equals(UNKNOWN)) {
            return ofNumbers(group);
        }
        return verdict.isObject()
                ? ofVerdict(word, Shown.text(verdict.path("reason")), Shown.text(verdict.path("since")))
                : ofVerdict(word, ofNumbers(group).reason(), null);
    }

    private static Condition ofVerdict(String word, @Nullable String reason, @Nullable String since) {
        return new Condition(word, TONES.getOrDefault(word, "idle"), reason, since);
    }

    /** One that no look back speaks for. */
    private Condition(String word, String tone, @Nullable String reason) {
        this(word, tone, reason, null);
    }

    private static Condition ofNumbers(JsonNode group) {
        JsonNode lag = group.path("lag");
        JsonNode total = lag.path("total").isNumber() ? lag.path("total") : lag.path("lagUpperBound");
        JsonNode readable = lag.path("effectiveTotal");
        long members = group.path("members").isArray()
                ? group.path("members").size()
                : group.path("members").asLong();
        long lost = total.isNumber() && readable.isNumber() ? total.asLong() - readable.asLong() : 0;
        if (lost > 0) {
            return new Condition(
                    "records lost",
                    "bad",
                    Shown.number(lost) + " of the lag are gone from the logs; " + Shown.number(readable)
                            + " can still be read.");
        }
        String unknown = unknown(lag);
        if (unknown != null && total.asLong(0) == 0) {
            return new Condition("partly unknown", "warn", unknown);
        }
        if (!total.isNumber()) {
            return new Condition("nothing committed", "idle", "Nothing is committed, so there is no lag to tell.");
        }
        Condition known = behind(total.asLong(), members, lag);
        return unknown == null ? known : new Condition(known.word, known.tone, known.reason + " " + unknown);
    }

    /** Null where every lag is known. */
    private static @Nullable String unknown(JsonNode lag) {
        int unknown = lag.path("unknownCount").asInt(lag.path("unknown").size());
        if (unknown == 0) {
            return null;
        }
        JsonNode first = lag.path("unknown").path(0);
        return "The lag of " + Shown.count(unknown, "partition", "partitions") + " is not known: "
                + first.path("topic").asText() + "-" + first.path("partition").asText() + " is "
                + first.path("status").asText() + (unknown > 1 ? ", and others." : ".");
    }

    private static Condition behind(long total, long members, JsonNode lag) {
        if (total == 0) {
            return new Condition("no lag", "good", members == 0 ? "Everything is read; nobody is in it." : null);
        }
        JsonNode max = lag.path("max");
        String where = Shown.count(lag.path("partitionsBehind").asLong(), "partition is", "partitions are")
                + " behind, "
                + max.path("topic").asText() + "-" + max.path("partition").asText() + " the furthest with "
                + Shown.number(max.path("lag")) + ".";
        return members == 0
                ? new Condition("nobody reads", "warn", "It has no members. " + where)
                : new Condition("lag", "idle", where);
    }
}
