package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.cluster.WireNames;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Asks the leaders where points of their logs lie.
 *
 * <p>The client must never be asked for a partition that is not there or has no leader: it looks for the leader again
 * and again without a pause, thousands of requests a second until the deadline. So every partition is checked against
 * its topic first. A check against a remembered topic may be a few seconds old; then the call gets a second, and those
 * it did not answer are checked again.
 */
final class OffsetReader {

    private static final int PATIENCE_WITH_REMEMBERED_TOPICS_MILLIS = 1000;

    private final TopicLookup lookup;
    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;
    private final boolean fresh;

    OffsetReader(TopicLookup lookup, Admin admin, Deadline deadline, Answers answers, boolean fresh) {
        this.lookup = lookup;
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
        this.fresh = fresh;
    }

    Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> offsets(
            LogPoint point, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Outcome<Optional<LogOffset>>> refused = new HashMap<>();
        Set<TopicPartition> asked = check(partitions, refused);
        int patience = fresh ? deadline.millisLeft() : deadline.millisLeft(PATIENCE_WITH_REMEMBERED_TOPICS_MILLIS);
        Call call = new Call(point, asked, patience);
        return () -> {
            Map<TopicPartition, Outcome<Optional<LogOffset>>> found = apart(point, call.await());
            Set<TopicPartition> silent = fresh || deadline.passed() ? Set.of() : withoutAnswer(found);
            if (!silent.isEmpty()) {
                lookup.again(topicsOf(silent));
                Set<TopicPartition> again = check(silent, refused);
                found.keySet().removeAll(silent);
                found.putAll(apart(point, new Call(point, again, deadline.millisLeft()).await()));
            }
            found.putAll(refused);
            return found;
        };
    }

    private Map<TopicPartition, Outcome<Optional<LogOffset>>> apart(
            LogPoint point, Map<TopicPartition, Outcome<Optional<LogOffset>>> found) {
        return answers.apart(found, some -> new Call(point, some, deadline.millisLeft()).await());
    }

    /** The partitions the broker may be asked for; the others are added to {@code refused}. */
    private Set<TopicPartition> check(
            Collection<TopicPartition> partitions, Map<TopicPartition, Outcome<Optional<LogOffset>>> refused) {
        Map<String, Outcome<Topic>> topics = lookup.of(topicsOf(partitions));
        if (!fresh) {
            topics.putAll(grown(partitions, topics));
        }
        Set<TopicPartition> valid = new LinkedHashSet<>();
        for (TopicPartition partition : partitions) {
            Outcome<Topic> topic = Required.in(topics, partition.topic());
            Optional<ClusterException> problem = topic.problem().or(() -> problem(topic.orThrow(), partition));
            problem.ifPresentOrElse(p -> refused.put(partition, Outcome.failed(p)), () -> valid.add(partition));
        }
        return valid;
    }

    /** Asks again for remembered topics that seem to lack a partition: it may have been added since. */
    private Map<String, Outcome<Topic>> grown(
            Collection<TopicPartition> partitions, Map<String, Outcome<Topic>> topics) {
        Set<String> doubtful = partitions.stream()
                .filter(partition -> Required.in(topics, partition.topic())
                        .value()
                        .flatMap(topic -> problem(topic, partition))
                        .isPresent())
                .map(TopicPartition::topic)
                .collect(Collectors.toSet());
        return doubtful.isEmpty() ? Map.of() : lookup.again(doubtful);
    }

    private static Optional<ClusterException> problem(Topic topic, TopicPartition partition) {
        if (!topic.has(partition.partition())) {
            return Optional.of(ClusterException.partitionNotFound(
                    topic.name(),
                    Integer.toString(partition.partition()),
                    topic.partitions().size()));
        }
        return topic.partitions().get(partition.partition()).leader().isPresent()
                ? Optional.empty()
                : Optional.of(ClusterException.leaderUnavailable(partition));
    }

    private static Set<String> topicsOf(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::topic).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<TopicPartition> withoutAnswer(Map<TopicPartition, Outcome<Optional<LogOffset>>> found) {
        return found.entrySet().stream()
                .filter(entry -> entry.getValue()
                        .problem()
                        .filter(problem -> problem.reason() == ClusterException.Reason.TIMED_OUT
                                || problem.reason() == ClusterException.Reason.UNAVAILABLE)
                        .isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** One call of the client, sent when made. */
    private final class Call {

        private final String asked;
        private final Set<TopicPartition> partitions;
        private final @Nullable ListOffsetsResult result;

        Call(LogPoint point, Set<TopicPartition> partitions, int timeoutMillis) {
            this.asked = asked(point);
            this.partitions = partitions;
            OffsetSpec spec = spec(point);
            IsolationLevel isolation = point == LogPoint.Named.LAST_STABLE
                    ? IsolationLevel.READ_COMMITTED
                    : IsolationLevel.READ_UNCOMMITTED;
            Map<org.apache.kafka.common.TopicPartition, OffsetSpec> specs = new HashMap<>();
            partitions.forEach(partition -> specs.put(kafka(partition), spec));
            this.result = specs.isEmpty()
                    ? null
                    : admin.listOffsets(specs, new ListOffsetsOptions(isolation).timeoutMs(timeoutMillis));
        }

        Map<TopicPartition, Outcome<Optional<LogOffset>>> await() {
            Map<TopicPartition, Outcome<Optional<LogOffset>>> found = new LinkedHashMap<>();
            for (TopicPartition partition : partitions) {
                found.put(
                        partition,
                        answers.outcome(
                                Objects.requireNonNull(result).partitionResult(kafka(partition)),
                                OffsetReader::offset,
                                asked + " partition " + partition.partition() + " of topic \"" + partition.topic()
                                        + "\" (needs Describe on the topic)"));
            }
            return found;
        }
    }

    private static org.apache.kafka.common.TopicPartition kafka(TopicPartition partition) {
        return new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
    }

    /** Names the points that older brokers do not know. */
    private static String asked(LogPoint point) {
        return point == LogPoint.Named.MAX_TIMESTAMP
                        || point == LogPoint.Named.EARLIEST_LOCAL
                        || point == LogPoint.Named.LATEST_TIERED
                ? "find " + WireNames.of((LogPoint.Named) point) + " on"
                : "list offsets of";
    }

    private static OffsetSpec spec(LogPoint point) {
        if (point instanceof LogPoint.AtOrAfter at) {
            // Negative timestamps are the protocol's codes for latest and earliest; no record is older than 1970.
            return OffsetSpec.forTimestamp(Math.max(0, millis(at.instant())));
        }
        return switch ((LogPoint.Named) point) {
            case FIRST -> OffsetSpec.earliest();
            case LAST, LAST_STABLE -> OffsetSpec.latest();
            case MAX_TIMESTAMP -> OffsetSpec.maxTimestamp();
            case EARLIEST_LOCAL -> OffsetSpec.earliestLocal();
            case LATEST_TIERED -> OffsetSpec.latestTiered();
        };
    }

    private static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            return instant.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : 0;
        }
    }

    private static Optional<LogOffset> offset(ListOffsetsResultInfo info) {
        if (info.offset() < 0) {
            return Optional.empty();
        }
        return Optional.of(new LogOffset(
                info.offset(),
                info.timestamp() < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(info.timestamp())),
                info.leaderEpoch().map(OptionalInt::of).orElseGet(OptionalInt::empty)));
    }
}
