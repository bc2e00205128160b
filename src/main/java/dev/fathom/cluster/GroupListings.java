package dev.fathom.cluster;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every group the reachable brokers know, and what kept the other brokers from saying theirs.
 *
 * @param groups by id, in order
 * @param missing one problem for each broker that did not answer: groups it coordinates are not listed; one for the groups that
 *     have no coordinator now
 * @param observedAt when the brokers were asked
 */
public record GroupListings(
        SortedMap<String, GroupListing> groups, List<ClusterException> missing, Instant observedAt) {

    public static GroupListings of(List<GroupListing> groups, List<ClusterException> missing, Instant observedAt) {
        SortedMap<String, GroupListing> byId = new TreeMap<>();
        groups.forEach(group -> byId.put(group.id(), group));
        return new GroupListings(Collections.unmodifiableSortedMap(byId), List.copyOf(missing), observedAt);
    }

    public Optional<GroupListing> find(String id) {
        return Optional.ofNullable(groups.get(id));
    }
}
