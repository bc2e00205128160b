package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A group: what is the matter, where it is on each partition, who is in it, what was done to it.
 *
 * @param findings of its diagnosis; empty where the API has none
 * @param facts what is known of it, by name
 * @param byMember whether partitions stand with their owners, not with their topics
 * @param parts the partitions, under what they stand with
 * @param lagNow for the chart; null when not known
 * @param history path of its lag over time; null where the caller may not see it
 * @param operations null where they could not be read; {@code operationsProblem} says why
 */
record GroupView(
        String id,
        String here,
        String api,
        Condition condition,
        List<Finding> findings,
        List<Fact> facts,
        boolean byMember,
        boolean timed,
        boolean aged,
        List<Part> parts,
        List<PartitionRow> told,
        List<MemberRow> members,
        List<OperationRow> operations,
        @Nullable String operationsProblem,
        Permit move,
        @Nullable String lagNow,
        @Nullable String history,
        String total,
        @Nullable String next,
        String observedAt) {

    /**
     * Something that is known.
     *
     * @param at the instant it is about; null where it is about none
     */
    record Fact(String name, String value, @Nullable String at) {}

    /** Partitions that stand together. */
    record Part(String name, List<PartitionRow> rows) {}

    /**
     * What is asked about.
     *
     * @param withHistory whether the caller may see what it was like before
     */
    record Asked(String cluster, String group, boolean byMember, boolean withHistory, String cursor) {}

    static GroupView of(
            Asked asked,
            JsonNode group,
            JsonNode offsets,
            List<PartitionRow> rows,
            JsonNode operations,
            @Nullable String operationsProblem,
            Permit move) {
        String path = PageLinks.of(group.path("self"));
        Map<String, String> query = new LinkedHashMap<>();
        query.put("by", asked.byMember() ? "member" : null);
        query.put("cursor", asked.cursor());
        String next = Shown.text(offsets.path("page").path("next"));
        JsonNode total = group.path("lag").path("total");
        List<MemberRow> members = new ArrayList<>();
        group.path("members").forEach(member -> members.add(MemberRow.of(member)));
        List<OperationRow> done = new ArrayList<>();
        operations.path("items").forEach(operation -> done.add(OperationRow.of(operation)));
        return new GroupView(
                group.path("id").asText(),
                PageLinks.with(path, query),
                group.path("self").asText(),
                Condition.of(group),
                Finding.all(group.path("findings")),
                facts(group),
                asked.byMember(),
                rows.stream().anyMatch(row -> row.timeLag() != null),
                rows.stream().anyMatch(row -> row.commitAge() != null),
                parts(rows, asked.byMember() ? GroupView::owner : PartitionRow::topic),
                rows.stream().filter(PartitionRow::told).limit(20).toList(),
                members,
                done,
                operationsProblem,
                move,
                total.isNumber() ? total.asText() : null,
                asked.withHistory() ? group.path("self").asText() + "/lag/history" : null,
                Shown.count(offsets.path("page").path("total").asLong(), "partition", "partitions"),
                next == null ? null : PageLinks.with(path, PageLinks.replaced(query, "cursor", next)),
                group.path("observedAt").asText());
    }

    private static List<Fact> facts(JsonNode group) {
        List<Fact> facts = new ArrayList<>();
        JsonNode lag = group.path("lag");
        put(facts, "State", group.path("state").asText());
        put(facts, "Type", group.path("type").asText() + (group.path("simple").asBoolean() ? ", never joined" : ""));
        put(facts, "Lag", lag(lag));
        if (lag.path("effectiveTotal").isNumber()
                && lag.path("effectiveTotal").asLong() != lag.path("total").asLong()) {
            put(facts, "Of it readable", Shown.number(lag.path("effectiveTotal")));
        }
        timed(facts, group);
        put(facts, "Partitions behind", Shown.number(lag.path("partitionsBehind")));
        put(facts, "Members", Shown.number(group.path("members").size()));
        put(facts, "Assignor", Shown.text(group.path("assignor")));
        put(facts, "Epoch", Shown.text(group.path("groupEpoch")));
        if (group.path("reconciliation").isObject()) {
            put(
                    facts,
                    "At their target",
                    group.path("reconciliation").path("atTarget").asText() + " of "
                            + group.path("reconciliation").path("of").asText());
        }
        if (group.path("coordinator").isObject()) {
            put(
                    facts,
                    "Coordinator",
                    "broker " + group.path("coordinator").path("id").asText());
        }
        put(facts, "Owner", Shown.text(group.path("owner")));
        return facts;
    }

    private static void timed(List<Fact> facts, JsonNode group) {
        JsonNode timeLag = Forecast.timeLag(group);
        String bound = Shown.duration(timeLag.path("errorBound"));
        String value = Forecast.value(timeLag);
        put(facts, "Time lag", value == null || bound == null ? value : value + " ± " + bound);
        JsonNode lag = group.path("lag");
        put(
                facts,
                "Reads a second",
                lag.path("consumeRate").isNumber() ? lag.path("consumeRate").asText() : null);
        put(
                facts,
                "Written a second",
                lag.path("produceRate").isNumber() ? lag.path("produceRate").asText() : null);
        Forecast.Moment next = Forecast.next(group);
        if (next != null) {
            facts.add(new Fact("Forecast", next.says(), next.at()));
        }
    }

    private static String lag(JsonNode lag) {
        if (lag.path("total").isNumber()) {
            return Shown.number(lag.path("total"));
        }
        return lag.path("lagUpperBound").isNumber()
                ? "at most " + Shown.number(lag.path("lagUpperBound"))
                : "not known";
    }

    private static void put(List<Fact> facts, String name, @Nullable String fact) {
        if (fact != null) {
            facts.add(new Fact(name, fact, null));
        }
    }

    private static String owner(PartitionRow row) {
        return row.owner() == null ? "Nobody" : row.owner();
    }

    /** In the order of the API, which is by topic; by member the owners in the order of their names. */
    private static List<Part> parts(List<PartitionRow> rows, Function<PartitionRow, String> name) {
        Map<String, List<PartitionRow>> parts = new LinkedHashMap<>();
        rows.forEach(row ->
                parts.computeIfAbsent(name.apply(row), any -> new ArrayList<>()).add(row));
        return parts.entrySet().stream()
                .map(part -> new Part(part.getKey(), part.getValue()))
                .sorted(Comparator.comparing(Part::name))
                .toList();
    }

    public String byTopicLink() {
        return PageLinks.of(api);
    }

    public String byMemberLink() {
        return PageLinks.of(api) + "?by=member";
    }

    public String moveLink() {
        return PageLinks.of(api) + "/move";
    }
}
