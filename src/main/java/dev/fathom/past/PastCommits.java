package dev.fathom.past;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.cluster.Word;
import dev.fathom.progress.GroupProgress;
import dev.fathom.sampling.Sampling;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what groups had committed. */
@ApplicationScoped
public class PastCommits {

    private final Sampling sampling;
    private final Clock clock;

    PastCommits(Sampling sampling, Clock clock) {
        this.sampling = sampling;
        this.clock = clock;
    }

    /** Where it is known from. */
    public enum Source implements Word {
        /** The log in which the brokers keep commits. */
        LEDGER,
        /** What this replica's sampler saw. */
        SAMPLER
    }

    /**
     * What is known of one partition.
     *
     * @param at the moment asked about
     * @param source of what is known; of nothing where neither knows
     */
    public record Known(Instant at, PastCommit commit, Optional<Source> source) {}

    /**
     * What a group had committed at a moment.
     *
     * @param group need not exist any more
     * @return for each of the partitions
     */
    public Map<TopicPartition, Known> at(Cluster cluster, String group, Instant at, Set<TopicPartition> partitions) {
        if (at.isAfter(clock.instant())) {
            return all(at, partitions, "that moment is still to come");
        }
        Outcome<Map<TopicPartition, PastCommit>> ledger = cluster.inquiry().committedAt(group, at, partitions);
        Optional<GroupProgress> seen = sampling.group(cluster, group);
        Map<TopicPartition, Known> known = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PastCommit read = ledger.value()
                    .map(commits -> Required.in(commits, partition))
                    .orElseGet(() -> new PastCommit.Unknown(
                            ledger.problem().map(Throwable::getMessage).orElse("")));
            known.put(partition, known(at, partition, read, seen));
        }
        return known;
    }

    private static Map<TopicPartition, Known> all(Instant at, Set<TopicPartition> partitions, String why) {
        Map<TopicPartition, Known> known = new HashMap<>();
        partitions.forEach(
                partition -> known.put(partition, new Known(at, new PastCommit.Unknown(why), Optional.empty())));
        return known;
    }

    private Known known(Instant at, TopicPartition partition, PastCommit read, Optional<GroupProgress> seen) {
        if (!(read instanceof PastCommit.Unknown unread)) {
            return new Known(at, read, Optional.of(Source.LEDGER));
        }
        return seen.flatMap(group -> group.committedAt(partition, at))
                .map(between -> new Known(at, between, Optional.of(Source.SAMPLER)))
                .orElseGet(() -> new Known(
                        at,
                        new PastCommit.Unknown("the brokers' log of commits does not tell (" + unread.why()
                                + ") and neither does what was seen of the group ("
                                + (sampling.on()
                                        ? "this replica remembers no look before that moment and another after it"
                                        : "fathom.lag.sampling is off")
                                + ")"),
                        Optional.empty()));
    }
}
