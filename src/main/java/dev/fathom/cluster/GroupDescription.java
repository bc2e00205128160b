package dev.fathom.cluster;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * One group as its coordinator describes it.
 *
 * @param protocol the protocol type of the members; empty for a group that was only ever committed to
 * @param assignor who spreads the partitions: the assignor agreed on; empty while nobody has
 * @param groupEpoch raised with every change of members or subscriptions; empty in classic groups
 * @param assignmentEpoch the group epoch the target assignment was made for; empty in classic groups
 * @param topologyEpoch streams groups only
 * @param subtopologies streams groups only
 * @param authorizedOperations what the service's own principal may do to the group; empty when the brokers do not say
 */
public record GroupDescription(
        String id,
        GroupType type,
        GroupState state,
        String protocol,
        boolean simple,
        Optional<String> assignor,
        Optional<Broker> coordinator,
        OptionalInt groupEpoch,
        OptionalInt assignmentEpoch,
        OptionalInt topologyEpoch,
        List<Member> members,
        List<Subtopology> subtopologies,
        List<String> authorizedOperations) {

    /** One connected part of a streams topology and the topics around it. */
    public record Subtopology(
            String id, List<String> sourceTopics, List<String> repartitionTopics, List<String> changelogTopics) {

        private Subtopology onTopics(Predicate<String> wanted) {
            return new Subtopology(
                    id,
                    sourceTopics.stream().filter(wanted).toList(),
                    repartitionTopics.stream().filter(wanted).toList(),
                    changelogTopics.stream().filter(wanted).toList());
        }
    }

    /** The group as if it read some of its topics alone. */
    public GroupDescription onTopics(Predicate<String> wanted) {
        return new GroupDescription(
                id,
                type,
                state,
                protocol,
                simple,
                assignor,
                coordinator,
                groupEpoch,
                assignmentEpoch,
                topologyEpoch,
                members.stream().map(member -> member.onTopics(wanted)).toList(),
                subtopologies.stream().map(each -> each.onTopics(wanted)).toList(),
                authorizedOperations);
    }
}
