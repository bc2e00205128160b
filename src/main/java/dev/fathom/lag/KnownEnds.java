package dev.fathom.lag;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.TopicPartition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where logs begin and end, by topic and partition in arrays, and why that is not known of some. */
final class KnownEnds {

    static final long UNKNOWN = -1;

    private static final OfTopic NOTHING = new OfTopic();

    /** The logs of one topic, by partition number. */
    static final class OfTopic {
        private long[] first = new long[0];
        private long[] last = new long[0];
        private long[] stable = new long[0];

        /** @param stableEnd the last stable offset; {@link #UNKNOWN} where it was not asked for, or is not told */
        void put(int partition, long firstOffset, long lastOffset, long stableEnd) {
            if (partition >= first.length) {
                int length = Math.max(partition + 1, first.length + first.length / 2);
                first = grown(first, length);
                last = grown(last, length);
                stable = grown(stable, length);
            }
            first[partition] = firstOffset;
            last[partition] = lastOffset;
            stable[partition] = stableEnd;
        }

        private static long[] grown(long[] offsets, int length) {
            long[] grown = Arrays.copyOf(offsets, length);
            Arrays.fill(grown, offsets.length, length, UNKNOWN);
            return grown;
        }

        boolean has(int partition) {
            return partition >= 0 && partition < first.length && first[partition] != UNKNOWN;
        }

        long first(int partition) {
            return first[partition];
        }

        /** The high watermark. */
        long last(int partition) {
            return last[partition];
        }

        /** The last stable offset, or {@link #UNKNOWN}. */
        long stable(int partition) {
            return stable[partition];
        }
    }

    private final Map<String, OfTopic> topics = new HashMap<>();
    private final Map<TopicPartition, ClusterException> problems = new HashMap<>();

    /** Of a topic nothing is known of, it has no partition. */
    OfTopic on(String topic) {
        return topics.getOrDefault(topic, NOTHING);
    }

    KnownEnds put(TopicPartition partition, long first, long last, long stable) {
        topics.computeIfAbsent(partition.topic(), topic -> new OfTopic())
                .put(partition.partition(), first, last, stable);
        return this;
    }

    void put(String topic, int partition, OfTopic from) {
        topics.computeIfAbsent(topic, name -> new OfTopic())
                .put(partition, from.first(partition), from.last(partition), from.stable(partition));
    }

    void put(TopicPartition partition, ClusterException problem) {
        problems.put(partition, problem);
    }

    Optional<ClusterException> problem(TopicPartition partition) {
        return problems.isEmpty() ? Optional.empty() : Optional.ofNullable(problems.get(partition));
    }
}
