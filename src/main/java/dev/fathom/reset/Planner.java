package dev.fathom.reset;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Kind;
import dev.fathom.past.PastCommits.Known;
import dev.fathom.position.Place;
import dev.fathom.reset.Plan.Unseen;
import dev.fathom.reset.PlanRow.Intention;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import dev.fathom.reset.UnplannableException.ValidationError;
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
    private final List<ValidationError> errors = new ArrayList<>();
    private final List<Blocker> blockers = new ArrayList<>();

    private Planner(ResetSnapshot snapshot, ResetRequest request) {
        this.snapshot = snapshot;
        this.request = request;
    }

    /** @throws UnplannableException when a position cannot be resolved as asked */
    static Plan plan(ResetSnapshot snapshot, ResetRequest request, Set<Acknowledgement> acknowledged) {
        return new Planner(snapshot, request).plan(acknowledged);
    }

    private Plan plan(Set<Acknowledgement> acknowledged) {
        List<PlanRow> rows = snapshot.targets().stream().map(this::row).toList();
        if (!errors.isEmpty()) {
            throw new UnplannableException(errors);
        }
        boolean copy = !snapshot.targets().isEmpty()
                && snapshot.targets().stream()
                        .allMatch(target -> target.position().otherGroup().isPresent());
        return new Plan(
                copy ? Kind.COPY : Kind.RESET,
                snapshot.group(),
                snapshot.description(),
                rows,
                Blockers.without(acknowledged, blockers()),
                Blockers.warnings(snapshot),
                snapshot.mayHideCommits() ? Unseen.LEFT_ALONE : Unseen.NONE);
    }

    private PlanRow row(PartitionTarget target) {
        Optional<Commit> from = snapshot.commits().of(target.partition());
        if (target.position().deletes()) {
            return row(target, from, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Optional<ClusterException> problem = problem(target.partition());
        if (problem.isPresent()) {
            return unanswered(target, from, problem.get());
        }
        Optional<Known> past = past(target);
        Optional<String> unknown =
                past.flatMap(known -> PastPlaces.unknown(snapshot.group().id(), target, known));
        if (unknown.isPresent()) {
            return invalid(UnplannableException.Kind.NO_COMMIT, target, from, unknown.get());
        }
        Place place = snapshot.logs()
                .resolve(
                        target.position(),
                        target.partition(),
                        from,
                        snapshot.others(),
                        past.flatMap(known -> PastPlaces.commit(known, from)));
        return switch (place.kind()) {
            case FOUND -> row(target, from, place);
            case NO_RECORD -> withoutRecord(target, from);
            case NOT_TIERED ->
                invalid(
                        UnplannableException.Kind.UNFIT,
                        target,
                        from,
                        noAnswer(target) + ": no part of this log is in tiered storage.");
            case NO_COMMIT -> invalid(UnplannableException.Kind.NO_COMMIT, target, from, noCommit(target));
            case NOWHERE -> throw new IllegalStateException(target.position() + " is to be deleted");
        };
    }

    /** What the topic or the log of a partition answered instead of offsets. */
    private Optional<ClusterException> problem(TopicPartition partition) {
        Optional<ClusterException> ofTopic =
                Optional.ofNullable(snapshot.topics().get(partition.topic())).flatMap(Outcome::problem);
        return ofTopic.or(() -> snapshot.logs().problem(partition));
    }

    private PlanRow unanswered(PartitionTarget target, Optional<Commit> from, ClusterException problem) {
        if (problem.reason() == Reason.NOT_AUTHORIZED) {
            Blocker blocker = Blocker.of(Why.NOT_AUTHORIZED, target.partition(), problem.getMessage());
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
                    Optional.of(blocker),
                    Optional.empty());
        }
        UnplannableException.Kind kind =
                switch (problem.reason()) {
                    case TOPIC_NOT_FOUND, PARTITION_NOT_FOUND -> UnplannableException.Kind.UNFIT;
                    case LEADER_UNAVAILABLE -> UnplannableException.Kind.UNAVAILABLE;
                    default -> throw problem;
                };
        return invalid(kind, target, from, problem.getMessage());
    }

    /** A row of a plan that will not be made. */
    private PlanRow invalid(
            UnplannableException.Kind kind, PartitionTarget target, Optional<Commit> from, String message) {
        errors.add(new ValidationError(kind, target.pointer(), Optional.of(target.partition()), message));
        return row(target, from, from, Optional.empty(), Optional.empty());
    }

    private static String noAnswer(PartitionTarget target) {
        return target.position() + " has no answer on " + target.partition();
    }

    private String noCommit(PartitionTarget target) {
        Optional<String> other = target.position().otherGroup();
        String group = other.orElse(snapshot.group().id());
        String what = "Group \"" + group + "\" has committed nothing on " + target.partition();
        return what + (other.isPresent() ? "." : ", so " + target.position() + " cannot be resolved there.");
    }

    private PlanRow withoutRecord(PartitionTarget target, Optional<Commit> from) {
        return switch (request.policy().noRecordAtOrAfter()) {
            case REJECT ->
                invalid(
                        UnplannableException.Kind.NO_RECORD,
                        target,
                        from,
                        noAnswer(target) + ": no record is at or after it; the last offset is "
                                + snapshot.logs().last(target.partition()).orElse(null)
                                + ". Send noRecordAtOrAfter latest or skip if that is what you want.");
            case SKIP ->
                row(target, from, from, Optional.of(Note.NO_RECORD_AT_OR_AFTER), Optional.of(Intention.SKIPPED));
            case LATEST ->
                row(
                        target,
                        from,
                        commit(from, end(LogPoint.Named.LAST, target)),
                        Optional.of(Note.NO_RECORD_AT_OR_AFTER),
                        Optional.empty());
        };
    }

    private Place end(LogPoint.Named point, PartitionTarget target) {
        return Place.of(snapshot.logs().find(point, target.partition()).orElseThrow());
    }

    /** Checks a place against the ends of the log. */
    private PlanRow row(PartitionTarget target, Optional<Commit> from, Place place) {
        long first = snapshot.logs().first(target.partition()).orElseThrow();
        long last = snapshot.logs().last(target.partition()).orElseThrow();
        if (place.inside(first, last).isPresent()) {
            return row(target, from, commit(from, place), Optional.empty(), Optional.empty(), place.timestamp());
        }
        if (request.policy().outOfRange() == OutOfRange.REJECT) {
            String where = place.offset() < 0 || place.offset() == Long.MAX_VALUE ? "" : " (" + place.offset() + ")";
            return invalid(
                    UnplannableException.Kind.OUT_OF_RANGE,
                    target,
                    from,
                    target.position() + where + " lies outside " + target.partition() + ", which holds offsets " + first
                            + " to " + last + "." + target.position().hint());
        }
        boolean before = place.offset() < first;
        return row(
                target,
                from,
                commit(from, end(before ? LogPoint.Named.FIRST : LogPoint.Named.LAST, target)),
                Optional.of(before ? Note.CLAMPED_TO_FIRST : Note.CLAMPED_TO_LAST),
                Optional.empty());
    }

    private Optional<Known> past(PartitionTarget target) {
        return Optional.ofNullable(snapshot.past().get(target));
    }

    private Optional<String> warning(PartitionTarget target, Optional<Note> note, Optional<Instant> timestamp) {
        Optional<String> unsure = past(target).flatMap(known -> PastPlaces.warning(target.partition(), known));
        if (unsure.isPresent()) {
            return unsure;
        }
        String hint = target.position().hint();
        return note.equals(Optional.of(Note.CLAMPED_TO_LAST)) && !hint.isEmpty()
                ? Optional.of(target.position() + " lies after the end of " + target.partition() + "." + hint)
                : timestamp.flatMap(time -> PlanRow.dated(target.partition(), time, snapshot.now()));
    }

    private Optional<Commit> commit(Optional<Commit> from, Place place) {
        if (!snapshot.group().type().keepsMetadata()) {
            return Optional.of(new Commit(place.offset(), OptionalInt.empty(), ""));
        }
        String metadata = request.policy()
                .metadata()
                .or(place::metadata)
                .or(() -> from.map(Commit::metadata))
                .orElse("");
        return Optional.of(new Commit(place.offset(), place.leaderEpoch(), metadata));
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
        boolean unchanged =
                intention.isEmpty() && !snapshot.group().type().movesDiscardDeliveryState() && sameBut(from, to);
        return new PlanRow(
                target.partition(),
                snapshot.topicIdOf(target.partition()),
                from,
                unchanged ? from : to,
                Optional.of(target.position()),
                snapshot.logs().first(target.partition()),
                snapshot.logs().last(target.partition()),
                timestamp,
                note.or(() -> unchanged ? Optional.of(Note.UNCHANGED) : Optional.empty()),
                intention.orElse(unchanged ? Intention.UNCHANGED : Intention.PLANNED),
                blocked(target),
                warning(target, note, timestamp),
                past(target));
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
        Blocker blocker = target.position().deletes()
                ? Blocker.pendingDeletion(target.partition())
                : Blocker.pendingTransaction(target.partition());
        blockers.add(blocker);
        return Optional.of(blocker);
    }

    /** A move of everything a group has committed is meant for what it is about to commit, too. */
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
                        .unlessUnstable())
                .toList();
    }

    private List<Blocker> blockers() {
        List<Blocker> all = new ArrayList<>(Blockers.ofMove(snapshot));
        all.addAll(blockers);
        all.addAll(pendingElsewhere());
        return all;
    }
}
