package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.Parking;
import dev.fathom.parking.ParkingTopic;
import dev.fathom.position.Position.Absolute;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetRequest.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Moves a group past one record, which is copied first. The move itself is a reset to the offset after the record; what is its
 * own is that the group must still stand where it stood when the record was found.
 *
 * @param found the record, and what is known of copies
 */
record ParkProposal(String group, ParkRequest request, Found found, ResetProposal move) implements Proposal {

    /**
     * The record a group stands at.
     *
     * @param commit where the group stands
     * @param topic that the copy goes to
     * @param copy where it is parked already, or was parked by this
     * @param already whether the copy was there before
     * @param known places where a copy was acknowledged once
     * @param whole whether the parking topic was searched as far as a copy could be
     * @param blockers those of the parking topic
     */
    record Found(
            Commit commit,
            LogRecord record,
            ParkingTopic topic,
            Optional<RecordPlace> copy,
            boolean already,
            List<RecordPlace> known,
            boolean whole,
            List<Blocker> blockers) {

        private Found copied(RecordPlace place, boolean before) {
            return new Found(commit, record, topic, Optional.of(place), before, known, whole, blockers);
        }
    }

    static ParkProposal of(String group, ParkRequest request, Found found) {
        Target after = new Target(
                request.partition().topic(),
                Optional.of(List.of(request.partition().partition())),
                Optional.of(new Absolute(found.record().offset() + 1)),
                "/partition");
        Policy policy =
                new Policy(OutOfRange.REJECT, NoRecord.REJECT, request.stable(), false, Optional.empty(), List.of());
        ResetRequest reset = new ResetRequest(
                Optional.empty(), List.of(after), policy, request.acknowledged(), Waiting.NONE, request.reason());
        return new ParkProposal(group, request, found, new ResetProposal(group, reset));
    }

    @Override
    public String canonical() {
        return "park|" + request.to() + "|" + found.topic().topicId() + "|"
                + acknowledged().contains(Acknowledgement.MAYBE_PARKED) + "|" + move.canonical();
    }

    @Override
    public Look look() {
        return move.look();
    }

    @Override
    public Optional<Parking> parking() {
        return Optional.of(new Parking(
                new RecordPlace(request.partition(), found.record().offset()),
                request.to(),
                found.topic().topicId(),
                found.copy()));
    }

    @Override
    public ResetSnapshot survey(SnapshotReader reader, Cluster cluster) {
        return reader.survey(cluster, move);
    }

    @Override
    public Plan plan(ResetSnapshot snapshot) {
        refuseElsewhere(snapshot);
        Plan plan = move.plan(snapshot);
        List<Blocker> blockers = new ArrayList<>();
        plan.blockers().forEach(blocker -> blockers.add(withoutWaiting(blocker, snapshot.description())));
        blockers.addAll(Blockers.without(acknowledged(), found.blockers()));
        return new Plan(
                plan.kind(), plan.group(), plan.description(), plan.rows(), blockers, plan.warnings(), plan.unseen());
    }

    /** The record was found from where the group stood. */
    private void refuseElsewhere(ResetSnapshot snapshot) {
        TopicPartition partition = request.partition();
        Optional<Long> now = snapshot.commits().of(partition).map(Commit::offset);
        if (!now.equals(Optional.of(found.commit().offset()))) {
            throw new ConflictException(
                    "Group \"" + group + "\" stood at " + found.commit().offset() + " of "
                            + partition + " when the record was looked for, and stands at "
                            + now.map(Object::toString).orElse("nothing") + " now; look again.");
        }
    }

    private static Blocker withoutWaiting(Blocker blocker, Optional<GroupDescription> group) {
        return blocker.why() == Why.GROUP_NOT_EMPTY
                ? group.flatMap(described -> Blocker.notEmpty(
                                described, "stop them first: a record is not parked behind their back."))
                        .orElse(blocker)
                : blocker;
    }

    /** Copies the record, unless it is there by now: whoever began to park it before may have come so far. */
    @Override
    public ParkProposal prepared(Cluster cluster) {
        ParkingTopic topic = found.topic();
        Optional<RecordPlace> there = topic.find(cluster, request.partition(), found.record(), group, found.known())
                .copy();
        RecordPlace copy = there.orElseGet(
                () -> topic.write(cluster.renewed(), request.partition(), found.record(), group, request.reason()));
        return new ParkProposal(group, request, found.copied(copy, there.isPresent()), move);
    }
}
