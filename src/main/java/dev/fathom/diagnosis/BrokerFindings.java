package dev.fathom.diagnosis;

import dev.fathom.cluster.Broker;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.OpenTransaction;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.diagnosis.Finding.Next;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.progress.GroupReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What is found by asking the brokers once more, only when a group is diagnosed and only where that may tell something: who holds
 * it back, when its commits expire, how far away its members read. Bounded; what they do not tell is left out.
 */
public final class BrokerFindings {

    private static final Logger LOG = Logger.getLogger(BrokerFindings.class);
    private static final int PARTITIONS_ASKED_ABOUT = 10;
    private static final Set<FindingKind> HELD = EnumSet.of(FindingKind.BLOCKED, FindingKind.HANGING_TRANSACTION);

    private final Cluster cluster;
    private final Instant now;

    /** @param now by the clock that reports go by */
    public BrokerFindings(Cluster cluster, Instant now) {
        this.cluster = cluster;
        this.now = now;
    }

    /** Those that are held by an open transaction say by which; of the first ten partitions. */
    public List<Finding> withTransactions(List<Finding> findings) {
        List<TopicPartition> held = findings.stream()
                .filter(finding -> HELD.contains(finding.kind()))
                .map(BrokerFindings::partition)
                .distinct()
                .limit(PARTITIONS_ASKED_ABOUT)
                .toList();
        if (held.isEmpty()) {
            return findings;
        }
        Map<TopicPartition, OpenTransaction> open =
                asked(() -> cluster.inquiry().openTransactions(held), Map.of());
        return findings.stream()
                .map(finding -> HELD.contains(finding.kind())
                        ? Optional.ofNullable(open.get(partition(finding)))
                                .map(transaction -> finding.heldBy(transaction, now))
                                .orElse(finding)
                        : finding)
                .toList();
    }

    private static TopicPartition partition(Finding finding) {
        return new TopicPartition(
                finding.topic().orElseThrow(), finding.partition().orElseThrow());
    }

    /**
     * When the commits of a group that nobody is in will be deleted: at the latest, since only what was watched is known.
     *
     * @param usedByAssign whether they move all the same, which keeps them
     */
    public Optional<Finding> expiry(GroupOffsets measured, Optional<GroupReport> seen, boolean usedByAssign) {
        Optional<Instant> abandoned = seen.flatMap(GroupReport::abandonedSince);
        boolean committed =
                measured.rows().stream().anyMatch(row -> row.committed().isPresent());
        if (measured.group().state() != GroupState.EMPTY || usedByAssign || !committed || abandoned.isEmpty()) {
            return Optional.empty();
        }
        Optional<Broker> coordinator = measured.group().coordinator();
        return coordinator
                .flatMap(broker -> asked(
                        () -> cluster.inquiry().offsetsRetention(broker.id()).value(), Optional.empty()))
                .map(retention -> expiry(measured, abandoned.get(), retention));
    }

    private Finding expiry(GroupOffsets measured, Instant abandoned, Duration retention) {
        long empty = Math.max(0, Duration.between(abandoned, now).toSeconds());
        Instant deadline = abandoned.plus(retention);
        long commits = measured.rows().stream()
                .filter(row -> row.committed().isPresent())
                .count();
        Map<String, Number> evidence = new LinkedHashMap<>();
        evidence.put("commits", commits);
        evidence.put("emptySeconds", empty);
        evidence.put("retentionSeconds", retention.toSeconds());
        evidence.put("leftSeconds", Math.max(0, retention.toSeconds() - empty));
        evidence.put("deadlineEpochSeconds", deadline.getEpochSecond());
        return Finding.of(
                        FindingKind.OFFSETS_EXPIRE,
                        evidence,
                        "Nobody is in the group and nothing is committed: brokers delete its " + commits
                                + " commits by " + deadline + " (offsets.retention.minutes="
                                + retention.toMinutes() + "), sooner if nobody was in it before it was watched."
                                + " Whoever comes back after that begins where auto.offset.reset says.",
                        List.of(new Next.ListGroupOffsets(), new Next.History()))
                .since(abandoned);
    }

    /** Members that read partitions with no replica in their rack, where both tell their rack. */
    public List<Finding> racks(GroupOffsets measured) {
        List<Member> placed = measured.group().members().stream()
                .filter(member ->
                        member.rackId().filter(rack -> !rack.isEmpty()).isPresent())
                .filter(member -> !member.assignment().isEmpty())
                .toList();
        if (placed.isEmpty()) {
            return List.of();
        }
        return asked(
                () -> {
                    Map<Integer, String> racks = new HashMap<>();
                    for (Broker broker : cluster.describe().await().brokers()) {
                        broker.rack().ifPresent(rack -> racks.put(broker.id(), rack));
                    }
                    Set<String> topics = placed.stream()
                            .flatMap(member -> member.assignment().keySet().stream())
                            .collect(Collectors.toSet());
                    List<Topic> known = new ArrayList<>();
                    cluster.topics(topics).values().forEach(outcome -> outcome.value()
                            .ifPresent(known::add));
                    return racks(placed, known, racks);
                },
                List.of());
    }

    /** @param racks of brokers, by id; those that have none are left out */
    static List<Finding> racks(List<Member> members, Collection<Topic> topics, Map<Integer, String> racks) {
        Map<TopicPartition, Set<String>> near = new HashMap<>();
        for (Topic topic : topics) {
            for (Topic.Partition partition : topic.partitions()) {
                // Where one replica tells no rack it may be anywhere.
                if (racks.keySet().containsAll(partition.replicas())) {
                    near.put(
                            new TopicPartition(topic.name(), partition.number()),
                            partition.replicas().stream()
                                    .map(racks::get)
                                    .collect(Collectors.toCollection(HashSet::new)));
                }
            }
        }
        List<Finding> findings = new ArrayList<>();
        for (Member member : members) {
            String rack = member.rackId().orElseThrow();
            List<TopicPartition> owned = new ArrayList<>();
            member.assignment()
                    .forEach((topic, numbers) ->
                            numbers.forEach(number -> owned.add(new TopicPartition(topic, number))));
            List<TopicPartition> known =
                    owned.stream().filter(near::containsKey).toList();
            long far = known.stream()
                    .filter(partition -> !near.getOrDefault(partition, Set.of()).contains(rack))
                    .count();
            if (far > 0) {
                boolean nowhere = !racks.containsValue(rack);
                findings.add(Finding.of(
                                FindingKind.RACK_MISMATCH,
                                Map.of("partitions", owned.size(), "withoutReplicaInRack", far),
                                "Member " + member.clientId() + " is in rack " + rack + ", and " + far + " of its "
                                        + owned.size() + " partitions have no replica there"
                                        + (nowhere ? ": no broker is in it." : "."),
                                List.of(new Next.ListMembers()))
                        .about(member));
            }
        }
        return findings;
    }

    private <T> T asked(Supplier<T> question, T otherwise) {
        try {
            return question.get();
        } catch (ClusterException e) {
            LOG.debugf("Not told by cluster %s: %s", cluster.name(), e.getMessage());
            return otherwise;
        }
    }
}
