package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A change in a list of them. */
record OperationRow(
        String id,
        String link,
        String kind,
        String group,
        String groupLink,
        String actor,
        @Nullable String reason,
        String at,
        String status,
        String tone,
        String changes) {

    static OperationRow of(JsonNode operation) {
        String status = operation.path("status").asText();
        boolean undone = operation.path("undoneBy").isTextual();
        return new OperationRow(
                operation.path("id").asText(),
                PageLinks.of(operation.path("self")),
                operation.path("kind").asText(),
                operation.path("group").asText(),
                PageLinks.group(
                        operation.path("cluster").asText(),
                        operation.path("group").asText()),
                operation.path("actor").asText(),
                Shown.text(operation.path("reason")),
                operation.path("at").asText(),
                undone ? status + ", undone" : status,
                tone(status),
                Shown.count(operation.path("changeCount").asLong(), "commit", "commits"));
    }

    static String tone(String status) {
        return switch (status) {
            case "applied" -> "good";
            case "waiting", "applying", "partially-applied", "unknown" -> "warn";
            case "failed" -> "bad";
            default -> "idle";
        };
    }
}
