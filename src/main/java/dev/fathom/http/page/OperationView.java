package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change, and what became of it.
 *
 * @param undo whether it can be put back, and if not why
 * @param cancel whether it waits and can be called off
 */
record OperationView(
        String id,
        String link,
        String api,
        String kind,
        String group,
        String groupLink,
        String actor,
        @Nullable String reason,
        String at,
        @Nullable String waitsUntil,
        String status,
        String tone,
        @Nullable String problem,
        @Nullable String undoLimit,
        @Nullable String undoOf,
        @Nullable String undoneBy,
        List<Row> rows,
        String changes,
        Permit undo,
        Permit cancel,
        boolean waiting) {

    private static final int MOST_ROWS = 1000;

    /** One commit. */
    record Row(
            String partition,
            String before,
            String after,
            String outcome,
            String tone,
            @Nullable String problem) {

        static Row of(JsonNode change) {
            String outcome = change.path("outcome").asText("");
            boolean unverified =
                    outcome.equals("applied") && !change.path("verified").asBoolean();
            return new Row(
                    change.path("topic").asText() + "-"
                            + change.path("partition").asText(),
                    offset(change.path("before")),
                    offset(change.path("after")),
                    unverified ? "applied, not as read back" : outcome,
                    unverified || outcome.equals("unknown") ? "warn" : outcome.equals("failed") ? "bad" : "good",
                    Shown.text(change.path("problem")));
        }

        private static String offset(JsonNode commit) {
            return commit.path("offset").isNumber() ? Shown.number(commit.path("offset")) : "nothing";
        }
    }

    static OperationView of(JsonNode operation, Permit may) {
        String status = operation.path("status").asText();
        List<Row> rows = new ArrayList<>();
        operation.path("changes").forEach(change -> {
            if (rows.size() < MOST_ROWS) {
                rows.add(Row.of(change));
            }
        });
        boolean waiting = status.equals("waiting");
        return new OperationView(
                operation.path("id").asText(),
                PageLinks.of(operation.path("self")),
                operation.path("self").asText(),
                operation.path("kind").asText(),
                operation.path("group").asText(),
                PageLinks.group(
                        operation.path("cluster").asText(),
                        operation.path("group").asText()),
                operation.path("actor").asText(),
                Shown.text(operation.path("reason")),
                operation.path("at").asText(),
                Shown.text(operation.path("waitsUntil")),
                status,
                OperationRow.tone(status),
                Shown.text(operation.path("problem")),
                Shown.text(operation.path("undoLimit")),
                link(operation.path("undoOf")),
                link(operation.path("undoneBy")),
                rows,
                Shown.count(operation.path("changeCount").asLong(), "commit", "commits"),
                undo(operation, may),
                may,
                waiting);
    }

    private static @Nullable String link(JsonNode id) {
        return id.isTextual() ? PageLinks.operation(id.asText()) : null;
    }

    private static Permit undo(JsonNode operation, Permit may) {
        if (operation.path("undoneBy").isTextual()) {
            return new Permit("It was put back already.");
        }
        return operation.path("undoable").asBoolean()
                ? may
                : new Permit("There is nothing of it that could be put back.");
    }
}
