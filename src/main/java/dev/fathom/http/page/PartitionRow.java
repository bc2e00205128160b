package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a group.
 *
 * @param bar null where it cannot be drawn
 * @param standsAt address of the record the group stands at; null where there is none, or the caller may read none
 * @param moveHere address of the move of this partition alone
 * @param reason what is wrong with it, in a sentence; null for nothing
 */
record PartitionRow(
        String topic,
        int partition,
        String committed,
        String first,
        String last,
        String lag,
        @Nullable String timeLag,
        @Nullable String timeBound,
        @Nullable String commitAge,
        String status,
        String tone,
        @Nullable String reason,
        @Nullable String owner,
        @Nullable String ownerId,
        @Nullable Bar bar,
        @Nullable String standsAt,
        String moveHere) {

    static PartitionRow of(JsonNode row, String cluster, String group, boolean mayRead) {
        JsonNode committed =
                row.path("committedOffset").isNumber() ? row.path("committedOffset") : row.path("startOffset");
        JsonNode lag = row.path("lag").isNumber() ? row.path("lag") : row.path("lagUpperBound");
        String topic = row.path("topic").asText();
        int partition = row.path("partition").asInt();
        Condition condition = condition(row);
        boolean readable =
                mayRead && committed.isNumber() && row.path("lastOffset").asLong() > committed.asLong();
        return new PartitionRow(
                topic,
                partition,
                Shown.number(committed),
                Shown.number(row.path("firstOffset")),
                Shown.number(row.path("lastOffset")),
                Shown.number(lag),
                Forecast.value(Forecast.timeLag(row)),
                Shown.duration(Forecast.timeLag(row).path("errorBound")),
                Shown.duration(row.path("commitAge")),
                condition.word(),
                condition.tone(),
                condition.reason(),
                owner(row),
                Shown.text(row.path("member").path("memberId")),
                Bar.of(row),
                readable
                        ? PageLinks.with(
                                PageLinks.log(cluster, topic, partition),
                                Map.of("at", committed.asText(), "group", group))
                        : null,
                PageLinks.with(
                        PageLinks.group(cluster, group) + "/move",
                        Map.of("topic", topic, "partitions", Integer.toString(partition))));
    }

    /** Its verdict, where it has one and its lag is known; else what its status says. */
    private static Condition condition(JsonNode row) {
        String status = row.path("status").asText();
        JsonNode verdict = Forecast.verdict(row);
        if (status.equals("ok") && (verdict.path("status").isTextual() || verdict.isTextual())) {
            return Condition.of(row);
        }
        boolean stale = row.path("stale").asBoolean();
        return new Condition(
                stale ? "stale" : status, status.equals("ok") && !stale ? "good" : "warn", reason(row, status), null);
    }

    private static @Nullable String owner(JsonNode row) {
        if (row.path("members").size() > 1) {
            return Shown.count(row.path("members").size(), "member", "members");
        }
        JsonNode member = row.path("member");
        return member.isObject()
                ? member.path("clientId").asText() + " on "
                        + member.path("host").asText()
                : null;
    }

    private static @Nullable String reason(JsonNode row, String status) {
        String committed = Shown.number(row.path("committedOffset"));
        return switch (status) {
            case "below-first" ->
                Shown.number(row.path("lostRecords")) + " after the commit, " + committed
                        + ", are gone: the log begins at " + Shown.number(row.path("firstOffset")) + ".";
            case "beyond-last" ->
                "The commit, " + committed + ", lies after the end of the log, " + Shown.number(row.path("lastOffset"))
                        + ": the log was truncated, or the topic made again.";
            case "no-commit" -> "Nothing is committed: a member begins where its auto.offset.reset says.";
            case "topic-deleted" -> "The topic is no more.";
            case "partition-gone" -> "The topic has no such partition.";
            case "leader-unavailable" -> "No leader answers, so the ends of the log are not known.";
            case "kafka-not-authorized" -> "The cluster's ACLs hide the topic from Fathom.";
            case "pending-transaction" -> "An open transaction holds a commit that may replace this one.";
            default -> ofOk(row);
        };
    }

    private static @Nullable String ofOk(JsonNode row) {
        if (row.path("stale").asBoolean()) {
            return "The group has members, and none is assigned any partition of the topic.";
        }
        long held = row.path("uncommittedTail").asLong(0);
        return held > 0 ? Shown.number(held) + " at the end are held back by an open transaction." : null;
    }

    /** Whether something has to be said of it above the table. */
    public boolean told() {
        return reason != null && (!tone.equals("good") || status.equals("ok"));
    }

    public String name() {
        return topic + "-" + partition;
    }
}
