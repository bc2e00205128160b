package dev.fathom.http.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records around a place of a log.
 *
 * @param group the group that stands there; null for none
 * @param note what is to be said of the place; null for nothing
 * @param before address of what lies before; null at the start of the log
 * @param after address of what comes after; null at the end
 */
record RecordsView(
        String topic,
        String partition,
        String path,
        String position,
        @Nullable String group,
        List<Row> rows,
        @Nullable String bounds,
        @Nullable String note,
        @Nullable String before,
        @Nullable String after) {

    private static final int STEP = 10;

    /**
     * One record.
     *
     * @param here whether it is the one that was looked for
     */
    record Row(
            String offset,
            boolean here,
            @Nullable String timestamp,
            String key,
            String value,
            List<String> headers,
            String size) {

        static Row of(JsonNode found, boolean here, ObjectMapper json) {
            List<String> headers = new ArrayList<>();
            found.path("headers")
                    .forEach(header ->
                            headers.add(header.path("key").asText() + ": " + content(header.path("value"), json)));
            return new Row(
                    Shown.number(found.path("offset")),
                    here,
                    Shown.text(found.path("timestamp")),
                    content(found.path("key"), json),
                    content(found.path("value"), json),
                    headers,
                    Shown.count(found.path("sizes").path("value").asLong(), "byte", "bytes"));
        }

        private static String content(JsonNode content, ObjectMapper json) {
            if (!content.isObject()) {
                return "null";
            }
            String text = content.has("text")
                    ? content.path("text").asText()
                    : content.has("base64")
                            ? "base64 " + content.path("base64").asText()
                            : pretty(content.path("json"), json);
            return content.path("truncated").asBoolean() ? text + " …" : text;
        }

        private static String pretty(JsonNode value, ObjectMapper json) {
            try {
                return json.writerWithDefaultPrettyPrinter().writeValueAsString(value);
            } catch (JsonProcessingException e) {
                return value.toString();
            }
        }
    }

    static RecordsView empty(String topic, String partition, String path, String position, String group) {
        return new RecordsView(
                topic, partition, path, position, MoveForm.given(group), List.of(), null, null, null, null);
    }

    /** @param wanted the offset that was looked for; negative for none */
    static RecordsView of(RecordsView empty, long wanted, JsonNode read, ObjectMapper json) {
        List<Row> rows = new ArrayList<>();
        long here = -1;
        for (JsonNode found : read.path("items")) {
            long offset = found.path("offset").asLong();
            boolean isHere = wanted >= 0 && here < 0 && offset >= wanted;
            here = isHere ? offset : here;
            rows.add(Row.of(found, isHere, json));
        }
        long first = read.path("firstOffset").asLong();
        long end = read.path("highWatermark").asLong();
        long from = rows.isEmpty()
                ? Math.max(wanted, first)
                : read.path("items").get(0).path("offset").asLong();
        long next = read.path("nextOffset").asLong();
        return new RecordsView(
                empty.topic,
                empty.partition,
                empty.path,
                empty.position,
                empty.group,
                rows,
                "The log holds offsets " + Shown.number(first) + " to " + Shown.number(end)
                        + " (the next to be written).",
                note(wanted, here),
                from > first ? empty.link(Long.toString(Math.max(first, from - STEP))) : null,
                next < end ? empty.link(Long.toString(next)) : null);
    }

    private static @Nullable String note(long wanted, long here) {
        if (wanted < 0 || wanted == here) {
            return null;
        }
        return here < 0
                ? "No record is at or after offset " + Shown.number(wanted)
                        + " here: what is there are gaps or markers."
                : "Offset " + Shown.number(wanted) + " holds no record; the first after it is " + Shown.number(here)
                        + ".";
    }

    private String link(String from) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("position", from);
        query.put("group", group);
        return PageLinks.with(path, query);
    }
}
