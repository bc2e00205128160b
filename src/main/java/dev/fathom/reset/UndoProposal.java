package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Change;
import dev.fathom.operation.Kind;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Result.Fate;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.None;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.SnapshotReader.Committed;
import dev.fathom.reset.UnplannableException.Flaw;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts back what was committed before an operation, exactly: offset, leader epoch, metadata, and the absence of commits. */
final class UndoProposal implements Proposal {

    private final SnapshotReader reader;
    private final Operation operation;
    private final UndoRequest request;
    private final Map<TopicPartition, Change> changes = new LinkedHashMap<>();
    private ResetSnapshot snapshot;

    UndoProposal(SnapshotReader reader, Operation operation, UndoRequest request) {
        this.reader = reader;
        this.operation = operation;
        this.request = request;
        if (!operation.leavesSomethingToUndo()) {
            throw new UnplannableException(
                    List.of(new Flaw(UnplannableException.Kind.UNFIT, "id", Optional.empty(), whyNot(operation))));
        }
        for (Change change : operation.changes().get()) {
            if (operation
                    .fateOf(change.partition())
                    .filter(fate -> fate != Fate.FAILED)
                    .isPresent()) {
                changes.put(change.partition(), change);
            }
        }
    }

    private static String whyNot(Operation operation) {
        String name = "Operation " + operation.id() + " (" + operation.kind().wireName() + ")";
        if (operation.status().leftTraces()) {
            return name + " cannot be undone: "
                    + (operation.kind() == Kind.REMOVE_MEMBERS
                            ? "members join again by themselves."
                            : "a share group's start offsets cannot be put back once they are deleted.");
        }
        return name + " is " + operation.status().wireName() + ": there is nothing to put back.";
    }

    @Override
    public String group() {
        return operation.group();
    }

    @Override
    public Optional<String> reason() {
        return request.reason();
    }

    @Override
    public Optional<String> undoOf() {
        return Optional.of(operation.id());
    }

    @Override
    public String canonical() {
        return "undo|" + operation.id() + "|" + request.overwriteChanged() + "|" + request.acknowledgeOutOfRange() + "|"
                + request.acknowledgeInUse() + "|" + request.acknowledgeStateKept() + "|" + request.acknowledgeUnseen()
                + "|" + request.stable() + (request.pauseConsumers() ? "|pausing" : "");
    }

    @Override
    public boolean waits() {
        return request.waitForEmpty().isPresent();
    }

    @Override
    public Plan plan(Cluster cluster) {
        Optional<Committed> committed = reader.committed(cluster, group(), look(), true);
        GroupListing listing = committed.map(Committed::listing).orElseGet(() -> SnapshotReader.toBeMade(group()));
        List<String> internal = InternalTopics.of(cluster, committed, List.of());
        List<PartitionTarget> targets = changes.values().stream()
                .map(change -> new PartitionTarget(change.partition(), position(change), "id"))
                .toList();
        ResetSnapshot found = reader.snapshot(
                cluster, listing, committed, targets, Map.of(), Map.of(), internal, request.acknowledgeInUse());
        snapshot = request.pauseConsumers() ? found.without(Why.MANAGED) : found;
        return plan(waits());
    }

    private Look look() {
        return request.stable()
                ? new Look.At(
                        changes.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet()))
                : new Look.Nowhere();
    }

    private static Position position(Change change) {
        return change.before()
                .<Position>map(commit -> new Absolute(commit.offset()))
                .orElseGet(None::new);
    }

    @Override
    public Plan planAgain(Cluster cluster) {
        // It has come to this, so the waiting is over: a group that is occupied again is in the way.
        snapshot = reader.again(cluster, snapshot, look(), request.acknowledgeInUse());
        return plan(false);
    }

    /** @param waiting whether the group may still have members */
    private Plan plan(boolean waiting) {
        refuseHalfTopicsOfShareGroups();
        List<Blocker> blockers = new ArrayList<>(
                Blockers.inTheWay(snapshot, waiting, request.acknowledgeInUse(), request.acknowledgeStateKept()));
        if (operation.unseen() && !request.acknowledgeUnseen()) {
            blockers.add(Blocker.of(
                            Why.NOT_AUTHORIZED,
                            "Operation " + operation.id() + " deleted group \"" + group() + "\" with commits that the"
                                    + " service may not have seen; those are lost. Send acknowledgeUnseen: true to put back"
                                    + " the others.")
                    .liftedBy("acknowledgeUnseen"));
        }
        List<PlanRow> rows = new ArrayList<>();
        for (PartitionTarget target : snapshot.targets()) {
            Change change = changes.get(target.partition());
            Optional<Commit> now = snapshot.commits().of(target.partition());
            boolean there = same(now, change.before());
            Optional<Blocker> blocker = there ? Optional.empty() : inTheWay(change, now);
            blocker.ifPresent(blockers::add);
            rows.add(new PlanRow(
                    target.partition(),
                    snapshot.topicIdOf(target.partition()),
                    now,
                    there ? now : change.before(),
                    Optional.of(target.position()),
                    snapshot.offset(LogPoint.Named.FIRST, target.partition()),
                    snapshot.offset(LogPoint.Named.LAST, target.partition()),
                    Optional.empty(),
                    there ? Optional.of(Note.UNCHANGED) : Optional.empty(),
                    there ? Intention.UNCHANGED : Intention.PLANNED,
                    blocker));
        }
        return new Plan(
                Kind.UNDO, snapshot.group(), snapshot.description(), rows, blockers, Blockers.warnings(snapshot));
    }

    private boolean same(Optional<Commit> now, Optional<Commit> wanted) {
        return Change.same(now, wanted, snapshot.group().type());
    }

    private Optional<Blocker> inTheWay(Change change, Optional<Commit> now) {
        TopicPartition partition = change.partition();
        if (snapshot.pending().contains(partition)) {
            return Optional.of(
                    change.before().isPresent()
                            ? Blocker.pendingTransaction(partition)
                            : Blocker.pendingDeletion(partition));
        }
        Optional<ClusterException> trouble =
                Optional.ofNullable(snapshot.topics().get(partition.topic())).flatMap(Outcome::problem);
        if (trouble.isPresent() && trouble.get().reason() != Reason.TOPIC_NOT_FOUND) {
            return Optional.of(
                    Blocker.of(Why.NOT_AUTHORIZED, partition, trouble.get().getMessage()));
        }
        boolean recreated =
                !change.topicId().isEmpty() && !snapshot.topicIdOf(partition).equals(change.topicId());
        if (change.before().isPresent() && (trouble.isPresent() || recreated)) {
            return Optional.of(Blocker.of(
                    Why.TOPIC_RECREATED,
                    partition,
                    "Topic \"" + partition.topic() + "\" was deleted or recreated since, so the old offset "
                            + change.before().get().offset() + " of " + partition
                            + " is a place in a log that is gone."));
        }
        if (!same(now, change.after()) && !request.overwriteChanged()) {
            return Optional.of(Blocker.of(
                            Why.CHANGED_SINCE,
                            partition,
                            "The commit on " + partition + " is no longer the operation's: it is " + offset(now)
                                    + ", and the"
                                    + " operation left " + offset(change.after())
                                    + ". Send overwriteChanged: true to put the old one back all the same.")
                    .liftedBy("overwriteChanged"));
        }
        return outOfLog(change);
    }

    private Optional<Blocker> outOfLog(Change change) {
        if (change.before().isEmpty() || request.acknowledgeOutOfRange()) {
            return Optional.empty();
        }
        long old = change.before().get().offset();
        Optional<Long> first = snapshot.offset(LogPoint.Named.FIRST, change.partition());
        Optional<Long> last = snapshot.offset(LogPoint.Named.LAST, change.partition());
        boolean inside = first.isPresent() && last.isPresent() && old >= first.get() && old <= last.get();
        return inside
                ? Optional.empty()
                : Optional.of(Blocker.of(
                                Why.OUT_OF_LOG,
                                change.partition(),
                                "The old offset " + old + " of " + change.partition()
                                        + " lies outside the log, which holds "
                                        + first.map(Object::toString).orElse("?") + " to "
                                        + last.map(Object::toString).orElse("?")
                                        + ". Send acknowledgeOutOfRange: true to put it back all the same.")
                        .liftedBy("acknowledgeOutOfRange"));
    }

    private static String offset(Optional<Commit> commit) {
        return commit.map(c -> Long.toString(c.offset())).orElse("nothing");
    }

    /** A share group forgets by topic: one partition's start offset cannot be taken away while others stay. */
    private void refuseHalfTopicsOfShareGroups() {
        if (snapshot.group().type() != GroupType.SHARE) {
            return;
        }
        Set<TopicPartition> deleted = new HashSet<>();
        Set<String> topics = new HashSet<>();
        changes.values().stream().filter(change -> change.before().isEmpty()).forEach(change -> {
            deleted.add(change.partition());
            topics.add(change.partition().topic());
        });
        List<Flaw> flaws = new ArrayList<>();
        snapshot.commits().forEach((topic, number, offset) -> {
            TopicPartition partition = new TopicPartition(topic, number);
            if (topics.contains(topic) && !deleted.contains(partition)) {
                flaws.add(new Flaw(
                        UnplannableException.Kind.UNFIT,
                        "id",
                        Optional.of(partition),
                        "Share groups forget by topic, and " + partition + " has a start offset that must stay."));
            }
        });
        if (!flaws.isEmpty()) {
            throw new UnplannableException(flaws);
        }
    }
}
