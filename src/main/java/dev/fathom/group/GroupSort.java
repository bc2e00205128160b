package dev.fathom.group;

import dev.fathom.lag.GroupSummary;
import dev.fathom.lag.LagTotals;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** How a list of groups is sorted. Every order ends with the id, so that two lists can be compared. */
public enum GroupSort {
    NAME("name", summary -> ""),
    STATE("state", summary -> summary.listing().state().wireName()),
    TYPE("type", summary -> summary.listing().type().wireName()),
    MOST_MEMBERS("-members", summary -> descending(summary.described().members().size())),
    FEWEST_MEMBERS("members", summary -> ascending(summary.described().members().size())),
    MOST_TOPICS("-topics", summary -> descending(summary.topics().size())),
    FEWEST_TOPICS("topics", summary -> ascending(summary.topics().size())),
    MOST_LAG("-lag", summary -> most(summary, LagTotals::behind)),
    LEAST_LAG("lag", GroupSort::least),
    MOST_READABLE("-effectiveLag", summary -> most(summary, LagTotals::readable)),
    LONGEST_BEHIND("-timeLag", summary -> ""),
    SHORTEST_BEHIND("timeLag", summary -> "");

    private static final char SEPARATOR = '\0';

    private final String wireName;
    private final Function<GroupSummary, String> rank;

    GroupSort(String wireName, Function<GroupSummary, String> rank) {
        this.wireName = wireName;
        this.rank = rank;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether the order is known from the brokers' listing alone. */
    boolean needsOnlyListing() {
        return this == NAME || this == STATE || this == TYPE || isByTime();
    }

    boolean needsLag() {
        return this == MOST_LAG || this == LEAST_LAG || this == MOST_READABLE;
    }

    private boolean isByTime() {
        return this == LONGEST_BEHIND || this == SHORTEST_BEHIND;
    }

    /**
     * @param unreadSince since when the first unread record of a group has been there, in ms, by id; {@link Long#MAX_VALUE} where
     *     nothing is unread. A lag would grow from page to page, this stays
     */
    String key(GroupSummary summary, Function<String, OptionalLong> unreadSince) {
        String first = isByTime() ? byTime(unreadSince.apply(summary.listing().id())) : rank.apply(summary);
        return first + SEPARATOR + summary.listing().id();
    }

    private String byTime(OptionalLong since) {
        return since.isEmpty()
                ? "unknown"
                : this == LONGEST_BEHIND ? ascending(since.getAsLong()) : descending(since.getAsLong());
    }

    private static String most(GroupSummary summary, Function<LagTotals, Long> number) {
        return summary.lag()
                .flatMap(totals -> Optional.ofNullable(number.apply(totals)))
                .map(GroupSort::descending)
                .orElse("unknown");
    }

    private static String least(GroupSummary summary) {
        return summary.lag()
                .flatMap(totals -> Optional.ofNullable(totals.behind()))
                .map(GroupSort::ascending)
                .orElse("unknown");
    }

    private static String ascending(long number) {
        return String.format("%019d", number);
    }

    /** A text that sorts larger numbers first, and before any word. */
    private static String descending(long number) {
        return String.format("%019d", Long.MAX_VALUE - number);
    }
}
