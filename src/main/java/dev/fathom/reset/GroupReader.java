package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.lag.PendingCommits;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one group: who is in it, what it committed, and what open transactions hold. */
final class GroupReader {

    private GroupReader() {}

    /** A group with what it committed, read at once. */
    record Committed(
            GroupListing listing, GroupDescription description, Commits commits, Set<TopicPartition> pending) {}

    /** Where commits of open transactions are looked for. */
    sealed interface Look {

        record Nowhere() implements Look {}

        /** On the topics that the group has committed to, and on these. */
        record At(Set<String> topics) implements Look {}

        record Everywhere() implements Look {}
    }

    static Committed read(Cluster cluster, GroupListing listing, Look look) {
        List<GroupListing> one = List.of(listing);
        Pending<Map<String, Outcome<GroupDescription>>> describing = cluster.describeGroups(one);
        Pending<Map<String, Outcome<Commits>>> reading = cluster.commits(one, false);
        GroupDescription description =
                Required.in(describing.await(), listing.id()).orThrow();
        Commits commits = Required.in(reading.await(), listing.id()).orThrow();
        PendingCommits open = new PendingCommits(cluster, listing);
        if (look instanceof Look.Everywhere) {
            open.ask();
        } else if (look instanceof Look.At at) {
            Set<String> topics = new HashSet<>(commits.topics());
            topics.addAll(at.topics());
            open.ask(PendingCommits.partitionsOf(cluster.topics(topics)));
        }
        return new Committed(listing, description, commits, open.await());
    }
}
