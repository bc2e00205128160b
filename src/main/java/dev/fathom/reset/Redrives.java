package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.RecordQuery;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ChangeRunner;
import dev.fathom.operation.ChangeRunner.Done;
import dev.fathom.operation.Intent;
import dev.fathom.operation.Journal;
import dev.fathom.operation.JournaledChange;
import dev.fathom.operation.Kind;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.operation.Redrive;
import dev.fathom.operation.RefusedException;
import dev.fathom.operation.Result;
import dev.fathom.operation.Status;
import dev.fathom.parking.ParkedRecord;
import dev.fathom.parking.ParkingTopic;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Puts parked records back on the topic they came from, as they were. No commit changes; guard and journal are those of moves,
 * and the journal is how it is known that a record was put back before, since it looks like any other then.
 */
@ApplicationScoped
public class Redrives {

    private static final int ONE_RECORD = 1 << 20;

    private final SnapshotReader reader;
    private final ChangeRunner runner;
    private final Operations operations;
    private final Journal journal;

    Redrives(SnapshotReader reader, ChangeRunner runner, Operations operations, Journal journal) {
        this.reader = reader;
        this.runner = runner;
        this.operations = operations;
        this.journal = journal;
    }

    /** How a record is to be put back. */
    public record Request(Set<Acknowledgement> acknowledged, Optional<String> reason) {}

    /** A parked record with the topic it is in. */
    public record Stored(ParkedRecord record, String topicId) {}

    /**
     * A record that is put back, or would be.
     *
     * @param before the operations that put it back before, the latest first
     * @param offset it has on its topic now; empty for a dry run
     * @param operation its id in the journal; empty for a dry run, and where it is not journaled
     */
    public record Redriven(
            Stored stored,
            Plan plan,
            PlanTag tag,
            List<String> before,
            OptionalLong offset,
            Optional<Result> result,
            Optional<String> operation) {}

    /**
     * The record that is parked at a place for a group.
     *
     * @throws ClusterException {@code TOPIC_NOT_FOUND}, {@code PARTITION_NOT_FOUND}, {@code OFFSET_OUT_OF_RANGE}
     * @throws UnplannableException when what lies there was not parked, or not for this group
     */
    public Stored find(Cluster cluster, String group, RecordPlace place) {
        Topic topic = Required.in(cluster.topics(Set.of(place.topic())), place.topic())
                .orThrow();
        ParkedRecord record = new ParkingTopic(topic)
                .at(cluster, place)
                .filter(parked -> parked.group().equals(group))
                .orElseThrow(() -> ParkFinder.unfit(
                        "offset",
                        place.partition(),
                        "At " + place + " lies no record that was parked for group \"" + group + "\"."));
        return new Stored(record, topic.topicId());
    }

    /** @throws UnplannableException when there is nothing to put it back on */
    public Redriven dryRun(Cluster cluster, String group, Stored stored, Request request) {
        Planning planning = plan(cluster, group, stored, request, 0);
        return planning.told(OptionalLong.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Puts it back; see {@link Resets#apply} for what else can go wrong.
     *
     * @throws ClusterException when the topic refuses it: then nothing was written; or when it is not known whether it took it
     */
    public Redriven apply(Cluster cluster, String group, Stored stored, Request request, Guard guard, Caller caller) {
        guard.demand(cluster.name(), cluster.requirePlan());
        Planning planning = plan(cluster, group, stored, request, 0);
        planning.refuse(guard);
        Done<Return> done =
                runner.carryOut(cluster, caller, new Return(cluster, planning, guard, OptionalLong.empty()));
        Return last = done.change();
        return last.planning.told(last.offset, Optional.of(done.result()), done.operation());
    }

    private record Planning(String group, Stored stored, Request request, Plan plan, List<String> before) {

        PlanTag tag() {
            RecordPlace copy = stored.record().copy();
            return PlanTag.of(
                    "redrive|" + copy + "|" + stored.topicId() + "|"
                            + stored.record().record() + "|" + before + "|"
                            + request.acknowledged().contains(Acknowledgement.REDRIVEN),
                    plan,
                    false);
        }

        void refuse(Guard guard) {
            guard.check(tag(), plan);
            if (!plan.applicable()) {
                throw new RefusedException(plan.blockers());
            }
        }

        Redriven told(OptionalLong offset, Optional<Result> result, Optional<String> operation) {
            return new Redriven(stored, plan, tag(), before, offset, result, operation);
        }
    }

    /** @param own how many open operations are the caller's own */
    private Planning plan(Cluster cluster, String group, Stored stored, Request request, int own) {
        TopicPartition log = stored.record().record().partition();
        Outcome<Topic> topic = Required.in(cluster.topics(Set.of(log.topic())), log.topic());
        if (topic.failed(Reason.TOPIC_NOT_FOUND)) {
            throw ParkFinder.unfit("offset", log, topic.problem().orElseThrow().getMessage());
        }
        if (!topic.orThrow().has(log.partition())) {
            throw ParkFinder.unfit("offset", log, "The record came from " + log + ", which is no longer there.");
        }
        List<Blocker> blockers = new ArrayList<>(reader.blockers(cluster, group));
        // No commit is touched, so whoever runs the group is not in the way.
        blockers.removeIf(blocker -> blocker.why() == Why.MANAGED);
        if (topic.orThrow().internal() || log.topic().startsWith("__")) {
            blockers.add(
                    Blocker.of(Why.OWN, "\"" + log.topic() + "\" is an internal topic: nothing is put back there."));
        }
        blockers.addAll(ParkFinder.taking(cluster, log.topic(), stored.record().original()));
        List<String> before = before(cluster, group, stored, own);
        redriven(stored, before)
                .filter(blocker -> !blocker.isLiftedBy(request.acknowledged()))
                .ifPresent(blockers::add);
        Plan plan = new Plan(
                Kind.RESET,
                SnapshotReader.toBeMade(group),
                Optional.empty(),
                List.of(),
                blockers,
                List.of(),
                Plan.Unseen.NONE);
        return new Planning(group, stored, request, plan, before);
    }

    /** The operations that put it back before, or may have. */
    private List<String> before(Cluster cluster, String group, Stored stored, int own) {
        List<Operation> about = operations.on(cluster, group).stream()
                .filter(operation -> operation
                        .redrive()
                        .filter(redrive -> redrive.isOf(stored.record().copy(), stored.topicId()))
                        .isPresent())
                .toList();
        List<String> before = new ArrayList<>();
        int open = 0;
        for (Operation operation : about) {
            boolean mine = operation.status() == Status.APPLYING && ++open <= own;
            if (!mine
                    && (operation.status() == Status.APPLYING
                            || operation.status().leftTraces())) {
                before.add(operation.id());
            }
        }
        return before;
    }

    private Optional<Blocker> redriven(Stored stored, List<String> before) {
        RecordPlace copy = stored.record().copy();
        if (!journal.enabled()) {
            return Optional.of(Blocker.of(
                            Why.REDRIVEN,
                            "The journal is switched off (fathom.journal.enabled), so it is not known whether the record"
                                    + " parked at " + copy + " was put back before.")
                    .unless(Acknowledgement.REDRIVEN, "Send {} to put it back all the same."));
        }
        return before.isEmpty()
                ? Optional.empty()
                : Optional.of(Blocker.of(
                                Why.REDRIVEN,
                                "The record parked at " + copy + " was put back before, or may have been, by operation "
                                        + before.get(0) + "; now it would be there twice.")
                        .unless(Acknowledgement.REDRIVEN, "Send {} to put it back once more."));
    }

    /** The putting back of one record. */
    private final class Return implements JournaledChange {

        private final Cluster cluster;
        private final Planning planning;
        private final Guard guard;
        private final OptionalLong offset;

        Return(Cluster cluster, Planning planning, Guard guard, OptionalLong offset) {
            this.cluster = cluster;
            this.planning = planning;
            this.guard = guard;
            this.offset = offset;
        }

        private TopicPartition log() {
            return planning.stored().record().record().partition();
        }

        @Override
        public Intent intent() {
            Redrive redrive = new Redrive(
                    planning.stored().record().copy(), planning.stored().topicId(), log(), offset);
            return new Intent(
                            planning.plan().kind(),
                            planning.group(),
                            planning.plan().group().type(),
                            planning.request().reason(),
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            false)
                    .redriving(redrive);
        }

        @Override
        public Return again() {
            int own = journal.enabled() ? 1 : 0;
            Planning now = plan(cluster.renewed(), planning.group(), planning.stored(), planning.request(), own);
            now.refuse(guard);
            return new Return(cluster, now, guard, offset);
        }

        @Override
        public Return prepared() {
            long at = cluster.renewed()
                    .write(log(), planning.stored().record().original())
                    .orThrow();
            return new Return(cluster, planning, guard, OptionalLong.of(at));
        }

        /** It is there by now: reads it back. */
        @Override
        public Result carryOut() {
            boolean verified;
            try {
                verified = isThere(cluster.renewed());
            } catch (ClusterException e) {
                verified = false;
            }
            return Result.ofRows(Map.of(log(), Result.Row.applied(verified)));
        }

        private boolean isThere(Cluster handle) {
            long at = offset.orElseThrow();
            LogRecord original = planning.stored().record().original();
            return handle
                    .read(new RecordQuery(log(), at, at + 1, 1, ONE_RECORD, Isolation.READ_UNCOMMITTED))
                    .records()
                    .stream()
                    .anyMatch(read -> read.offset() == at
                            && ((read.timestampType() == LogRecord.TimestampType.LOG_APPEND_TIME
                                            || original.timestamp().isEmpty())
                                    ? Arrays.equals(read.value(), original.value())
                                    : ParkedRecord.same(read, original)));
        }
    }
}
