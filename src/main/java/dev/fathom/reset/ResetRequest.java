package dev.fathom.reset;

import dev.fathom.cluster.WireNames;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.position.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a group is to be moved.
 *
 * @param to for targets that name no position of their own
 * @param targets empty for every partition the group has a commit for; with {@code group:} for every partition the other
 *     group has one for
 * @param acknowledged what is in the way and known
 */
public record ResetRequest(
        Optional<Position> to,
        List<Target> targets,
        Policy policy,
        Set<Acknowledgement> acknowledged,
        Waiting waiting,
        Optional<String> reason)
        implements ChangeRequest {

    /**
     * A topic, or some of its partitions.
     *
     * @param partitions empty for all
     * @param to empty for the request's own
     * @param pointer where it stands in the request
     */
    public record Target(String topic, Optional<List<Integer>> partitions, Optional<Position> to, String pointer) {}

    /**
     * How what is asked for is made to fit what is there.
     *
     * @param stable whether partitions with a commit pending in an open transaction are in the way
     * @param createGroup whether the group may be one that does not exist yet
     * @param metadata to be written with the commits; empty keeps what is there
     * @param sourceTopics topics that are no internal topics of a Kafka Streams application, whatever they are called
     */
    public record Policy(
            OutOfRange outOfRange,
            NoRecord noRecordAtOrAfter,
            boolean stable,
            boolean createGroup,
            Optional<String> metadata,
            List<String> sourceTopics) {

        public Policy {
            sourceTopics = List.copyOf(sourceTopics);
        }

        /** With what is not said as it is when nobody says it. */
        public static Policy of(OutOfRange outOfRange, NoRecord noRecordAtOrAfter) {
            return new Policy(outOfRange, noRecordAtOrAfter, true, false, Optional.empty(), List.of());
        }

        public Policy creatingGroup(boolean may) {
            return new Policy(outOfRange, noRecordAtOrAfter, stable, may, metadata, sourceTopics);
        }
    }

    /** What to do about a position outside the log. */
    public enum OutOfRange {
        REJECT,
        CLAMP;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    /** What to do about an instant after the last record. */
    public enum NoRecord {
        REJECT,
        LATEST,
        SKIP;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    public ResetRequest {
        targets = List.copyOf(targets);
    }

    /** With everything that is not said as it is when nobody says it. */
    public static ResetRequest of(Optional<Position> to, List<Target> targets) {
        return of(to, targets, Policy.of(OutOfRange.REJECT, NoRecord.REJECT));
    }

    public static ResetRequest of(Optional<Position> to, List<Target> targets, Policy policy) {
        return new ResetRequest(to, targets, policy, Set.of(), Waiting.NONE, Optional.empty());
    }

    Position positionOf(Target target) {
        return target.to().or(this::to).orElseThrow();
    }

    /** The same with other words for where to. */
    ResetRequest exactly(List<Target> exact) {
        return new ResetRequest(Optional.empty(), exact, policy, acknowledged, waiting, reason);
    }

    ResetRequest withoutWaiting() {
        return new ResetRequest(to, targets, policy, acknowledged, waiting.over(), reason);
    }

    /**
     * The same once the managed consumer of the group has made way, which takes a while. A consumer's group may be one that
     * the brokers have forgotten.
     */
    public ResetRequest pausingConsumers(Duration patience) {
        return new ResetRequest(
                to, targets, policy.creatingGroup(true), acknowledged, waiting.pausing(patience), reason);
    }

    /** Everything that decides what the request does, in one notation; the reason is not part of it. */
    String canonical() {
        Stream<Object> said = Stream.of(
                to,
                policy.outOfRange,
                policy.noRecordAtOrAfter,
                policy.stable,
                policy.createGroup,
                policy.metadata,
                waiting.forEmpty(),
                acknowledged.contains(Acknowledgement.IN_USE),
                acknowledged.contains(Acknowledgement.STATE_KEPT),
                waiting.pauseConsumers(),
                policy.sourceTopics);
        Stream<String> where =
                targets.stream().map(target -> target.topic() + '\0' + target.partitions() + '\0' + target.to());
        return Stream.concat(said.map(Object::toString), where).collect(Collectors.joining("|"));
    }
}
