package dev.fathom.reset;

import dev.fathom.cluster.WireNames;
import dev.fathom.position.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a group is to be moved.
 *
 * @param to for targets that name no position of their own
 * @param targets empty for every partition the group has a commit for; with {@code group:} for every partition the other
 *     group has one for
 * @param stable whether partitions with a commit pending in an open transaction are in the way
 * @param createGroup whether the group may be one that does not exist yet
 * @param metadata to be written with the commits; empty keeps what is there
 * @param waitForEmpty how long to wait for the group to be empty; empty for not at all
 * @param acknowledgeInUse moves the group although it seems to be in use by assign()
 * @param acknowledgeStateKept moves a Kafka Streams application although its state stays as it is
 * @param pauseConsumers whether a managed consumer that runs the group is to make way
 * @param sourceTopics topics that are no internal topics of a Kafka Streams application, whatever they are called
 */
public record ResetRequest(
        Optional<Position> to,
        List<Target> targets,
        OutOfRange outOfRange,
        NoRecord noRecordAtOrAfter,
        boolean stable,
        boolean createGroup,
        Optional<String> metadata,
        Optional<Duration> waitForEmpty,
        Optional<String> reason,
        boolean acknowledgeInUse,
        boolean acknowledgeStateKept,
        boolean pauseConsumers,
        List<String> sourceTopics) {

    /**
     * A topic, or some of its partitions.
     *
     * @param partitions empty for all
     * @param to empty for the request's own
     * @param pointer where it stands in the request
     */
    public record Target(String topic, Optional<List<Integer>> partitions, Optional<Position> to, String pointer) {}

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
        sourceTopics = List.copyOf(sourceTopics);
    }

    public ResetRequest(
            Optional<Position> to,
            List<Target> targets,
            OutOfRange outOfRange,
            NoRecord noRecordAtOrAfter,
            boolean stable,
            boolean createGroup,
            Optional<String> metadata,
            Optional<Duration> waitForEmpty,
            Optional<String> reason,
            boolean acknowledgeInUse,
            boolean acknowledgeStateKept,
            boolean pauseConsumers) {
        this(
                to,
                targets,
                outOfRange,
                noRecordAtOrAfter,
                stable,
                createGroup,
                metadata,
                waitForEmpty,
                reason,
                acknowledgeInUse,
                acknowledgeStateKept,
                pauseConsumers,
                List.of());
    }

    Position positionOf(Target target) {
        return target.to().or(this::to).orElseThrow();
    }

    /** With everything that is not said as it is when nobody says it. */
    public static ResetRequest of(Optional<Position> to, List<Target> targets) {
        return new ResetRequest(
                to,
                targets,
                OutOfRange.REJECT,
                NoRecord.REJECT,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false);
    }

    ResetRequest withoutWaiting() {
        return waiting(Optional.empty(), createGroup, pauseConsumers);
    }

    /**
     * The same once the managed consumer of the group has made way, which takes a while. A consumer's group may be one that
     * the brokers have forgotten.
     */
    public ResetRequest pausingConsumers(Duration patience) {
        return waiting(waitForEmpty.or(() -> Optional.of(patience)), true, true);
    }

    private ResetRequest waiting(Optional<Duration> wait, boolean creating, boolean pausing) {
        return new ResetRequest(
                to,
                targets,
                outOfRange,
                noRecordAtOrAfter,
                stable,
                creating,
                metadata,
                wait,
                reason,
                acknowledgeInUse,
                acknowledgeStateKept,
                pausing,
                sourceTopics);
    }

    /** Everything that decides what the request does, in one notation; the reason is not part of it. */
    String canonical() {
        StringBuilder canonical = new StringBuilder();
        canonical
                .append(to)
                .append('|')
                .append(outOfRange)
                .append('|')
                .append(noRecordAtOrAfter)
                .append('|')
                .append(stable)
                .append('|')
                .append(createGroup)
                .append('|')
                .append(metadata)
                .append('|')
                .append(waitForEmpty)
                .append('|')
                .append(acknowledgeInUse)
                .append('|')
                .append(acknowledgeStateKept)
                .append('|')
                .append(pauseConsumers)
                .append('|')
                .append(sourceTopics);
        targets.forEach(target -> canonical
                .append('|')
                .append(target.topic())
                .append('\0')
                .append(target.partitions())
                .append('\0')
                .append(target.to()));
        return canonical.toString();
    }
}
