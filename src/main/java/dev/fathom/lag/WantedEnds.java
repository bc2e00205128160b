package dev.fathom.lag;

import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/** The logs whose ends are wanted, each with the highest commit its end will be compared with. */
final class WantedEnds {

    private static final long NOT_WANTED = Long.MIN_VALUE;
    private static final long NO_COMMIT = -1;

    private final Map<String, long[]> commits = new HashMap<>();
    private final boolean stable;
    private final boolean stableIsCompared;

    /**
     * @param stable whether the last stable offsets are wanted too
     * @param stableIsCompared whether it is those that commits will be compared with
     */
    WantedEnds(boolean stable, boolean stableIsCompared) {
        this.stable = stable;
        this.stableIsCompared = stableIsCompared;
    }

    /** @param commit negative where there is none */
    void add(Collection<TopicPartition> partitions, ToLongFunction<TopicPartition> commit) {
        for (TopicPartition partition : partitions) {
            long[] known = commits.computeIfAbsent(partition.topic(), topic -> new long[0]);
            int number = partition.partition();
            if (number >= known.length) {
                int length = known.length;
                known = Arrays.copyOf(known, Math.max(number + 1, length + length / 2));
                Arrays.fill(known, length, known.length, NOT_WANTED);
                commits.put(partition.topic(), known);
            }
            known[number] = Math.max(known[number], Math.max(NO_COMMIT, commit.applyAsLong(partition)));
        }
    }

    boolean stable() {
        return stable;
    }

    /**
     * Takes what fits of what is known.
     *
     * @return what is still wanted
     */
    List<TopicPartition> takeFrom(Source source, KnownEnds into) {
        List<TopicPartition> missing = new ArrayList<>();
        commits.forEach((topic, atLeast) -> source.visit(topic, (known, young) -> {
            for (int partition = 0; partition < atLeast.length; partition++) {
                if (atLeast[partition] == NOT_WANTED) {
                    continue;
                }
                if (young.test(partition) && fits(known, partition, atLeast[partition])) {
                    into.put(topic, partition, known);
                } else {
                    missing.add(new TopicPartition(topic, partition));
                }
            }
        }));
        return missing;
    }

    /** An end that was read before a commit may be older than it, and their difference negative. */
    private boolean fits(KnownEnds.OfTopic known, int partition, long commit) {
        if (stable && known.stable(partition) == KnownEnds.UNKNOWN) {
            return false;
        }
        return known.last(partition) >= commit && (!stableIsCompared || known.stable(partition) >= commit);
    }

    private long commitOn(TopicPartition partition) {
        return Required.in(commits, partition.topic())[partition.partition()];
    }

    boolean fits(KnownEnds known, TopicPartition partition) {
        KnownEnds.OfTopic ofTopic = known.on(partition.topic());
        return ofTopic.has(partition.partition()) && fits(ofTopic, partition.partition(), commitOn(partition));
    }

    /** Where ends are remembered. */
    @FunctionalInterface
    interface Source {
        void visit(String topic, Taker taker);
    }

    /** Is shown what is remembered of one topic. */
    @FunctionalInterface
    interface Taker {

        /** @param young whether what is known of a partition is there, and young enough */
        void take(KnownEnds.OfTopic known, IntPredicate young);
    }
}
