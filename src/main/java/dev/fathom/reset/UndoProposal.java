package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Change;
import dev.fathom.operation.Deferral;
import dev.fathom.operation.Kind;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Result.Fate;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.None;
import dev.fathom.reset.GroupReader.Committed;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.UnplannableException.ValidationError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts back what was committed before an operation, exactly: offset, leader epoch, metadata, and the absence of commits. */
final class UndoProposal implements Proposal {

    private final Operation operation;
    private final UndoRequest request;
    private final Map<TopicPartition, Change> changes = new LinkedHashMap<>();

    UndoProposal(Operation operation, UndoRequest request) {
        this.operation = operation;
        this.request = request;
        if (!operation.leavesSomethingToUndo()) {
            throw new UnplannableException(List.of(
                    new ValidationError(UnplannableException.Kind.UNFIT, "id", Optional.empty(), whyNot(operation))));
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
        if (operation.redrive().isPresent()) {
            return name + " cannot be undone: a record that was put back on its topic stays there.";
        }
        if (operation.status().leftTraces()) {
            return name + " cannot be undone: "
                    + (operation.kind() == Kind.REMOVE_MEMBERS
                            ? "members rejoin automatically."
                            : "a share group's start offsets cannot be restored once they are deleted.");
        }
        return name + " is " + operation.status().wireName() + ": there is nothing to undo.";
    }

    @Override
    public String group() {
        return operation.group();
    }

    @Override
    public Optional<String> undoOf() {
        return Optional.of(operation.id());
    }

    @Override
    public String canonical() {
        String given = Stream.of(
                        Acknowledgement.CHANGED_SINCE,
                        Acknowledgement.OUT_OF_RANGE,
                        Acknowledgement.IN_USE,
                        Acknowledgement.STATE_KEPT,
                        Acknowledgement.UNSEEN)
                .map(each -> acknowledged().contains(each) + "|")
                .collect(Collectors.joining());
        return "undo|" + operation.id() + "|" + given + request.stable()
                + (request.waiting().pauseConsumers() ? "|pausing" : "");
    }

    @Override
    public UndoRequest request() {
        return request;
    }

    @Override
    public Look look() {
        return request.stable()
                ? new Look.At(
                        changes.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet()))
                : new Look.Nowhere();
    }

    @Override
    public Optional<Deferral> deferral(Instant now) {
        return request.waiting()
                .forEmpty()
                .map(wait -> Deferral.of(
                        now.plus(wait),
                        null,
                        List.of(),
                        null,
                        null,
                        request.stable(),
                        null,
                        request.reason().orElse(null),
                        request.acknowledged(),
                        request.waiting().pauseConsumers(),
                        null));
    }

    /** The request behind an undo that waits; it waits no more. */
    static UndoRequest request(Deferral deferral) {
        return new UndoRequest(
                deferral.acknowledged(),
                deferral.stable(),
                new Waiting(Optional.empty(), deferral.pauseConsumers()),
                Optional.ofNullable(deferral.reason()));
    }

    @Override
    public ResetSnapshot survey(SnapshotReader reader, Cluster cluster) {
        Optional<Committed> committed = reader.committed(cluster, group(), look(), true);
        List<PartitionTarget> targets = changes.values().stream()
                .map(change -> new PartitionTarget(change.partition(), position(change), "id"))
                .toList();
        return reader.snapshot(
                cluster,
                this,
                committed.map(Committed::listing).orElseGet(() -> SnapshotReader.toBeMade(group())),
                committed,
                targets,
                Map.of(),
                Map.of(),
                InternalTopics.of(cluster, committed, List.of()));
    }

    private static Position position(Change change) {
        return change.before()
                .<Position>map(commit -> new Absolute(commit.offset()))
                .orElseGet(None::new);
    }

    @Override
    public Plan plan(ResetSnapshot snapshot) {
        refuseHalfTopics(snapshot);
        List<Blocker> blockers = new ArrayList<>(Blockers.ofMove(snapshot));
        if (operation.unseen()) {
            blockers.add(Blocker.of(
                            Why.NOT_AUTHORIZED,
                            "Operation " + operation.id() + " deleted group \"" + group() + "\" with commits that the"
                                    + " service may not have seen; those are lost.")
                    .unless(Acknowledgement.UNSEEN, "Send {} to restore the others."));
        }
        List<PlanRow> rows = new ArrayList<>();
        for (PartitionTarget target : snapshot.targets()) {
            Change change = Required.in(changes, target.partition());
            Optional<Commit> now = snapshot.commits().of(target.partition());
            boolean there = Change.same(now, change.before(), snapshot.group().type());
            Optional<Blocker> blocker = there ? Optional.empty() : blocker(snapshot, change, now);
            blocker.ifPresent(blockers::add);
            rows.add(new PlanRow(
                    target.partition(),
                    snapshot.topicIdOf(target.partition()),
                    now,
                    there ? now : change.before(),
                    Optional.of(target.position()),
                    snapshot.logs().first(target.partition()),
                    snapshot.logs().last(target.partition()),
                    Optional.empty(),
                    there ? Optional.of(Note.UNCHANGED) : Optional.empty(),
                    there ? Intention.UNCHANGED : Intention.PLANNED,
                    blocker,
                    Optional.empty()));
        }
        return new Plan(
                Kind.UNDO,
                snapshot.group(),
                snapshot.description(),
                rows,
                Blockers.without(acknowledged(), blockers),
                Blockers.warnings(snapshot),
                Plan.Unseen.NONE);
    }

    /** The first that is not acknowledged. */
    private Optional<Blocker> blocker(ResetSnapshot snapshot, Change change, Optional<Commit> now) {
        return Stream.<Supplier<Optional<Blocker>>>of(
                        () -> pending(snapshot, change),
                        () -> otherTopic(snapshot, change),
                        () -> changedSince(snapshot, change, now),
                        () -> outOfLog(snapshot, change))
                .flatMap(each -> each.get().stream())
                .filter(blocker -> !blocker.isLiftedBy(acknowledged()))
                .findFirst();
    }

    private static Optional<Blocker> pending(ResetSnapshot snapshot, Change change) {
        if (!snapshot.pending().contains(change.partition())) {
            return Optional.empty();
        }
        return Optional.of(
                change.before().isPresent()
                        ? Blocker.pendingTransaction(change.partition())
                        : Blocker.pendingDeletion(change.partition()));
    }

    private static Optional<Blocker> otherTopic(ResetSnapshot snapshot, Change change) {
        TopicPartition partition = change.partition();
        Optional<ClusterException> problem =
                Optional.ofNullable(snapshot.topics().get(partition.topic())).flatMap(Outcome::problem);
        if (problem.isPresent() && problem.get().reason() != Reason.TOPIC_NOT_FOUND) {
            return Optional.of(
                    Blocker.of(Why.NOT_AUTHORIZED, partition, problem.get().getMessage()));
        }
        boolean recreated =
                !change.topicId().isEmpty() && !snapshot.topicIdOf(partition).equals(change.topicId());
        if (change.before().isEmpty() || (problem.isEmpty() && !recreated)) {
            return Optional.empty();
        }
        return Optional.of(Blocker.of(
                Why.TOPIC_RECREATED,
                partition,
                "Topic \"" + partition.topic() + "\" was deleted or recreated since, so the old offset "
                        + change.before().get().offset() + " of " + partition
                        + " belongs to a log that no longer exists."));
    }

    private static Optional<Blocker> changedSince(ResetSnapshot snapshot, Change change, Optional<Commit> now) {
        if (Change.same(now, change.after(), snapshot.group().type())) {
            return Optional.empty();
        }
        return Optional.of(Blocker.of(
                        Why.CHANGED_SINCE,
                        change.partition(),
                        "The commit on " + change.partition() + " is no longer the operation's: it is " + offset(now)
                                + ", and the operation left " + offset(change.after()) + ".")
                .unless(Acknowledgement.CHANGED_SINCE, "Send {} to restore the old one anyway."));
    }

    private static Optional<Blocker> outOfLog(ResetSnapshot snapshot, Change change) {
        if (change.before().isEmpty()) {
            return Optional.empty();
        }
        long old = change.before().get().offset();
        Optional<Long> first = snapshot.logs().first(change.partition());
        Optional<Long> last = snapshot.logs().last(change.partition());
        boolean inside = first.isPresent() && last.isPresent() && old >= first.get() && old <= last.get();
        return inside
                ? Optional.empty()
                : Optional.of(Blocker.of(
                                Why.OUT_OF_LOG,
                                change.partition(),
                                "The old offset " + old + " of " + change.partition()
                                        + " lies outside the log, which holds "
                                        + first.map(Object::toString).orElse("?") + " to "
                                        + last.map(Object::toString).orElse("?") + ".")
                        .unless(Acknowledgement.OUT_OF_RANGE, "Send {} to restore it anyway."));
    }

    private static String offset(Optional<Commit> commit) {
        return commit.map(c -> Long.toString(c.offset())).orElse("nothing");
    }

    /** Where offsets are deleted by topic, one partition's cannot be taken away while others stay. */
    private void refuseHalfTopics(ResetSnapshot snapshot) {
        if (!snapshot.group().type().deletesOffsetsByTopic()) {
            return;
        }
        Set<TopicPartition> deleted = new HashSet<>();
        Set<String> topics = new HashSet<>();
        changes.values().stream().filter(change -> change.before().isEmpty()).forEach(change -> {
            deleted.add(change.partition());
            topics.add(change.partition().topic());
        });
        List<ValidationError> errors = new ArrayList<>();
        snapshot.commits().forEach((topic, number, offset) -> {
            TopicPartition partition = new TopicPartition(topic, number);
            if (topics.contains(topic) && !deleted.contains(partition)) {
                errors.add(new ValidationError(
                        UnplannableException.Kind.UNFIT,
                        "id",
                        Optional.of(partition),
                        "The offsets of share groups are deleted by topic, and " + partition
                                + " has a start offset that must stay."));
            }
        });
        if (!errors.isEmpty()) {
            throw new UnplannableException(errors);
        }
    }
}
