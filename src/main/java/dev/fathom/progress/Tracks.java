package dev.fathom.progress;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.TopicPartition;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known of one group on each partition it has committed to, in the order of topic and partition. */
final class Tracks {

    private final Function<String, TopicProgress> topics;
    private final Map<String, PartitionProgress[]> tracks = new TreeMap<>();

    Tracks(Function<String, TopicProgress> topics) {
        this.topics = topics;
    }

    @FunctionalInterface
    interface Visitor {
        void visit(String topic, int partition, PartitionProgress progress, LogProgress log);
    }

    /** Visits each of which the log is known. */
    void forEach(Visitor visitor) {
        tracks.forEach((name, known) -> {
            TopicProgress topic = topics.apply(name);
            for (int partition = 0; topic != null && partition < known.length; partition++) {
                LogProgress log = topic.log(partition);
                if (known[partition] != null && log != null) {
                    visitor.visit(name, partition, known[partition], log);
                }
            }
        });
    }

    @FunctionalInterface
    interface Mover {
        void move(String topic, int partition, PartitionProgress progress, LogProgress log, long commit, boolean owned);
    }

    /** Hands on what a look found, partition by partition; new ones are taken in, and topics without commits forgotten. */
    void take(Look.OfGroup look, Mover mover) {
        Commits commits = look.commits();
        Set<TopicPartition> owned = owned(look.description());
        for (String name : commits.topics()) {
            TopicProgress topic = topics.apply(name);
            int wanted = commits.partitionsOf(name).length();
            PartitionProgress[] known = tracks.computeIfAbsent(name, n -> new PartitionProgress[wanted]);
            if (known.length < wanted) {
                known = Arrays.copyOf(known, wanted);
                tracks.put(name, known);
            }
            for (int number = 0; number < known.length; number++) {
                LogProgress log = topic == null ? null : topic.log(number);
                TopicPartition partition = new TopicPartition(name, number);
                long commit = commits.offsetOf(partition).orElse(Look.UNKNOWN);
                if (log != null && (commit != Look.UNKNOWN || known[number] != null)) {
                    if (known[number] == null) {
                        known[number] = new PartitionProgress();
                    }
                    mover.move(name, number, known[number], log, commit, owned.contains(partition));
                }
            }
        }
        tracks.keySet().retainAll(commits.topics());
    }

    private static Set<TopicPartition> owned(GroupDescription group) {
        Set<TopicPartition> owned = new HashSet<>();
        for (Member member : group.members()) {
            member.assignment()
                    .forEach((topic, numbers) ->
                            numbers.forEach(number -> owned.add(new TopicPartition(topic, number))));
        }
        return owned;
    }

    Optional<PartitionProgress> of(TopicPartition partition) {
        PartitionProgress[] known = tracks.get(partition.topic());
        int number = partition.partition();
        return known == null || number < 0 || number >= known.length
                ? Optional.empty()
                : Optional.ofNullable(known[number]);
    }

    /** Null where the log was not seen. */
    @Nullable
    LogProgress log(TopicPartition partition) {
        TopicProgress topic = topics.apply(partition.topic());
        return topic == null ? null : topic.log(partition.partition());
    }

    /** How long a topic keeps records; for ever where that is not known. */
    Loss.Keeps keeps(String topic) {
        TopicProgress of = topics.apply(topic);
        Loss.Keeps known = of == null ? null : of.keeps();
        return known == null ? Loss.Keeps.UNKNOWN : known;
    }

    Set<String> topics() {
        return Set.copyOf(tracks.keySet());
    }

    /** Remembers no more than so many changes of each commit. */
    void trim(int changes) {
        for (PartitionProgress[] known : tracks.values()) {
            for (PartitionProgress progress : known) {
                if (progress != null) {
                    progress.trim(changes);
                }
            }
        }
    }

    long bytes() {
        long bytes = 0;
        for (PartitionProgress[] known : tracks.values()) {
            for (PartitionProgress progress : known) {
                bytes += 4 + (progress == null ? 0 : progress.bytes());
            }
        }
        return bytes;
    }
}
