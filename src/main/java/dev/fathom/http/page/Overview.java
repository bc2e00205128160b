package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.http.group.GroupFilter;
import dev.fathom.progress.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The groups of a cluster, worst first unless asked otherwise.
 *
 * @param here the address of this very list
 * @param timed whether any group has a time lag or a forecast
 * @param next address of the next page; null on the last
 * @param first address of the first page; null on it
 * @param internal address of the list with, or without, what the service itself runs on
 * @param firstLook whether these are but the first by name, to be looked at until the worst are known
 */
record Overview(
        String here,
        GroupFilter filter,
        List<Column> columns,
        List<GroupRow> rows,
        boolean timed,
        String total,
        String observedAt,
        @Nullable String next,
        @Nullable String first,
        String internal,
        boolean firstLook) {

    static final String WORST_FIRST = "-effectiveLag";

    private static final String BY_NAME = "Group";

    /** How many groups that cannot be read have a row each. */
    private static final int MOST_UNREAD = 20;

    /** The heads, and the orders a click gives: the first, and where there is another, that on a second click. */
    private static final List<List<String>> ORDERS = List.of(
            List.of(BY_NAME, "", "name"),
            List.of("Status", ""),
            List.of("Lag", "num", WORST_FIRST, "lag", "-lag"),
            List.of("Members", "num wide", "-members", "members"),
            List.of("State", "wide", "state"),
            List.of("Type", "wide", "type"),
            List.of("Topics", "num wide", "-topics", "topics"));

    static Overview of(String cluster, GroupFilter filter, @Nullable String cursor, JsonNode list) {
        Map<String, String> query = query(filter);
        String path = PageLinks.cluster(cluster);
        List<GroupRow> rows = new ArrayList<>();
        if (cursor == null) {
            rows.addAll(unread(cluster, list.path("problems")));
        }
        list.path("items").forEach(group -> rows.add(GroupRow.of(group)));
        Map<String, String> here = new LinkedHashMap<>(query);
        here.put("cursor", cursor);
        String next = Shown.text(list.path("page").path("next"));
        boolean all = "true".equals(filter.internal);
        return new Overview(
                PageLinks.with(path, here),
                filter,
                ORDERS.stream()
                        .map(order -> column(order, filter.sort, path, query))
                        .toList(),
                rows,
                rows.stream().anyMatch(row -> row.timeLag() != null || row.eta() != null),
                Shown.count(list.path("page").path("total").asLong(), "group", "groups"),
                list.path("observedAt").asText(),
                next == null ? null : PageLinks.with(path, PageLinks.replaced(query, "cursor", next)),
                cursor == null ? null : PageLinks.with(path, query),
                PageLinks.with(path, PageLinks.replaced(query, "internal", all ? null : "true")),
                false);
    }

    /** The same rows as a first look. They are in another order than the list at this address, so no page follows them. */
    Overview asFirstLook() {
        List<Column> byName = columns.stream()
                .map(column -> column.sorted(BY_NAME.equals(column.head()) ? "ascending" : "none"))
                .toList();
        return new Overview(here, filter, byName, rows, timed, total, observedAt, null, null, internal, true);
    }

    /** Address of the list in the order it is meant to have, for browsers without script. */
    public String worstFirst() {
        return PageLinks.with(all(), PageLinks.replaced(query(filter), "sort", WORST_FIRST));
    }

    private static List<GroupRow> unread(String cluster, JsonNode problems) {
        List<GroupRow> rows = new ArrayList<>();
        problems.forEach(problem -> {
            if (rows.size() < MOST_UNREAD) {
                rows.add(GroupRow.unread(problem, cluster));
            }
        });
        int more = problems.size() - rows.size();
        if (more > 0) {
            rows.add(GroupRow.moreUnread(more));
        }
        return rows;
    }

    private static Column column(List<String> order, @Nullable String sort, String path, Map<String, String> query) {
        List<String> orders = order.subList(2, order.size());
        int now = orders.indexOf(sort == null || sort.isEmpty() ? WORST_FIRST : sort);
        String link = orders.isEmpty()
                ? null
                : PageLinks.with(path, PageLinks.replaced(query, "sort", orders.get((now + 1) % orders.size())));
        String sorted = now < 0 ? "none" : orders.get(now).startsWith("-") ? "descending" : "ascending";
        return new Column(order.get(0), link, sorted, order.get(1));
    }

    private static Map<String, String> query(GroupFilter filter) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("search", filter.search);
        query.put("topic", filter.topic);
        query.put("member", filter.member);
        query.put("type", filter.type);
        query.put("state", filter.state);
        query.put("protocol", filter.protocol);
        query.put("minLag", filter.minLag);
        query.put("verdict", filter.verdict);
        query.put("internal", filter.internal);
        query.put("sort", filter.sort);
        return query;
    }

    public boolean filtered() {
        Map<String, String> query = query(filter);
        query.keySet().removeAll(List.of("sort", "internal"));
        return query.values().stream().anyMatch(value -> value != null && !value.isEmpty());
    }

    public String all() {
        return here.substring(0, here.indexOf('?') < 0 ? here.length() : here.indexOf('?'));
    }

    public boolean withInternal() {
        return "true".equals(filter.internal);
    }

    /** The words a filter can have, for the choices of the form. */
    public List<Choice> types() {
        return Choice.of(filter.type, "classic", "consumer", "share", "streams");
    }

    public List<Choice> verdicts() {
        return Choice.of(
                filter.verdict,
                Stream.of(Verdict.values()).map(Verdict::wireName).toArray(String[]::new));
    }

    public List<Choice> states() {
        return Choice.of(
                filter.state,
                "empty",
                "stable",
                "preparing-rebalance",
                "completing-rebalance",
                "assigning",
                "reconciling",
                "not-ready",
                "dead");
    }

    /** One of a form's choices. */
    record Choice(@Nullable String value, @Nullable String text, boolean chosen) {

        static List<Choice> of(@Nullable String chosen, String... values) {
            List<Choice> choices = new ArrayList<>();
            choices.add(new Choice("", "any", chosen == null || chosen.isEmpty()));
            for (String value : values) {
                choices.add(new Choice(value, value, value.equals(chosen)));
            }
            if (choices.stream().noneMatch(Choice::chosen)) {
                choices.add(new Choice(chosen, chosen, true));
            }
            return choices;
        }
    }
}
