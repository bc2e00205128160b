package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What is the matter, worst first, and what to look at next. */
record Finding(
        String kind, String tone, String message, @Nullable String since, List<Step> next) {

    private static final String RESETS = "/resets";
    private static final Pattern RECORDS = Pattern.compile("(.*)/records\\?position=(\\d+)&limit=1");

    /**
     * A call of the API that can be made as it stands.
     *
     * @param link to the page that shows what it answers
     */
    record Step(String say, String call, @Nullable String link) {

        static Step of(JsonNode step) {
            String method = step.path("method").asText("GET");
            String href = step.path("href").asText();
            return new Step(step.path("say").asText(), method + " " + href, link(method, href, step.path("body")));
        }

        private static @Nullable String link(String method, String href, JsonNode body) {
            if (method.equals("GET")) {
                Matcher records = RECORDS.matcher(href);
                return records.matches() ? PageLinks.of(records.group(1)) + "?at=" + records.group(2) : href;
            }
            if (!href.endsWith(RESETS) || !body.path("to").isValueNode()) {
                return null;
            }
            JsonNode target = body.path("targets").path(0);
            Map<String, String> query = new LinkedHashMap<>();
            query.put("where", Destination.EXPERT.word());
            query.put("value", body.path("to").asText());
            query.put("topic", Shown.text(target.path("topic")));
            query.put("partitions", Shown.words(target.path("partitions")));
            String group = PageLinks.of(href.substring(0, href.length() - RESETS.length()));
            return PageLinks.with(group + "/move", query);
        }
    }

    static List<Finding> all(JsonNode findings) {
        return StreamSupport.stream(findings.spliterator(), false)
                .map(Finding::of)
                .toList();
    }

    private static Finding of(JsonNode finding) {
        return new Finding(
                finding.path("kind").asText(),
                tone(finding.path("severity").asText()),
                finding.path("message").asText(),
                Shown.text(finding.path("since")),
                StreamSupport.stream(finding.path("next").spliterator(), false)
                        .map(Step::of)
                        .toList());
    }

    private static String tone(String severity) {
        return switch (severity) {
            case "critical" -> "bad";
            case "warning" -> "warn";
            default -> "idle";
        };
    }
}
