package dev.fathom.group;

import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
        GroupSort sort) {

    /**
     * Every group with its lag, in an order.
     *
     * @param internal whether the service's own groups are wanted too
     */
    public static GroupQuery all(GroupSort order, boolean internal) {
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
                order);
    }

    /** Whether more than the brokers' listing is needed to choose and sort. */
    boolean needsEveryGroup() {
        return topic.isPresent() || member.isPresent() || minLag.isPresent() || !sort.needsOnlyListing();
    }

    boolean needsLag() {
        return withLag || minLag.isPresent() || sort.needsLag();
    }
}
