package dev.fathom.group;

import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.lag.GroupSummary;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which groups are wanted. All filters together must fit.
 *
 * @param types none means all; the brokers filter
 * @param states none means all; the brokers filter
 * @param protocol the protocol type, whole. A group that was only ever committed to has none and counts as
 *     {@code consumer}, which is what it was made for
 * @param search part of the id, in any case
 * @param topic committed to or assigned
 * @param member part of the member id, instance id, client id or host of one member
 * @param minLag the least lag; groups whose lag is unknown do not fit
 * @param internal whether the service's own groups are wanted too; one whose whole id is searched for always is
 * @param ids which ids fit; what they have to do with is the caller's
 * @param withLag whether lag is wanted in the answer
 * @param unreadSince since when the first unread record of a group has been there, by id, for orders by time: see {@link GroupSort}
 */
public record GroupQuery(
        Set<GroupType> types,
        Set<GroupState> states,
        Optional<String> protocol,
        Optional<String> search,
        Optional<String> topic,
        Optional<String> member,
        OptionalLong minLag,
        boolean internal,
        Optional<Predicate<String>> ids,
        boolean withLag,
        GroupSort sort,
        Function<String, OptionalLong> unreadSince) {

    /** In no order by time. */
    public GroupQuery(
            Set<GroupType> types,
            Set<GroupState> states,
            Optional<String> protocol,
            Optional<String> search,
            Optional<String> topic,
            Optional<String> member,
            OptionalLong minLag,
            boolean internal,
            Optional<Predicate<String>> ids,
            boolean withLag,
            GroupSort sort) {
        this(
                types,
                states,
                protocol,
                search,
                topic,
                member,
                minLag,
                internal,
                ids,
                withLag,
                sort,
                id -> OptionalLong.empty());
    }

    /**
     * Every group with its lag, in an order.
     *
     * @param internal whether the service's own groups are wanted too
     * @param unreadSince for orders by time
     */
    public static GroupQuery all(GroupSort order, boolean internal, Function<String, OptionalLong> unreadSince) {
        return new GroupQuery(
                Set.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                internal,
                Optional.empty(),
                true,
                order,
                unreadSince);
    }

    String key(GroupSummary summary) {
        return sort.key(summary, unreadSince);
    }

    /** Whether more than the brokers' listing is needed to choose and sort. */
    boolean needsEveryGroup() {
        return topic.isPresent() || member.isPresent() || minLag.isPresent() || !sort.needsOnlyListing();
    }

    boolean needsLag() {
        return withLag || minLag.isPresent() || sort.needsLag();
    }
}
