package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log as a bar a thousand wide, from its first offset, or the commit where that has fallen off, to its end: what is lost, what
 * is there and read, what is unread, and what an open transaction holds back.
 *
 * @param at where the commit stands
 * @param says the same in words
 */
record Bar(List<Part> parts, Integer at, String says) {

    private static final int WIDTH = 1000;
    /** What marks the commit, and the least that is seen of a part. */
    private static final int MARK = 6;

    /**
     * One part.
     *
     * @param kind {@code lost}, {@code log}, {@code unread} or {@code held}
     */
    record Part(String kind, int from, int width) {}

    /** @return null where first offset, end or commit is not known */
    static @Nullable Bar of(JsonNode row) {
        JsonNode committed =
                row.path("committedOffset").isNumber() ? row.path("committedOffset") : row.path("startOffset");
        if (!row.path("firstOffset").isNumber() || !row.path("lastOffset").isNumber() || !committed.isNumber()) {
            return null;
        }
        long first = row.path("firstOffset").asLong();
        long last = row.path("lastOffset").asLong();
        long at = committed.asLong();
        long held =
                Math.max(Math.min(at, last), last - row.path("uncommittedTail").asLong(0));
        Scale scale = new Scale(Math.min(first, at), Math.max(last, at));
        List<Part> parts = new ArrayList<>();
        scale.add(parts, "lost", at, first);
        scale.add(parts, "log", first, Math.min(Math.max(at, first), last));
        scale.add(parts, "unread", Math.max(at, first), Math.max(held, first));
        scale.add(parts, "held", Math.max(held, first), last);
        String says = "First " + Shown.number(first) + ", commit " + Shown.number(at) + ", end " + Shown.number(last)
                + (first > at ? "; " + Shown.number(first - at) + " lost" : "")
                + (last > held ? "; " + Shown.number(last - held) + " held back by an open transaction" : "");
        return new Bar(List.copyOf(parts), Math.min(scale.of(at), WIDTH - MARK), says);
    }

    private record Scale(long from, long to) {

        int of(long offset) {
            return to == from ? 0 : (int) Math.round((double) (offset - from) / (to - from) * WIDTH);
        }

        /** What is there is seen, however little. */
        void add(List<Part> parts, String kind, long begin, long end) {
            if (end > begin) {
                int width = Math.max(MARK, of(end) - of(begin));
                parts.add(new Part(kind, Math.min(of(begin), WIDTH - width), width));
            }
        }
    }
}
