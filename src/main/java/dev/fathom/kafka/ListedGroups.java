package dev.fathom.kafka;

import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import java.util.Set;

/** What brokers list of groups, by their version. */
final class ListedGroups {

    private ListedGroups() {}

    /** Which filter older brokers do not know. */
    static String filter(Set<GroupType> types, Set<GroupState> states) {
        if (!types.isEmpty()) {
            return " by type, which brokers from 3.8 on know";
        }
        return states.isEmpty() ? "" : " by state, which brokers from 2.6 on know";
    }

    /** Brokers before 3.8 do not say the type: what they have are classic groups, and a simple one is one of those. */
    static GroupListing listing(org.apache.kafka.clients.admin.GroupListing group) {
        return new GroupListing(
                group.groupId(),
                group.type().map(type -> GroupDescriber.type(type.name())).orElse(GroupType.CLASSIC),
                group.groupState()
                        .map(state -> GroupDescriber.state(state.name()))
                        .orElse(GroupState.UNKNOWN),
                group.protocol(),
                group.protocol().isEmpty());
    }
}
