package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position.None;
import dev.fathom.reset.GroupReader.Committed;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.Plan.Unseen;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.UnplannableException.ValidationError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

record DeletionProposal(String group, Deletion request) implements Proposal {

    @Override
    public String canonical() {
        return "delete|" + request.wholeGroup() + "|" + request.topic() + "|" + request.partition() + "|"
                + acknowledged().contains(Acknowledgement.IN_USE) + "|"
                + acknowledged().contains(Acknowledgement.UNSEEN) + "|" + request.stable();
    }

    /** A group is deleted with everything that transactions hold, on any topic. */
    @Override
    public Look look() {
        if (!request.stable()) {
            return new Look.Nowhere();
        }
        return request.wholeGroup() ? new Look.Everywhere() : new Look.At(Set.of());
    }

    @Override
    public boolean concernsEverything() {
        return request.topic().isEmpty();
    }

    @Override
    public ResetSnapshot survey(SnapshotReader reader, Cluster cluster) {
        Committed committed = reader.committed(cluster, group, look(), false).orElseThrow();
        if (committed.listing().type().deletesOffsetsByTopic()
                && request.partition().isPresent()) {
            throw unfit(
                    UnplannableException.Kind.UNFIT,
                    "partition",
                    "Group \"" + group
                            + "\" is a share group, whose offsets are deleted by topic; leave the partition out.");
        }
        List<PartitionTarget> targets = new ArrayList<>();
        committed.commits().forEach((topic, number, offset) -> {
            boolean wanted = request.topic().map(topic::equals).orElse(true)
                    && request.partition().map(partition -> partition == number).orElse(true);
            if (wanted) {
                targets.add(new PartitionTarget(new TopicPartition(topic, number), new None(), "topic"));
            }
        });
        if (targets.isEmpty() && !request.wholeGroup()) {
            throw unfit(
                    UnplannableException.Kind.NO_COMMIT,
                    "topic",
                    "Group \"" + group
                            + "\" has committed nothing there that the service may see, so there is nothing to"
                            + " delete.");
        }
        return reader.snapshot(
                cluster, this, committed.listing(), Optional.of(committed), targets, Map.of(), Map.of(), List.of());
    }

    private static UnplannableException unfit(UnplannableException.Kind kind, String parameter, String message) {
        return new UnplannableException(List.of(new ValidationError(kind, parameter, Optional.empty(), message)));
    }

    @Override
    public Plan plan(ResetSnapshot snapshot) {
        GroupDescription described = snapshot.description().orElseThrow();
        boolean occupied = Blocker.notEmpty(described).isPresent();
        boolean deletesUnseen = snapshot.mayHideCommits() && request.wholeGroup();
        List<Blocker> blockers = new ArrayList<>(snapshot.blockers());
        if (request.wholeGroup() || !described.type().tellsSubscriptions(described.protocol())) {
            Blocker.notEmpty(described).ifPresent(blockers::add);
        } else if (occupied) {
            blockers.addAll(subscribed(snapshot, described));
        }
        Blocker.lacking(described, "delete", "Delete").ifPresent(blockers::add);
        if (snapshot.inUse()) {
            blockers.add(Blocker.inUse(group));
        }
        if (!request.wholeGroup()) {
            blockers.addAll(Blockers.ofTopics(snapshot));
        }
        pending(snapshot).forEach(partition -> blockers.add(Blocker.pendingDeletion(partition)));
        if (deletesUnseen) {
            blockers.add(Blocker.unseen(snapshot.cluster(), group));
        }
        List<PlanRow> rows = snapshot.targets().stream()
                .map(target -> row(snapshot, target.partition(), occupied))
                .toList();
        return new Plan(
                request.wholeGroup() ? Kind.DELETE_GROUP : Kind.DELETE_OFFSETS,
                snapshot.group(),
                snapshot.description(),
                rows,
                Blockers.without(acknowledged(), blockers),
                Blockers.discardedDeliveryState(snapshot),
                deletesUnseen ? Unseen.DELETED : snapshot.mayHideCommits() ? Unseen.LEFT_ALONE : Unseen.NONE);
    }

    /** The partitions to be deleted on which an open transaction holds a commit. */
    private Set<TopicPartition> pending(ResetSnapshot snapshot) {
        Set<TopicPartition> pending = new TreeSet<>(snapshot.pending());
        if (!request.wholeGroup()) {
            pending.retainAll(
                    snapshot.targets().stream().map(PartitionTarget::partition).collect(Collectors.toSet()));
        }
        return pending;
    }

    private static List<Blocker> subscribed(ResetSnapshot snapshot, GroupDescription described) {
        List<Blocker> blockers = new ArrayList<>();
        for (String topic : snapshot.targetTopics()) {
            List<Member> readers = described.members().stream()
                    .filter(member -> member.mayRead(topic))
                    .toList();
            if (!readers.isEmpty()) {
                blockers.add(new Blocker(
                        Why.TOPIC_SUBSCRIBED,
                        "Topic \"" + topic + "\" is read by " + readers.size()
                                + " members of the group; only offsets of topics that none of them reads can be deleted.",
                        readers,
                        Optional.empty()));
            }
        }
        return blockers;
    }

    private static PlanRow row(ResetSnapshot snapshot, TopicPartition partition, boolean occupied) {
        Optional<Commit> now = snapshot.commits().of(partition);
        return new PlanRow(
                partition,
                snapshot.topicIdOf(partition),
                now,
                Optional.empty(),
                Optional.empty(),
                snapshot.logs().first(partition),
                snapshot.logs().last(partition),
                Optional.empty(),
                now.isEmpty()
                        ? Optional.of(Note.UNCHANGED)
                        : occupied ? Optional.of(Note.SUBSCRIPTION_UNKNOWN) : Optional.empty(),
                now.isEmpty() ? Intention.UNCHANGED : Intention.PLANNED,
                Optional.empty(),
                Optional.empty());
    }
}
