package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A managed consumer in a list of them.
 *
 * @param lastError of the member whose is the latest; null for none
 */
record ConsumerRow(
        String name,
        String link,
        String state,
        String tone,
        @Nullable String reason,
        String group,
        String groupLink,
        @Nullable String topics,
        String sink,
        String members,
        String lag,
        @Nullable String lastError,
        @Nullable String lastErrorAt) {

    static ConsumerRow of(JsonNode consumer) {
        JsonNode spec = consumer.path("spec");
        JsonNode latest = null;
        for (JsonNode member : consumer.path("members")) {
            JsonNode error = member.path("lastError");
            if (error.isObject()
                    && (latest == null
                            || error.path("at")
                                            .asText()
                                            .compareTo(latest.path("at").asText())
                                    > 0)) {
                latest = error;
            }
        }
        String state = consumer.path("state").asText();
        return new ConsumerRow(
                consumer.path("name").asText(),
                PageLinks.of(consumer.path("self")),
                state,
                tone(state),
                Shown.text(consumer.path("reason")),
                spec.path("groupId").asText(),
                PageLinks.of(consumer.path("group")),
                Shown.words(spec.path("topics")),
                spec.path("sink").path("type").asText(),
                consumer.path("members").size() + " of " + spec.path("members").asText(),
                Shown.number(consumer.path("lag")),
                latest == null ? null : latest.path("message").asText(),
                latest == null ? null : latest.path("at").asText());
    }

    static String tone(String state) {
        return switch (state) {
            case "running" -> "good";
            case "degraded", "pausing", "stopping", "resetting", "starting" -> "warn";
            case "failed" -> "bad";
            default -> "idle";
        };
    }
}
