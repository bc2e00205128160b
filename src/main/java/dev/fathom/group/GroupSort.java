package dev.fathom.group;

import dev.fathom.lag.GroupSummary;
import dev.fathom.lag.LagTotals;
import java.util.Optional;
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
    MOST_READABLE("-effectiveLag", summary -> most(summary, LagTotals::readable));

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
        return this == NAME || this == STATE || this == TYPE;
    }

    boolean needsLag() {
        return this == MOST_LAG || this == LEAST_LAG || this == MOST_READABLE;
    }

    String key(GroupSummary summary) {
        return rank.apply(summary) + SEPARATOR + summary.listing().id();
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
