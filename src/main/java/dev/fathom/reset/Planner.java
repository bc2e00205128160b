package dev.fathom.reset;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.None;
import dev.fathom.position.Position.OfGroup;
import dev.fathom.position.Position.Shifted;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.UnplannableException.Flaw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns a snapshot and a request into a plan. Asks nothing and changes nothing, so that a dry run and the real thing come
 * to the same plan from the same snapshot.
 */
final class Planner {

    private final ResetSnapshot snapshot;
    private final ResetRequest request;
    private final List<Flaw> flaws = new ArrayList<>();
    private final List<Blocker> blockers = new ArrayList<>();

    private Planner(ResetSnapshot snapshot, ResetRequest request) {
        this.snapshot = snapshot;
        this.request = request;
    }

    /** @throws UnplannableException when a position cannot be resolved as asked */
    static Plan plan(ResetSnapshot snapshot, ResetRequest request) {
        return new Planner(snapshot, request).plan();
    }

    private Plan plan() {
        List<PlanRow> rows = snapshot.targets().stream().map(this::row).toList();
        if (!flaws.isEmpty()) {
            throw new UnplannableException(flaws);
        }
        boolean copy = !snapshot.targets().isEmpty()
                && snapshot.targets().stream().allMatch(target -> target.position() instanceof OfGroup);
        return new Plan(
                copy ? Kind.COPY : Kind.RESET,
                snapshot.group(),
                snapshot.description(),
                rows,
                blockers(),
                Blockers.warnings(snapshot));
    }

    /** A place in the log, and what else the broker said of it. */
    private record Place(long offset, OptionalInt epoch, Optional<Instant> timestamp, Optional<String> metadata) {

        static Place at(long offset) {
            return new Place(offset, OptionalInt.empty(), Optional.empty(), Optional.empty());
        }

        static Place of(LogOffset found) {
            return new Place(found.offset(), found.leaderEpoch(), found.timestamp(), Optional.empty());
        }
    }

    private PlanRow row(PartitionTarget target) {
        Optional<Commit> from = snapshot.commits().of(target.partition());
        if (target.position() instanceof None) {
            return row(target, from, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Optional<ClusterException> trouble = trouble(target.partition());
        if (trouble.isPresent()) {
            return troubled(target, from, trouble.get());
        }
        Optional<LogPoint> point = target.position().point(snapshot.now());
        Optional<LogOffset> found = point.flatMap(asked -> snapshot.found(asked, target.partition())
                .flatMap(Outcome::value)
                .flatMap(offset -> offset));
        if (point.isPresent() && found.isEmpty()) {
            return withoutRecord(target, from, point.get());
        }
        return resolved(target, from, found)
                .map(place -> row(target, from, place))
                .orElseGet(() -> unresolved(target, from));
    }

    /** What the topic or the log of a partition answered instead of offsets. */
    private Optional<ClusterException> trouble(TopicPartition partition) {
        Optional<ClusterException> ofTopic =
                Optional.ofNullable(snapshot.topics().get(partition.topic())).flatMap(Outcome::problem);
        return ofTopic.or(() -> snapshot.points().values().stream()
                .flatMap(answers -> Optional.ofNullable(answers.get(partition)).stream())
                .flatMap(outcome -> outcome.problem().stream())
                .findFirst());
    }

    private PlanRow troubled(PartitionTarget target, Optional<Commit> from, ClusterException trouble) {
        if (trouble.reason() == Reason.NOT_AUTHORIZED) {
            Blocker blocker = Blocker.of(Why.NOT_AUTHORIZED, target.partition(), trouble.getMessage());
            blockers.add(blocker);
            return new PlanRow(
                    target.partition(),
                    "",
                    from,
                    from,
                    Optional.of(target.position()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Intention.SKIPPED,
                    Optional.of(blocker));
        }
        UnplannableException.Kind kind =
                switch (trouble.reason()) {
                    case TOPIC_NOT_FOUND, PARTITION_NOT_FOUND -> UnplannableException.Kind.UNFIT;
                    case LEADER_UNAVAILABLE -> UnplannableException.Kind.UNAVAILABLE;
                    default -> throw trouble;
                };
        flaw(kind, target, trouble.getMessage());
        return unresolved(target, from);
    }

    /** A row of a plan that will not be made. */
    private PlanRow unresolved(PartitionTarget target, Optional<Commit> from) {
        return row(target, from, from, Optional.empty(), Optional.empty());
    }

    private void flaw(UnplannableException.Kind kind, PartitionTarget target, String message) {
        flaws.add(new Flaw(kind, target.pointer(), Optional.of(target.partition()), message));
    }

    private PlanRow withoutRecord(PartitionTarget target, Optional<Commit> from, LogPoint point) {
        String where = target.position() + " has no answer on " + target.partition();
        if (point == LogPoint.Named.LATEST_TIERED || point == LogPoint.Named.EARLIEST_LOCAL) {
            flaw(UnplannableException.Kind.UNFIT, target, where + ": nothing of this log is in tiered storage.");
            return unresolved(target, from);
        }
        if (request.noRecordAtOrAfter() == NoRecord.REJECT) {
            flaw(
                    UnplannableException.Kind.NO_RECORD,
                    target,
                    where + ": no record lies at or after it; the last offset is "
                            + snapshot.offset(LogPoint.Named.LAST, target.partition())
                                    .orElse(null)
                            + ". Send noRecordAtOrAfter latest or skip if that is what you want.");
            return unresolved(target, from);
        }
        if (request.noRecordAtOrAfter() == NoRecord.SKIP) {
            return row(target, from, from, Optional.of(Note.NO_RECORD_AT_OR_AFTER), Optional.of(Intention.SKIPPED));
        }
        LogOffset end = snapshot.found(LogPoint.Named.LAST, target.partition())
                .flatMap(Outcome::value)
                .flatMap(offset -> offset)
                .orElseThrow();
        return row(
                target, from, commit(from, Place.of(end)), Optional.of(Note.NO_RECORD_AT_OR_AFTER), Optional.empty());
    }

    /** Where a position lies before it is held against the log; empty when it lies nowhere. */
    private Optional<Place> resolved(PartitionTarget target, Optional<Commit> from, Optional<LogOffset> found) {
        if (target.position() instanceof OfGroup other) {
            Optional<Commit> theirs = snapshot.others().get(other.group()).of(target.partition());
            if (theirs.isEmpty()) {
                flaw(
                        UnplannableException.Kind.NO_COMMIT,
                        target,
                        "Group \"" + other.group() + "\" has committed nothing on " + target.partition() + ".");
            }
            return theirs.map(commit ->
                    new Place(commit.offset(), commit.leaderEpoch(), Optional.empty(), Optional.of(commit.metadata())));
        }
        if (target.position() instanceof Absolute absolute) {
            return Optional.of(Place.at(absolute.offset()));
        }
        boolean fromCommit = target.position() instanceof Shifted shifted && shifted.anchor() == Anchor.CURRENT;
        if (fromCommit && from.isEmpty()) {
            flaw(
                    UnplannableException.Kind.NO_COMMIT,
                    target,
                    "Group \"" + snapshot.group().id() + "\" has committed nothing on " + target.partition() + ", so "
                            + target.position() + " is no place there.");
            return Optional.empty();
        }
        long anchor = fromCommit ? from.get().offset() : found.orElseThrow().offset();
        Optional<Long> offset = target.position().from(anchor);
        if (offset.isPresent()) {
            return found.filter(exact -> exact.offset() == offset.get())
                    .map(Place::of)
                    .or(() -> offset.map(Place::at));
        }
        // Left the range of an offset: outside the log like any other.
        long beyond = ((Shifted) target.position()).by() < 0 ? -1 : Long.MAX_VALUE;
        return Optional.of(Place.at(beyond));
    }

    /** Holds a place against the log. */
    private PlanRow row(PartitionTarget target, Optional<Commit> from, Place place) {
        long first = snapshot.offset(LogPoint.Named.FIRST, target.partition()).orElseThrow();
        long last = snapshot.offset(LogPoint.Named.LAST, target.partition()).orElseThrow();
        if (place.offset() >= first && place.offset() <= last) {
            return row(target, from, commit(from, place), Optional.empty(), Optional.empty(), place.timestamp());
        }
        if (request.outOfRange() == OutOfRange.REJECT) {
            String where = place.offset() < 0 || place.offset() == Long.MAX_VALUE ? "" : " (" + place.offset() + ")";
            flaw(
                    UnplannableException.Kind.OUT_OF_RANGE,
                    target,
                    target.position() + where + " lies outside " + target.partition() + ", which holds offsets " + first
                            + " to " + last + "." + hint(target));
            return unresolved(target, from);
        }
        boolean before = place.offset() < first;
        LogOffset border = snapshot.found(before ? LogPoint.Named.FIRST : LogPoint.Named.LAST, target.partition())
                .flatMap(Outcome::value)
                .flatMap(offset -> offset)
                .orElseThrow();
        return row(
                target,
                from,
                commit(from, Place.of(border)),
                Optional.of(before ? Note.CLAMPED_TO_FIRST : Note.CLAMPED_TO_LAST),
                Optional.empty());
    }

    private static String hint(PartitionTarget target) {
        return target.position() instanceof Absolute absolute ? absolute.hint() : "";
    }

    private Optional<String> warning(PartitionTarget target, Optional<Note> note, Optional<Instant> timestamp) {
        boolean clamped =
                note.equals(Optional.of(Note.CLAMPED_TO_LAST)) && !hint(target).isEmpty();
        return clamped
                ? Optional.of(target.position() + " lies after the end of " + target.partition() + "." + hint(target))
                : timestamp.flatMap(time -> PlanRow.dated(target.partition(), time, snapshot.now()));
    }

    private Optional<Commit> commit(Optional<Commit> from, Place place) {
        if (snapshot.group().type() == GroupType.SHARE) {
            return Optional.of(new Commit(place.offset(), OptionalInt.empty(), ""));
        }
        String metadata = request.metadata()
                .or(place::metadata)
                .or(() -> from.map(Commit::metadata))
                .orElse("");
        return Optional.of(new Commit(place.offset(), place.epoch(), metadata));
    }

    private PlanRow row(
            PartitionTarget target,
            Optional<Commit> from,
            Optional<Commit> to,
            Optional<Note> note,
            Optional<Intention> intention) {
        return row(target, from, to, note, intention, Optional.empty());
    }

    private PlanRow row(
            PartitionTarget target,
            Optional<Commit> from,
            Optional<Commit> to,
            Optional<Note> note,
            Optional<Intention> intention,
            Optional<Instant> timestamp) {
        // A share group that is moved to where it is still forgets what it knows of the records after it.
        boolean unchanged = intention.isEmpty() && snapshot.group().type() != GroupType.SHARE && sameBut(from, to);
        return new PlanRow(
                target.partition(),
                snapshot.topicIdOf(target.partition()),
                from,
                unchanged ? from : to,
                Optional.of(target.position()),
                snapshot.offset(LogPoint.Named.FIRST, target.partition()),
                snapshot.offset(LogPoint.Named.LAST, target.partition()),
                timestamp,
                note.or(() -> unchanged ? Optional.of(Note.UNCHANGED) : Optional.empty()),
                intention.orElse(unchanged ? Intention.UNCHANGED : Intention.PLANNED),
                blocked(target),
                warning(target, note, timestamp));
    }

    /** A commit at the same offset with the same metadata is left as it is, whatever its leader epoch. */
    private static boolean sameBut(Optional<Commit> from, Optional<Commit> to) {
        return from.map(Commit::offset).equals(to.map(Commit::offset))
                && from.map(Commit::metadata).equals(to.map(Commit::metadata));
    }

    private Optional<Blocker> blocked(PartitionTarget target) {
        if (!snapshot.pending().contains(target.partition())) {
            return Optional.empty();
        }
        Blocker blocker = target.position() instanceof None
                ? Blocker.pendingDeletion(target.partition())
                : Blocker.pendingTransaction(target.partition());
        blockers.add(blocker);
        return Optional.of(blocker);
    }

    /** Who moves all that a group has committed means what it is about to commit too. */
    private List<Blocker> pendingElsewhere() {
        if (!request.targets().isEmpty()) {
            return List.of();
        }
        Set<TopicPartition> others = new TreeSet<>(snapshot.pending());
        snapshot.targets().forEach(target -> others.remove(target.partition()));
        return others.stream()
                .map(partition -> Blocker.of(
                                Why.PENDING_TRANSACTION,
                                partition,
                                "The group has committed nothing on " + partition + ", but an open transaction holds a"
                                        + " commit there, so the move would leave it out. Wait for the transaction to end,"
                                        + " name targets, or send stable: false.")
                        .liftedBy("stable"))
                .toList();
    }

    private List<Blocker> blockers() {
        List<Blocker> all = new ArrayList<>(Blockers.inTheWay(
                snapshot,
                request.waitForEmpty().isPresent(),
                request.acknowledgeInUse(),
                request.acknowledgeStateKept()));
        all.addAll(blockers);
        all.addAll(pendingElsewhere());
        return all;
    }
}
