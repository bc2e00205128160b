package dev.fathom.cluster;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one group has committed, by topic and partition. A partition that is not here has no commit.
 *
 * <p>A group can hold hundreds of thousands of commits and a listing thousands of groups, so they are kept in arrays
 * by partition number: 12 bytes a commit, and metadata only where there is any.
 */
public final class Commits {

    private static final long NONE = -1;
    private static final int NO_EPOCH = -1;

    private final SortedMap<String, OfTopic> topics = new TreeMap<>();
    private int count;
    /** Null where they were not looked for. */
    private @Nullable Set<TopicPartition> pending;

    /**
     * One commit.
     *
     * @param offset the next offset the group will read
     * @param leaderEpoch of the record before it; empty when the committer did not say
     * @param metadata free text of the committer, empty as a rule
     */
    public record Commit(long offset, OptionalInt leaderEpoch, String metadata) {}

    private static final class OfTopic {
        private long[] offsets = new long[0];
        private int[] epochs = new int[0];
        private String @Nullable [] metadata;
        /** Share groups alone; null where the brokers give none. */
        private long @Nullable [] lags;
    }

    public void put(String topic, int partition, Commit commit) {
        if (commit.offset() < 0) {
            throw new IllegalArgumentException("a commit is never negative, was " + commit.offset());
        }
        put(
                topics.computeIfAbsent(topic, t -> new OfTopic()),
                partition,
                commit.offset(),
                commit.leaderEpoch().orElse(NO_EPOCH),
                commit.metadata());
    }

    private void put(OfTopic of, int partition, long offset, int epoch, String metadata) {
        grow(of, partition);
        if (of.offsets[partition] == NONE) {
            count++;
        }
        of.offsets[partition] = offset;
        of.epochs[partition] = epoch;
        if (!metadata.isEmpty() || of.metadata != null) {
            if (of.metadata == null || of.metadata.length < of.offsets.length) {
                of.metadata = of.metadata == null
                        ? new String[of.offsets.length]
                        : Arrays.copyOf(of.metadata, of.offsets.length);
            }
            of.metadata[partition] = metadata;
        }
    }

    /** Puts the commits on one topic, without making an object of each. */
    @FunctionalInterface
    public interface Writer {

        /**
         * @param offset 0 or more
         * @param epoch the leader epoch; negative where the committer did not say
         * @param metadata null is the same as empty
         */
        void put(int partition, long offset, int epoch, @Nullable String metadata);
    }

    /** @param partitions how many are expected; others may follow */
    public Writer on(String topic, int partitions) {
        OfTopic[] of = {topics.get(topic)};
        return (partition, offset, epoch, metadata) -> {
            if (of[0] == null) {
                of[0] = new OfTopic();
                topics.put(topic, of[0]);
                grow(of[0], Math.max(partition, partitions - 1));
            }
            put(of[0], partition, offset, epoch < 0 ? NO_EPOCH : epoch, metadata == null ? "" : metadata);
        };
    }

    /** Notes that commits of open transactions were looked for, on partitions that have a commit. */
    public void lookedForPending() {
        pendingOnes();
    }

    private Set<TopicPartition> pendingOnes() {
        if (pending == null) {
            pending = new TreeSet<>();
        }
        return pending;
    }

    /** Notes that an open transaction holds a commit on a partition: which one is in force is not among these then. */
    public void putPending(String topic, int partition) {
        pendingOnes().add(new TopicPartition(topic, partition));
    }

    /**
     * The partitions with a commit that is not among these, since an open transaction may replace it. Empty where that was not
     * looked for. Where the group has no commit yet an open transaction may hold its first one all the same.
     */
    public Optional<Set<TopicPartition>> pending() {
        return Optional.ofNullable(pending);
    }

    /**
     * Adds what the brokers say a share group still has to do on a partition, which {@link #put} was called for.
     *
     * @param lag records from the start offset on that no member has finished
     */
    public void putLag(String topic, int partition, long lag) {
        OfTopic of = Required.in(topics, topic);
        long[] lags = of.lags == null ? new long[0] : of.lags;
        if (lags.length < of.offsets.length) {
            int known = lags.length;
            lags = Arrays.copyOf(lags, of.offsets.length);
            Arrays.fill(lags, known, lags.length, NONE);
            of.lags = lags;
        }
        lags[partition] = lag;
    }

    private static void grow(OfTopic of, int partition) {
        int length = of.offsets.length;
        if (partition < length) {
            return;
        }
        int grown = Math.max(partition + 1, length + length / 2);
        of.offsets = Arrays.copyOf(of.offsets, grown);
        of.epochs = Arrays.copyOf(of.epochs, grown);
        Arrays.fill(of.offsets, length, grown, NONE);
        Arrays.fill(of.epochs, length, grown, NO_EPOCH);
    }

    public Commits onTopics(Predicate<String> wanted) {
        boolean all = topics.keySet().stream().allMatch(wanted);
        if (all && (pending == null || pending.stream().allMatch(each -> wanted.test(each.topic())))) {
            return this;
        }
        Commits some = new Commits();
        if (pending != null) {
            Set<TopicPartition> visible = some.pendingOnes();
            pending.stream().filter(each -> wanted.test(each.topic())).forEach(visible::add);
        }
        topics.forEach((topic, of) -> {
            if (wanted.test(topic)) {
                some.topics.put(topic, of);
                some.count += partitionsOf(topic).cardinality();
            }
        });
        return some;
    }

    public Commits without(Set<TopicPartition> partitions) {
        Commits others = new Commits();
        forEach((topic, number, offset) -> {
            TopicPartition partition = new TopicPartition(topic, number);
            if (!partitions.contains(partition)) {
                others.put(topic, number, of(partition).orElseThrow());
            }
        });
        return others;
    }

    public Set<String> topics() {
        return Collections.unmodifiableSet(topics.keySet());
    }

    public int count() {
        return count;
    }

    public Optional<Commit> of(TopicPartition partition) {
        OfTopic of = topics.get(partition.topic());
        int number = partition.partition();
        if (of == null || number < 0 || number >= of.offsets.length || of.offsets[number] == NONE) {
            return Optional.empty();
        }
        OptionalInt epoch = of.epochs[number] == NO_EPOCH ? OptionalInt.empty() : OptionalInt.of(of.epochs[number]);
        String metadata = of.metadata == null || number >= of.metadata.length || of.metadata[number] == null
                ? ""
                : of.metadata[number];
        return Optional.of(new Commit(of.offsets[number], epoch, metadata));
    }

    public BitSet partitionsOf(String topic) {
        BitSet numbers = new BitSet();
        OfTopic of = topics.get(topic);
        if (of != null) {
            for (int partition = 0; partition < of.offsets.length; partition++) {
                numbers.set(partition, of.offsets[partition] != NONE);
            }
        }
        return numbers;
    }

    public OptionalLong offsetOf(TopicPartition partition) {
        OfTopic of = topics.get(partition.topic());
        int number = partition.partition();
        return of == null || number < 0 || number >= of.offsets.length || of.offsets[number] == NONE
                ? OptionalLong.empty()
                : OptionalLong.of(of.offsets[number]);
    }

    /** What the brokers say a share group has to do on a partition; empty for other groups, and where they do not say. */
    public OptionalLong lagOf(TopicPartition partition) {
        OfTopic of = topics.get(partition.topic());
        int number = partition.partition();
        return of == null || of.lags == null || number >= of.lags.length || of.lags[number] == NONE
                ? OptionalLong.empty()
                : OptionalLong.of(of.lags[number]);
    }

    /** A number that is another when any offset is another, or any commit was added or taken away. */
    public long fingerprint() {
        long hash = count;
        for (Map.Entry<String, OfTopic> entry : topics.entrySet()) {
            long[] offsets = entry.getValue().offsets;
            for (int partition = 0; partition < offsets.length; partition++) {
                if (offsets[partition] != NONE) {
                    long one = entry.getKey().hashCode() * 31L + partition;
                    hash = mix(hash ^ mix(one) ^ mix(offsets[partition]) * 3);
                }
            }
        }
        return hash;
    }

    /** Spreads every bit over all others (the finaliser of SplitMix64). */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /** Visits every commit in the order of topic and partition, without making an object of each. */
    public void forEach(Visitor visitor) {
        topics.forEach((topic, of) -> {
            for (int partition = 0; partition < of.offsets.length; partition++) {
                if (of.offsets[partition] != NONE) {
                    visitor.visit(topic, partition, of.offsets[partition]);
                }
            }
        });
    }

    @FunctionalInterface
    public interface Visitor {
        void visit(String topic, int partition, long offset);
    }
}
