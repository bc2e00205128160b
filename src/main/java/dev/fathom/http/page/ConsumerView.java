package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A managed consumer: what it is to do, what its members do, what happened.
 *
 * @param commands what it can be told
 * @param wanted how many members it is to have
 */
record ConsumerView(
        ConsumerRow row,
        String api,
        String here,
        Map<String, String> facts,
        List<Member> members,
        List<Event> events,
        List<Command> commands,
        Permit permit,
        String wanted,
        String moveLink,
        String observedAt) {

    /**
     * One member.
     *
     * @param breaker of its sink; null where it has none
     */
    record Member(
            String slot,
            String state,
            String tone,
            @Nullable String reason,
            String owns,
            String records,
            String delivered,
            String queue,
            @Nullable String breaker,
            String retried,
            String deadLettered,
            @Nullable String lastError,
            @Nullable String lastErrorAt,
            boolean stale) {

        static Member of(JsonNode member, JsonNode counts) {
            JsonNode error = member.path("lastError");
            String state = member.path("state").asText();
            List<String> owns = new ArrayList<>();
            member.path("assignment")
                    .forEach(topic ->
                            owns.add(topic.path("topic").asText() + ": " + Shown.words(topic.path("partitions"))));
            return new Member(
                    member.path("slot").asText(),
                    state,
                    ConsumerRow.tone(state),
                    Shown.text(member.path("reason")),
                    owns.isEmpty() ? "nothing" : String.join("; ", owns),
                    Shown.number(counts.path("records")),
                    Shown.number(counts.path("delivered")),
                    counts.path("queueLength").isNumber() ? Shown.number(counts.path("queueLength")) : Shown.UNKNOWN,
                    Shown.text(counts.path("breaker")),
                    Shown.number(counts.path("retried")),
                    Shown.number(counts.path("deadLettered")),
                    Shown.text(error.path("message")),
                    Shown.text(error.path("at")),
                    member.path("stale").asBoolean());
        }
    }

    record Event(String at, String slot, String type, String detail) {}

    /**
     * Something it can be told.
     *
     * @param ask what to confirm first; empty for nothing
     */
    record Command(String word, String path, String ask) {}

    static ConsumerView of(JsonNode consumer, JsonNode stats, JsonNode events, Permit permit) {
        String api = consumer.path("self").asText();
        Map<String, JsonNode> counts = new LinkedHashMap<>();
        stats.path("members").forEach(each -> counts.put(each.path("slot").asText(), each));
        List<Member> members = new ArrayList<>();
        consumer.path("members")
                .forEach(member -> members.add(Member.of(
                        member, counts.getOrDefault(member.path("slot").asText(), MissingNode.getInstance()))));
        List<Event> happened = new ArrayList<>();
        events.path("items")
                .forEach(event -> happened.add(new Event(
                        event.path("at").asText(),
                        event.path("slot").asText(),
                        event.path("type").asText(),
                        event.path("detail").asText())));
        return new ConsumerView(
                ConsumerRow.of(consumer),
                api,
                PageLinks.of(api),
                facts(consumer, stats),
                members,
                happened,
                commands(consumer, api),
                permit,
                consumer.path("spec").path("members").asText(),
                PageLinks.of(consumer.path("group")) + "/move?pauseConsumers=true",
                stats.path("observedAt").asText());
    }

    private static Map<String, String> facts(JsonNode consumer, JsonNode stats) {
        JsonNode spec = consumer.path("spec");
        JsonNode total = stats.path("total");
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Wanted", consumer.path("desired").asText());
        facts.put("Reads", Shown.words(spec.path("topics")));
        facts.put("Sink", spec.path("sink").path("type").asText());
        facts.put("Lag", Shown.number(consumer.path("lag")));
        facts.put("Fetched", Shown.number(total.path("records")));
        facts.put("Delivered", Shown.number(total.path("delivered")));
        facts.put("Put off", Shown.number(total.path("retried")));
        facts.put("Dead letters", Shown.number(total.path("deadLettered")));
        facts.put("Skipped", Shown.number(total.path("skipped")));
        facts.put(
                "Queue",
                Shown.number(total.path("queueLength")) + " of " + Shown.number(stats.path("queueCapacity"))
                        + " a member");
        facts.put("In flight", Shown.number(total.path("inFlight")));
        return facts;
    }

    private static List<Command> commands(JsonNode consumer, String api) {
        String desired = consumer.path("desired").asText();
        List<Command> commands = new ArrayList<>();
        if (desired.equals("running")) {
            commands.add(new Command("Pause", api + "/pause", ""));
        } else if (desired.equals("paused")) {
            commands.add(new Command("Resume", api + "/resume", ""));
        }
        if (desired.equals("stopped")) {
            commands.add(new Command("Start", api + "/start", ""));
        } else {
            commands.add(new Command(
                    "Restart", api + "/restart", "Every member drains, commits, leaves and joins again. Restart it?"));
            commands.add(new Command("Stop", api + "/stop", "Every member drains, commits and leaves. Stop it?"));
        }
        return commands;
    }
}
