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
import dev.fathom.reset.Situation.Aim;
import dev.fathom.reset.UnplannableException.Flaw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns a situation and a request into a plan. Asks nothing and changes nothing, so that a dry run and the real thing come
 * to the same plan from the same situation.
 */
final class Planner {

    private final Situation situation;
    private final ResetRequest request;
    private final List<Flaw> flaws = new ArrayList<>();
    private final List<Blocker> blockers = new ArrayList<>();

    private Planner(Situation situation, ResetRequest request) {
        this.situation = situation;
        this.request = request;
    }

    /** @throws UnplannableException when a position cannot be resolved as asked */
    static Plan plan(Situation situation, ResetRequest request) {
        return new Planner(situation, request).plan();
    }

    private Plan plan() {
        List<PlanRow> rows = situation.aims().stream().map(this::row).toList();
        if (!flaws.isEmpty()) {
            throw new UnplannableException(flaws);
        }
        boolean copy = !situation.aims().isEmpty()
                && situation.aims().stream().allMatch(aim -> aim.position() instanceof OfGroup);
        return new Plan(
                copy ? Kind.COPY : Kind.RESET,
                situation.group(),
                situation.description(),
                rows,
                blockers(),
                Obstacles.warnings(situation));
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

    private PlanRow row(Aim aim) {
        Optional<Commit> from = situation.commits().of(aim.partition());
        if (aim.position() instanceof None) {
            return row(aim, from, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Optional<ClusterException> trouble = trouble(aim.partition());
        if (trouble.isPresent()) {
            return troubled(aim, from, trouble.get());
        }
        Optional<LogPoint> point = aim.position().point(situation.now());
        Optional<LogOffset> found = point.flatMap(asked ->
                situation.found(asked, aim.partition()).flatMap(Outcome::value).flatMap(offset -> offset));
        if (point.isPresent() && found.isEmpty()) {
            return withoutRecord(aim, from, point.get());
        }
        return resolved(aim, from, found).map(place -> row(aim, from, place)).orElseGet(() -> unresolved(aim, from));
    }

    /** What the topic or the log of a partition answered instead of offsets. */
    private Optional<ClusterException> trouble(TopicPartition partition) {
        Optional<ClusterException> ofTopic =
                Optional.ofNullable(situation.topics().get(partition.topic())).flatMap(Outcome::problem);
        return ofTopic.or(() -> situation.points().values().stream()
                .flatMap(answers -> Optional.ofNullable(answers.get(partition)).stream())
                .flatMap(outcome -> outcome.problem().stream())
                .findFirst());
    }

    private PlanRow troubled(Aim aim, Optional<Commit> from, ClusterException trouble) {
        if (trouble.reason() == Reason.NOT_AUTHORIZED) {
            Blocker blocker = Blocker.of(Why.NOT_AUTHORIZED, aim.partition(), trouble.getMessage());
            blockers.add(blocker);
            return new PlanRow(
                    aim.partition(),
                    "",
                    from,
                    from,
                    Optional.of(aim.position()),
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
        flaw(kind, aim, trouble.getMessage());
        return unresolved(aim, from);
    }

    /** A row of a plan that will not be made. */
    private PlanRow unresolved(Aim aim, Optional<Commit> from) {
        return row(aim, from, from, Optional.empty(), Optional.empty());
    }

    private void flaw(UnplannableException.Kind kind, Aim aim, String message) {
        flaws.add(new Flaw(kind, aim.pointer(), Optional.of(aim.partition()), message));
    }

    private PlanRow withoutRecord(Aim aim, Optional<Commit> from, LogPoint point) {
        String where = aim.position() + " has no answer on " + aim.partition();
        if (point == LogPoint.Named.LATEST_TIERED || point == LogPoint.Named.EARLIEST_LOCAL) {
            flaw(UnplannableException.Kind.UNFIT, aim, where + ": nothing of this log is in tiered storage.");
            return unresolved(aim, from);
        }
        if (request.noRecordAtOrAfter() == NoRecord.REJECT) {
            flaw(
                    UnplannableException.Kind.NO_RECORD,
                    aim,
                    where + ": no record lies at or after it; the last offset is "
                            + situation
                                    .offset(LogPoint.Named.LAST, aim.partition())
                                    .orElse(null)
                            + ". Send noRecordAtOrAfter latest or skip if that is what you want.");
            return unresolved(aim, from);
        }
        if (request.noRecordAtOrAfter() == NoRecord.SKIP) {
            return row(aim, from, from, Optional.of(Note.NO_RECORD_AT_OR_AFTER), Optional.of(Intention.SKIPPED));
        }
        LogOffset end = situation
                .found(LogPoint.Named.LAST, aim.partition())
                .flatMap(Outcome::value)
                .flatMap(offset -> offset)
                .orElseThrow();
        return row(aim, from, commit(from, Place.of(end)), Optional.of(Note.NO_RECORD_AT_OR_AFTER), Optional.empty());
    }

    /** Where a position lies before it is held against the log; empty when it lies nowhere. */
    private Optional<Place> resolved(Aim aim, Optional<Commit> from, Optional<LogOffset> found) {
        if (aim.position() instanceof OfGroup other) {
            Optional<Commit> theirs = situation.others().get(other.group()).of(aim.partition());
            if (theirs.isEmpty()) {
                flaw(
                        UnplannableException.Kind.NO_COMMIT,
                        aim,
                        "Group \"" + other.group() + "\" has committed nothing on " + aim.partition() + ".");
            }
            return theirs.map(commit ->
                    new Place(commit.offset(), commit.leaderEpoch(), Optional.empty(), Optional.of(commit.metadata())));
        }
        if (aim.position() instanceof Absolute absolute) {
            return Optional.of(Place.at(absolute.offset()));
        }
        boolean fromCommit = aim.position() instanceof Shifted shifted && shifted.anchor() == Anchor.CURRENT;
        if (fromCommit && from.isEmpty()) {
            flaw(
                    UnplannableException.Kind.NO_COMMIT,
                    aim,
                    "Group \"" + situation.group().id() + "\" has committed nothing on " + aim.partition() + ", so "
                            + aim.position() + " is no place there.");
            return Optional.empty();
        }
        long anchor = fromCommit ? from.get().offset() : found.orElseThrow().offset();
        Optional<Long> offset = aim.position().from(anchor);
        if (offset.isPresent()) {
            return found.filter(exact -> exact.offset() == offset.get())
                    .map(Place::of)
                    .or(() -> offset.map(Place::at));
        }
        // Left the range of an offset: outside the log like any other.
        long beyond = ((Shifted) aim.position()).by() < 0 ? -1 : Long.MAX_VALUE;
        return Optional.of(Place.at(beyond));
    }

    /** Holds a place against the log. */
    private PlanRow row(Aim aim, Optional<Commit> from, Place place) {
        long first = situation.offset(LogPoint.Named.FIRST, aim.partition()).orElseThrow();
        long last = situation.offset(LogPoint.Named.LAST, aim.partition()).orElseThrow();
        if (place.offset() >= first && place.offset() <= last) {
            return row(aim, from, commit(from, place), Optional.empty(), Optional.empty(), place.timestamp());
        }
        if (request.outOfRange() == OutOfRange.REJECT) {
            String where = place.offset() < 0 || place.offset() == Long.MAX_VALUE ? "" : " (" + place.offset() + ")";
            flaw(
                    UnplannableException.Kind.OUT_OF_RANGE,
                    aim,
                    aim.position() + where + " lies outside " + aim.partition() + ", which holds offsets " + first
                            + " to " + last + "." + hint(aim));
            return unresolved(aim, from);
        }
        boolean before = place.offset() < first;
        LogOffset border = situation
                .found(before ? LogPoint.Named.FIRST : LogPoint.Named.LAST, aim.partition())
                .flatMap(Outcome::value)
                .flatMap(offset -> offset)
                .orElseThrow();
        return row(
                aim,
                from,
                commit(from, Place.of(border)),
                Optional.of(before ? Note.CLAMPED_TO_FIRST : Note.CLAMPED_TO_LAST),
                Optional.empty());
    }

    private static String hint(Aim aim) {
        return aim.position() instanceof Absolute absolute ? absolute.hint() : "";
    }

    private Optional<String> warning(Aim aim, Optional<Note> note, Optional<Instant> timestamp) {
        boolean clamped =
                note.equals(Optional.of(Note.CLAMPED_TO_LAST)) && !hint(aim).isEmpty();
        return clamped
                ? Optional.of(aim.position() + " lies after the end of " + aim.partition() + "." + hint(aim))
                : timestamp.flatMap(time -> PlanRow.dated(aim.partition(), time, situation.now()));
    }

    private Optional<Commit> commit(Optional<Commit> from, Place place) {
        if (situation.group().type() == GroupType.SHARE) {
            return Optional.of(new Commit(place.offset(), OptionalInt.empty(), ""));
        }
        String metadata = request.metadata()
                .or(place::metadata)
                .or(() -> from.map(Commit::metadata))
                .orElse("");
        return Optional.of(new Commit(place.offset(), place.epoch(), metadata));
    }

    private PlanRow row(
            Aim aim, Optional<Commit> from, Optional<Commit> to, Optional<Note> note, Optional<Intention> intention) {
        return row(aim, from, to, note, intention, Optional.empty());
    }

    private PlanRow row(
            Aim aim,
            Optional<Commit> from,
            Optional<Commit> to,
            Optional<Note> note,
            Optional<Intention> intention,
            Optional<Instant> timestamp) {
        // A share group that is moved to where it is still forgets what it knows of the records after it.
        boolean unchanged = intention.isEmpty() && situation.group().type() != GroupType.SHARE && sameBut(from, to);
        return new PlanRow(
                aim.partition(),
                situation.topicIdOf(aim.partition()),
                from,
                unchanged ? from : to,
                Optional.of(aim.position()),
                situation.offset(LogPoint.Named.FIRST, aim.partition()),
                situation.offset(LogPoint.Named.LAST, aim.partition()),
                timestamp,
                note.or(() -> unchanged ? Optional.of(Note.UNCHANGED) : Optional.empty()),
                intention.orElse(unchanged ? Intention.UNCHANGED : Intention.PLANNED),
                blocked(aim),
                warning(aim, note, timestamp));
    }

    /** A commit at the same offset with the same metadata is left as it is, whatever its leader epoch. */
    private static boolean sameBut(Optional<Commit> from, Optional<Commit> to) {
        return from.map(Commit::offset).equals(to.map(Commit::offset))
                && from.map(Commit::metadata).equals(to.map(Commit::metadata));
    }

    private Optional<Blocker> blocked(Aim aim) {
        if (!situation.pending().contains(aim.partition())) {
            return Optional.empty();
        }
        Blocker blocker = aim.position() instanceof None
                ? Blocker.pendingDeletion(aim.partition())
                : Blocker.pendingTransaction(aim.partition());
        blockers.add(blocker);
        return Optional.of(blocker);
    }

    /** Who moves all that a group has committed means what it is about to commit too. */
    private List<Blocker> pendingElsewhere() {
        if (!request.targets().isEmpty()) {
            return List.of();
        }
        Set<TopicPartition> others = new TreeSet<>(situation.pending());
        situation.aims().forEach(aim -> others.remove(aim.partition()));
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
        List<Blocker> all = new ArrayList<>(Obstacles.inTheWay(
                situation,
                request.waitForEmpty().isPresent(),
                request.acknowledgeInUse(),
                request.acknowledgeStateKept()));
        all.addAll(blockers);
        all.addAll(pendingElsewhere());
        return all;
    }
}
