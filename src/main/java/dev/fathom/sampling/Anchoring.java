package dev.fathom.sampling;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.progress.Anchors;
import dev.fathom.progress.LogProgress;
import dev.fathom.progress.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Asks where logs ended a minute, a quarter of an hour, a day ago: once, so that the first answers after a start are useful. */
final class Anchoring {

    private static final List<Duration> AGO = List.of(
            Duration.ofHours(24),
            Duration.ofHours(6),
            Duration.ofHours(1),
            Duration.ofMinutes(15),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1));

    private Anchoring() {}

    /** Six requests a leader for all of them. */
    static void anchor(
            Cluster cluster,
            Collection<TopicPartition> partitions,
            Function<TopicPartition, LogProgress> logs,
            Instant now) {
        List<Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> asked = AGO.stream()
                .map(ago -> cluster.offsets(new LogPoint.AtOrAfter(now.minus(ago)), partitions))
                .toList();
        List<Map<TopicPartition, Outcome<Optional<LogOffset>>>> answers =
                asked.stream().map(Pending::await).toList();
        for (TopicPartition partition : partitions) {
            LogProgress log = logs.apply(partition);
            if (log != null && log.end() != Look.UNKNOWN) {
                log.anchor(anchors(partition, answers, log.end(), now));
            }
        }
    }

    private static Anchors anchors(
            TopicPartition partition,
            List<Map<TopicPartition, Outcome<Optional<LogOffset>>>> answers,
            long end,
            Instant now) {
        List<Long> times = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Optional<Optional<LogOffset>> found = Optional.ofNullable(
                            answers.get(i).get(partition))
                    .flatMap(Outcome::value)
                    // A record from the future is found for every instant, and says nothing of any.
                    .filter(offset -> offset.flatMap(LogOffset::timestamp)
                            .filter(timestamp -> timestamp.isAfter(now))
                            .isEmpty());
            if (found.isPresent()) {
                // None at or after it: the log has not grown since, as far as timestamps tell.
                long at = found.get().map(LogOffset::offset).orElse(end);
                if (ends.isEmpty() || at >= ends.get(ends.size() - 1)) {
                    times.add(now.minus(AGO.get(i)).toEpochMilli());
                    ends.add(at);
                }
            }
        }
        return new Anchors(
                times.stream().mapToLong(Long::longValue).toArray(),
                ends.stream().mapToLong(Long::longValue).toArray());
    }
}
