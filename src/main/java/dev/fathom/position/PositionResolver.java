package dev.fathom.position;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.TopicPartition;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Resolves positions in logs, from what the brokers said at one moment. Plans, reads of topics and the starts of managed
 * consumers all go this way.
 */
public final class PositionResolver {

    private final Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points;
    private final Isolation isolation;
    private final Instant now;

    /** @param now the moment that spans count back from */
    public PositionResolver(
            Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points, Isolation isolation, Instant now) {
        this.points = points;
        this.isolation = isolation;
        this.now = now;
    }

    /** What the brokers are to be asked: both ends of each log, and the points that positions need. */
    public static final class Question {

        private final Isolation isolation;
        private final Instant now;
        private final Map<LogPoint, Set<TopicPartition>> points = new LinkedHashMap<>();
        private final Set<TopicPartition> partitions = new LinkedHashSet<>();

        /** @param isolation where {@code latest} lies: at the high watermark, or at the last stable offset */
        public Question(Isolation isolation, Instant now) {
            this.isolation = isolation;
            this.now = now;
        }

        public Question add(Position position, Collection<TopicPartition> logs) {
            partitions.addAll(logs);
            pointOf(position, isolation, now).ifPresent(point -> add(point, logs));
            return this;
        }

        public Question add(LogPoint point, Collection<TopicPartition> logs) {
            partitions.addAll(logs);
            points.computeIfAbsent(point, asked -> new LinkedHashSet<>()).addAll(logs);
            return this;
        }

        /** Asks once for each point. The high watermark comes last, so that nothing found lies beyond it. */
        public PositionResolver ask(Cluster cluster) {
            points.remove(LogPoint.Named.FIRST);
            points.remove(LogPoint.Named.LAST);
            points.put(LogPoint.Named.FIRST, partitions);
            points.put(LogPoint.Named.LAST, partitions);
            points.values().removeIf(Set::isEmpty);
            Map<LogPoint, Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> asked = new LinkedHashMap<>();
            points.forEach((point, logs) -> asked.put(point, cluster.offsets(point, logs)));
            Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> found = new HashMap<>();
            asked.forEach((point, pending) -> found.put(point, pending.await()));
            return new PositionResolver(found, isolation, now);
        }
    }

    /** For readers of committed records a log ends at the last stable offset. */
    private static Optional<LogPoint> pointOf(Position position, Isolation isolation, Instant now) {
        return position.point(now)
                .map(point -> point == LogPoint.Named.LAST && isolation == Isolation.READ_COMMITTED
                        ? LogPoint.Named.LAST_STABLE
                        : point);
    }

    /** Where a point lies; empty where the log has no such place, and where it was not asked for or not answered. */
    public Optional<LogOffset> find(LogPoint point, TopicPartition partition) {
        return answer(point, partition).flatMap(Outcome::value).flatMap(offset -> offset);
    }

    private Optional<Outcome<Optional<LogOffset>>> answer(LogPoint point, TopicPartition partition) {
        return Optional.ofNullable(points.get(point)).map(answers -> answers.get(partition));
    }

    public Optional<Long> first(TopicPartition partition) {
        return find(LogPoint.Named.FIRST, partition).map(LogOffset::offset);
    }

    public Optional<Long> last(TopicPartition partition) {
        return find(LogPoint.Named.LAST, partition).map(LogOffset::offset);
    }

    /** What a log answered instead of an offset. */
    public Optional<ClusterException> problem(TopicPartition partition) {
        return points.keySet().stream()
                .flatMap(point -> answer(point, partition).stream())
                .flatMap(outcome -> outcome.problem().stream())
                .findFirst();
    }

    /** Where a position lies that does not count from a commit. */
    public Place resolve(Position position, TopicPartition partition) {
        return resolve(position, partition, Optional.empty(), Map.of());
    }

    /**
     * Where a position lies.
     *
     * @param committed what {@code current} counts from
     * @param others what other groups have committed, by id
     */
    public Place resolve(
            Position position, TopicPartition partition, Optional<Commit> committed, Map<String, Commits> others) {
        return resolve(position, partition, committed, others, Optional.empty());
    }

    /**
     * Where a position lies.
     *
     * @param committed what {@code current} counts from
     * @param others what other groups have committed, by id
     * @param then what was committed at the moment of the position
     */
    public Place resolve(
            Position position,
            TopicPartition partition,
            Optional<Commit> committed,
            Map<String, Commits> others,
            Optional<Commit> then) {
        Optional<LogOffset> anchor = pointOf(position, isolation, now).flatMap(point -> find(point, partition));
        return position.resolve(new Known(anchor, committed, partition, others, then));
    }

    private record Known(
            Optional<LogOffset> anchor,
            Optional<Commit> committed,
            TopicPartition partition,
            Map<String, Commits> others,
            Optional<Commit> committedThen)
            implements Position.Log {

        @Override
        public Optional<Commit> committedBy(String group) {
            return Optional.ofNullable(others.get(group)).flatMap(commits -> commits.of(partition));
        }
    }
}
