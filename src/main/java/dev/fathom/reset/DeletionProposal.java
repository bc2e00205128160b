package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position.None;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.Plan.Unseen;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.SnapshotReader.Committed;
import dev.fathom.reset.UnplannableException.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Deletes commits of a group, or the group. */
final class DeletionProposal implements Proposal {

    private final SnapshotReader reader;
    private final String group;
    private final Deletion deletion;
    private ResetSnapshot snapshot;
    private String cluster;
    private boolean unseen;

    DeletionProposal(SnapshotReader reader, String group, Deletion deletion) {
        this.reader = reader;
        this.group = group;
        this.deletion = deletion;
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public Optional<String> reason() {
        return deletion.reason();
    }

    @Override
    public String canonical() {
        return "delete|" + deletion.wholeGroup() + "|" + deletion.topic() + "|" + deletion.partition() + "|"
                + deletion.acknowledgeInUse() + "|" + deletion.acknowledgeUnseen() + "|" + deletion.stable();
    }

    @Override
    public Plan plan(Cluster cluster) {
        Committed committed = reader.committed(cluster, group, look(), false).orElseThrow();
        this.cluster = cluster.name();
        unseen = deletion.topic().isEmpty() && !cluster.canDescribeAllTopics();
        boolean ofShare = committed.listing().type() == GroupType.SHARE;
        if (ofShare && deletion.partition().isPresent()) {
            throw unfit(
                    UnplannableException.Kind.UNFIT,
                    "partition",
                    "Group \"" + group + "\" is a share group, and those forget by topic; leave the partition out.");
        }
        List<PartitionTarget> targets = new ArrayList<>();
        committed.commits().forEach((topic, number, offset) -> {
            boolean wanted = deletion.topic().map(topic::equals).orElse(true)
                    && deletion.partition()
                            .map(partition -> partition == number)
                            .orElse(true);
            if (wanted) {
                targets.add(new PartitionTarget(new TopicPartition(topic, number), new None(), "topic"));
            }
        });
        if (targets.isEmpty() && !deletion.wholeGroup()) {
            throw unfit(
                    UnplannableException.Kind.NO_COMMIT,
                    "topic",
                    "Group \"" + group
                            + "\" has committed nothing there that the service may see, so there is nothing to"
                            + " delete.");
        }
        snapshot = reader.snapshot(
                cluster,
                committed.listing(),
                Optional.of(committed),
                targets,
                Map.of(),
                Map.of(),
                List.of(),
                deletion.acknowledgeInUse());
        return plan();
    }

    private static UnplannableException unfit(UnplannableException.Kind kind, String parameter, String message) {
        return new UnplannableException(List.of(new Flaw(kind, parameter, Optional.empty(), message)));
    }

    @Override
    public Plan planAgain(Cluster cluster) {
        snapshot = reader.again(cluster, snapshot, look(), deletion.acknowledgeInUse());
        return plan();
    }

    /** With a group everything is deleted that transactions hold, on whatever topic. */
    private Look look() {
        if (!deletion.stable()) {
            return new Look.Nowhere();
        }
        return deletion.wholeGroup() ? new Look.Everywhere() : new Look.At(Set.of());
    }

    private Plan plan() {
        GroupDescription described = snapshot.description().orElseThrow();
        boolean occupied = Blocker.notEmpty(described).isPresent();
        List<Blocker> blockers = new ArrayList<>(snapshot.blockers());
        if (deletion.wholeGroup() || !forgetsWhileOccupied(described)) {
            Blocker.notEmpty(described).ifPresent(blockers::add);
        } else if (occupied) {
            blockers.addAll(subscribed(described));
        }
        Blocker.lacking(described, "delete", "Delete").ifPresent(blockers::add);
        if (snapshot.inUse()) {
            blockers.add(Blocker.inUse(group));
        }
        if (!deletion.wholeGroup()) {
            blockers.addAll(Blockers.ofTopics(snapshot));
        }
        pending().forEach(partition -> blockers.add(Blocker.pendingDeletion(partition)));
        boolean deletesUnseen = unseen && deletion.wholeGroup();
        if (deletesUnseen && !deletion.acknowledgeUnseen()) {
            blockers.add(Blocker.unseen(cluster, group));
        }
        List<PlanRow> rows = snapshot.targets().stream()
                .map(target -> row(target.partition(), occupied))
                .toList();
        return new Plan(
                deletion.wholeGroup() ? Kind.DELETE_GROUP : Kind.DELETE_OFFSETS,
                snapshot.group(),
                snapshot.description(),
                rows,
                blockers,
                snapshot.group().type() == GroupType.SHARE ? Blockers.warnings(snapshot) : List.of(),
                deletesUnseen ? Unseen.DELETED : unseen ? Unseen.LEFT_ALONE : Unseen.NONE);
    }

    /** What an open transaction holds of that which is to be deleted. */
    private Set<TopicPartition> pending() {
        Set<TopicPartition> pending = new TreeSet<>(snapshot.pending());
        if (!deletion.wholeGroup()) {
            pending.retainAll(
                    snapshot.targets().stream().map(PartitionTarget::partition).collect(Collectors.toSet()));
        }
        return pending;
    }

    /** Consumers tell the coordinator what they subscribe to, so it can forget what none of them reads. */
    private static boolean forgetsWhileOccupied(GroupDescription group) {
        return group.type() == GroupType.CONSUMER
                || group.type() == GroupType.CLASSIC && group.protocol().equals("consumer");
    }

    private List<Blocker> subscribed(GroupDescription described) {
        List<Blocker> blockers = new ArrayList<>();
        Set<String> topics = new TreeSet<>();
        snapshot.targets().forEach(target -> topics.add(target.partition().topic()));
        for (String topic : topics) {
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

    private PlanRow row(TopicPartition partition, boolean occupied) {
        Optional<Commit> now = snapshot.commits().of(partition);
        return new PlanRow(
                partition,
                snapshot.topicIdOf(partition),
                now,
                Optional.empty(),
                Optional.empty(),
                snapshot.offset(LogPoint.Named.FIRST, partition),
                snapshot.offset(LogPoint.Named.LAST, partition),
                Optional.empty(),
                now.isEmpty()
                        ? Optional.of(Note.UNCHANGED)
                        : occupied ? Optional.of(Note.SUBSCRIPTION_UNKNOWN) : Optional.empty(),
                now.isEmpty() ? Intention.UNCHANGED : Intention.PLANNED,
                Optional.empty());
    }
}
