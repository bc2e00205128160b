package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Params;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Rows of partitions, the worst first, and how many of them an answer has. */
final class Worst {

    static final int SHOWN = 20;
    private static final int MOST = 100;
    private static final String ORDER = "worst";

    private Worst() {}

    /** How many items are wanted, as a parameter of the API. */
    static String limit(@Nullable Integer wanted, int otherwise) {
        return Integer.toString(Params.integer("limit", wanted == null ? null : wanted.toString(), otherwise, 1, MOST));
    }

    /** The page of rows that is wanted, under the names that lists have. */
    static void put(
            ObjectNode answer,
            Iterable<JsonNode> rows,
            ToLongFunction<JsonNode> badness,
            @Nullable Integer limit,
            @Nullable String cursor) {
        PageRequest request = Cursor.page(ORDER, limit(limit, SHOWN), cursor);
        List<JsonNode> all = new ArrayList<>();
        rows.forEach(all::add);
        Page<JsonNode> page = Page.of(all, row -> key(row, badness.applyAsLong(row)), request);
        ArrayNode shown = JsonNodeFactory.instance.arrayNode().addAll(page.items());
        answer.set("partitions", shown);
        answer.put("partitionCount", page.total());
        Cursor.next(ORDER, page).ifPresent(next -> answer.put("next", next));
    }

    private static String key(JsonNode row, long badness) {
        return String.format(
                "%019d %s %010d",
                Long.MAX_VALUE - Math.max(0, badness),
                row.path("topic").asText(),
                row.path("partition").asInt());
    }
}
