package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.http.request.Links;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Paths of the page: those of the API under another beginning, so that what has a path there has one here. */
final class PageLinks {

    static final String BASE = "/ui";

    private PageLinks() {}

    /** @param api a path of the API */
    static String of(String api) {
        return BASE + api.substring(Links.BASE.length());
    }

    static String of(JsonNode api) {
        return of(api.asText());
    }

    static String cluster(String cluster) {
        return of(Links.cluster(cluster));
    }

    static String group(String cluster, String group) {
        return of(Links.group(cluster, group));
    }

    static String log(String cluster, String topic, int partition) {
        return of(Links.topic(cluster, topic)) + "/partitions/" + partition;
    }

    static String operation(String id) {
        return of(Links.operation(id));
    }

    /** A segment of a path, as it came. */
    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** With a query of the values that are there. */
    static String with(String path, Map<String, String> query) {
        String written = query.entrySet().stream()
                .filter(entry -> entry.getValue() != null && !entry.getValue().isEmpty())
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return written.isEmpty() ? path : path + "?" + written;
    }

    /** The same query with one value replaced, and no place in the list: the list is another one. */
    static Map<String, String> replaced(Map<String, String> query, String name, @Nullable String value) {
        Map<String, String> other = new LinkedHashMap<>(query);
        other.remove("cursor");
        other.put(name, value);
        return other;
    }
}
