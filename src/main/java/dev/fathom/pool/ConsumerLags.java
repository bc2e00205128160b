package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Spec.IsolationLevel;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The positions and lag of consumers, asked of the brokers: a member knows the log ends only as of its last fetch, and does not
 * fetch while it is paused, while its sink is down, or once it has stopped. One request for all consumers together; what is not
 * answered is unknown.
 */
final class ConsumerLags {

    private static final Logger LOG = Logger.getLogger(ConsumerLags.class);
    /** Each costs a read of its own. */
    private static final int MOST_TIMES = 200;

    private final Supplier<Cluster> cluster;

    /** @param cluster gives a handle whose deadline starts then */
    ConsumerLags(Supplier<Cluster> cluster) {
        this.cluster = cluster;
    }

    private record Answers(
            Map<IsolationLevel, Map<TopicPartition, Outcome<Optional<LogOffset>>>> ends,
            Map<String, Outcome<Commits>> commits) {

        private Optional<Long> end(Definition definition, TopicPartition partition) {
            return Optional.ofNullable(
                            ends.getOrDefault(definition.spec().source().isolation(), Map.of())
                                    .get(partition))
                    .flatMap(Outcome::value)
                    .flatMap(end -> end)
                    .map(LogOffset::offset);
        }

        private Optional<Long> committed(Definition definition, TopicPartition partition) {
            return Optional.ofNullable(commits.get(definition.spec().groupId()))
                    .flatMap(Outcome::value)
                    .flatMap(all -> all.of(partition))
                    .map(Commit::offset);
        }
    }

    /** The same consumers, with positions and lag. */
    List<ConsumerView> of(List<ConsumerView> views) {
        if (views.isEmpty()) {
            return views;
        }
        Answers answers;
        try {
            answers = ask(views);
        } catch (ClusterException e) {
            LOG.debugf("Positions of consumers cannot be looked up now: %s", e.getMessage());
            answers = new Answers(Map.of(), Map.of());
        }
        List<ConsumerView> told = new ArrayList<>();
        for (ConsumerView view : views) {
            told.add(told(view, answers));
        }
        return told;
    }

    private Answers ask(List<ConsumerView> views) {
        Cluster asked = cluster.get();
        Map<IsolationLevel, Set<TopicPartition>> partitions = new HashMap<>();
        List<GroupListing> groups = new ArrayList<>();
        for (ConsumerView view : views) {
            Definition definition = view.definition();
            partitions
                    .computeIfAbsent(definition.spec().source().isolation(), any -> new HashSet<>())
                    .addAll(partitions(definition));
            groups.add(new GroupListing(definition.spec().groupId(), GroupType.CLASSIC, GroupState.UNKNOWN, "", false));
        }
        Map<String, Outcome<Commits>> commits = asked.commits(groups, false).await();
        // After the commits, so that no lag is lost between the two.
        Map<IsolationLevel, Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>>> pending = new HashMap<>();
        partitions.forEach((isolation, all) -> pending.put(isolation, asked.offsets(end(isolation), all)));
        Map<IsolationLevel, Map<TopicPartition, Outcome<Optional<LogOffset>>>> ends = new HashMap<>();
        pending.forEach((isolation, answer) -> ends.put(isolation, answer.await()));
        return new Answers(ends, commits);
    }

    /** One past the last that a member can fetch. */
    private static LogPoint end(IsolationLevel isolation) {
        return isolation == IsolationLevel.READ_COMMITTED ? LogPoint.Named.LAST_STABLE : LogPoint.Named.LAST;
    }

    private static Set<TopicPartition> partitions(Definition definition) {
        Set<TopicPartition> all = new HashSet<>();
        definition.known().forEach((topic, known) -> {
            for (int number = 0; number < known.partitions(); number++) {
                all.add(new TopicPartition(topic, number));
            }
        });
        return all;
    }

    private static ConsumerView told(ConsumerView view, Answers answers) {
        Definition definition = view.definition();
        Map<TopicPartition, Long> lags = new HashMap<>();
        partitions(definition)
                .forEach(partition -> lag(answers.end(definition, partition), answers.committed(definition, partition))
                        .ifPresent(lag -> lags.put(partition, lag)));
        List<MemberView> members = new ArrayList<>();
        for (MemberView member : view.members()) {
            boolean reads = member.report().state().live() && !member.stale();
            List<PartitionReport> reports = new ArrayList<>();
            for (PartitionReport report : member.report().partitions()) {
                PartitionReport told = told(definition, report, reads, answers);
                reports.add(told);
                if (reads && told.lag() != null) {
                    lags.put(new TopicPartition(told.topic(), told.partition()), told.lag());
                }
            }
            members.add(new MemberView(member.report().withPartitions(reports), member.stale()));
        }
        OptionalLong lag = lags.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        lags.values().stream().mapToLong(Long::longValue).sum());
        return new ConsumerView(definition, view.state(), view.reason(), members, lag);
    }

    /** @param reads whether the member may be further than its commit; otherwise it will start there */
    private static PartitionReport told(Definition definition, PartitionReport report, boolean reads, Answers answers) {
        TopicPartition partition = new TopicPartition(report.topic(), report.partition());
        Optional<Long> end = answers.end(definition, partition);
        Optional<Long> committed = answers.committed(definition, partition);
        Optional<Long> said = Optional.ofNullable(report.position()).filter(any -> reads);
        // Reports of members elsewhere are seconds old; their commits are not.
        Optional<Long> position =
                said.map(known -> Math.max(known, committed.orElse(known))).or(() -> committed);
        return new PartitionReport(
                report.topic(),
                report.partition(),
                report.topicId(),
                position.orElse(null),
                committed.orElse(report.committed()),
                end.orElse(null),
                lag(end, position).orElse(null),
                reads ? report.oldestUndone() : null,
                report.at());
    }

    private static Optional<Long> lag(Optional<Long> end, Optional<Long> position) {
        return end.flatMap(last -> position.map(at -> Math.max(0, last - at)));
    }

    /** The same consumer with the age of the oldest records that wait in the logs. */
    ConsumerView withTimes(ConsumerView view) {
        Map<TopicPartition, Long> waiting = new HashMap<>();
        view.members().stream()
                .flatMap(member -> member.report().partitions().stream())
                .filter(report -> report.oldestUndone() == null
                        && report.position() != null
                        && report.lag() != null
                        && report.lag() > 0)
                .limit(MOST_TIMES)
                .forEach(report ->
                        waiting.put(new TopicPartition(report.topic(), report.partition()), report.position()));
        if (waiting.isEmpty()) {
            return view;
        }
        Map<TopicPartition, Instant> times;
        try {
            times = cluster.get().timestampsAt(waiting);
        } catch (ClusterException e) {
            LOG.debugf("Ages of waiting records cannot be looked up now: %s", e.getMessage());
            return view;
        }
        List<MemberView> members = view.members().stream()
                .map(member -> new MemberView(
                        member.report().withPartitions(timed(member.report().partitions(), times)), member.stale()))
                .toList();
        return new ConsumerView(view.definition(), view.state(), view.reason(), members, view.lag());
    }

    private static List<PartitionReport> timed(
            Collection<PartitionReport> reports, Map<TopicPartition, Instant> times) {
        return reports.stream()
                .map(report -> report.oldestUndone() != null
                        ? report
                        : report.waitingSince(times.get(new TopicPartition(report.topic(), report.partition()))))
                .toList();
    }
}
