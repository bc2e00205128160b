package dev.fathom.kafka;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads what groups have committed.
 *
 * <p>One reply with everything is a trap: a million offsets take the broker and the client four times as long in one
 * reply as in chunks of ten thousand. How many offsets a group has is known only afterwards, so the first chunk is a
 * few groups and sets the size of the next ones.
 */
final class CommitReader {

    private static final int OFFSETS_A_CHUNK = 10_000;
    private static final int GROUPS_IN_FIRST_CHUNK = 100;
    private static final int CHUNKS_IN_FLIGHT = 2;

    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;
    private final boolean stable;
    private final @Nullable Collection<org.apache.kafka.common.TopicPartition> partitions;

    /** @param partitions the partitions wanted; null for all */
    CommitReader(
            Admin admin, Deadline deadline, Answers answers, boolean stable, @Nullable Set<TopicPartition> partitions) {
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
        this.stable = stable;
        this.partitions = partitions == null
                ? null
                : partitions.stream()
                        .map(p -> new org.apache.kafka.common.TopicPartition(p.topic(), p.partition()))
                        .toList();
    }

    /** All that groups have committed, shared with whoever asks at the same moment. */
    static Pending<Map<String, Outcome<Commits>>> everything(
            GroupReads reads, Purpose purpose, boolean stable, CommitReader apart, Collection<GroupListing> groups) {
        return apart.commits(groups, ids -> {
            Map<String, KafkaFuture<Commits>> asked = reads.commits(ids, stable, purpose, apart.deadline);
            return () -> {
                Map<String, Outcome<Commits>> commits = new LinkedHashMap<>();
                asked.forEach((id, future) -> commits.put(id, apart.answers.outcome(future, asked(id))));
                return commits;
            };
        });
    }

    Pending<Map<String, Outcome<Commits>>> commits(Collection<GroupListing> groups) {
        return commits(groups, this::inChunks);
    }

    private Pending<Map<String, Outcome<Commits>>> commits(
            Collection<GroupListing> groups, Function<List<String>, Pending<Map<String, Outcome<Commits>>>> ask) {
        List<String> share = ids(groups, true);
        List<String> others = ids(groups, false);
        ListShareGroupOffsetsResult shareResult = share.isEmpty() ? null : askShare(share);
        Pending<Map<String, Outcome<Commits>>> asked = others.isEmpty() ? LinkedHashMap::new : ask.apply(others);
        return () -> {
            Map<String, Outcome<Commits>> commits = asked.await();
            answers.apart(commits, ids -> new Chunk(List.copyOf(ids)).await());
            if (shareResult != null) {
                commits.putAll(answers.apart(
                        shareCommits(share, shareResult),
                        ids -> shareCommits(List.copyOf(ids), askShare(List.copyOf(ids)))));
            }
            return commits;
        };
    }

    private Pending<Map<String, Outcome<Commits>>> inChunks(List<String> others) {
        int first = Math.min(others.size(), GROUPS_IN_FIRST_CHUNK);
        Chunk firstChunk = new Chunk(others.subList(0, first));
        return () -> {
            Map<String, Outcome<Commits>> commits = new LinkedHashMap<>(firstChunk.await());
            int size = groupsPerChunk(commits.values());
            int sent = first;
            // The broker works on one chunk while we take in the one before it.
            Deque<Chunk> inFlight = new ArrayDeque<>();
            while (sent < others.size() || !inFlight.isEmpty()) {
                while (sent < others.size() && inFlight.size() < CHUNKS_IN_FLIGHT) {
                    int end = Math.min(others.size(), sent + size);
                    inFlight.add(new Chunk(others.subList(sent, end)));
                    sent = end;
                }
                commits.putAll(inFlight.remove().await());
            }
            return commits;
        };
    }

    /** One call of the client for all that groups have committed, sent at once. */
    static Map<String, KafkaFuture<Commits>> ask(Admin admin, Collection<String> ids, int timeoutMillis) {
        Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
        ids.forEach(id -> specs.put(id, new ListConsumerGroupOffsetsSpec()));
        ListConsumerGroupOffsetsResult result = admin.listConsumerGroupOffsets(
                specs,
                new ListConsumerGroupOffsetsOptions().requireStable(false).timeoutMs(timeoutMillis));
        Map<String, KafkaFuture<Commits>> commits = new LinkedHashMap<>();
        ids.forEach(
                id -> commits.put(id, result.partitionsToOffsetAndMetadata(id).thenApply(CommitReader::read)));
        return commits;
    }

    /**
     * The partitions that an open transaction of the group holds a commit on, of those this reader was made for. The
     * client leaves out of its answer what the broker calls unstable, and tells a partition without a commit as null.
     */
    Pending<Outcome<Set<TopicPartition>>> pending(GroupListing group) {
        Collection<org.apache.kafka.common.TopicPartition> wanted = partitions;
        if (wanted == null || wanted.isEmpty()) {
            return () -> Outcome.known(Set.of());
        }
        String id = group.id();
        ListConsumerGroupOffsetsResult asked = Objects.requireNonNull(new Chunk(List.of(id)).result);
        return () -> answers.outcome(asked.partitionsToOffsetAndMetadata(id), asked(id))
                .map(told -> wanted.stream()
                        .filter(partition -> !told.containsKey(partition))
                        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                        .collect(Collectors.toSet()));
    }

    private static String asked(String id) {
        return "read the offsets of group \"" + id + "\" (needs Describe on the group)";
    }

    private static List<String> ids(Collection<GroupListing> groups, boolean share) {
        return groups.stream()
                .filter(group -> group.type().hasCommits() != share)
                .map(GroupListing::id)
                .toList();
    }

    /** How many groups to ask for next, by the size of the answers so far. */
    private static int groupsPerChunk(Collection<Outcome<Commits>> answered) {
        long offsets = 0;
        long groups = 0;
        for (Outcome<Commits> outcome : answered) {
            if (outcome.value().isPresent()) {
                offsets += outcome.orThrow().count();
                groups++;
            }
        }
        long each = groups == 0 ? 1 : Math.max(1, offsets / groups);
        return (int) Math.max(1, OFFSETS_A_CHUNK / each);
    }

    private ListShareGroupOffsetsResult askShare(List<String> ids) {
        ListShareGroupOffsetsSpec spec = new ListShareGroupOffsetsSpec().topicPartitions(partitions);
        return admin.listShareGroupOffsets(
                ids.stream().collect(Collectors.toMap(id -> id, id -> spec)),
                new ListShareGroupOffsetsOptions().timeoutMs(deadline.millisLeft()));
    }

    private Map<String, Outcome<Commits>> shareCommits(List<String> ids, ListShareGroupOffsetsResult result) {
        Map<String, Outcome<Commits>> commits = new LinkedHashMap<>();
        ids.forEach(id -> commits.put(id, outcome(id, result.partitionsToOffsetInfo(id), CommitReader::share)));
        return commits;
    }

    private <T> Outcome<Commits> outcome(
            String id,
            KafkaFuture<Map<org.apache.kafka.common.TopicPartition, T>> future,
            Function<Map<org.apache.kafka.common.TopicPartition, T>, Commits> reading) {
        return answers.outcome(future, reading, asked(id));
    }

    private static Commits share(Map<org.apache.kafka.common.TopicPartition, SharePartitionOffsetInfo> offsets) {
        Commits commits = new Commits();
        offsets.forEach((partition, info) -> {
            // Null is "asked for and without a start offset".
            if (info != null) {
                commits.put(
                        partition.topic(),
                        partition.partition(),
                        new Commits.Commit(info.startOffset(), epoch(info.leaderEpoch()), ""));
                info.lag().ifPresent(lag -> commits.putLag(partition.topic(), partition.partition(), lag));
            }
        });
        return commits;
    }

    private static OptionalInt epoch(Optional<Integer> epoch) {
        return epoch.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private static Commits read(Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> offsets) {
        Commits commits = new Commits();
        offsets.forEach((partition, offset) -> {
            // Null is "asked for and not committed".
            if (offset != null) {
                commits.put(
                        partition.topic(),
                        partition.partition(),
                        new Commits.Commit(
                                offset.offset(),
                                epoch(offset.leaderEpoch()),
                                offset.metadata() == null ? "" : offset.metadata()));
            }
        });
        return commits;
    }

    /** One call of the client, sent when made: one request to find the coordinators, then one to each of them. */
    private final class Chunk {

        private final List<String> ids;
        private final @Nullable ListConsumerGroupOffsetsResult result;

        Chunk(List<String> ids) {
            this.ids = new ArrayList<>(ids);
            if (ids.isEmpty()) {
                this.result = null;
                return;
            }
            ListConsumerGroupOffsetsSpec spec = new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
            Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
            ids.forEach(id -> specs.put(id, spec));
            this.result = admin.listConsumerGroupOffsets(
                    specs,
                    new ListConsumerGroupOffsetsOptions().requireStable(stable).timeoutMs(deadline.millisLeft()));
        }

        Map<String, Outcome<Commits>> await() {
            Map<String, Outcome<Commits>> commits = new LinkedHashMap<>();
            for (String id : ids) {
                commits.put(
                        id,
                        outcome(
                                id,
                                Objects.requireNonNull(result).partitionsToOffsetAndMetadata(id),
                                CommitReader::read));
            }
            return commits;
        }
    }
}
