package dev.fathom.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** What is asked of the brokers only where something is the matter, in half of the time that is left. */
public interface Inquiry {

    /** {@code offsets.retention.minutes} of a broker: how long the commits of a group that nobody is in are kept. */
    Outcome<Duration> offsetsRetention(int broker);

    /**
     * The transaction that holds back each of the partitions: the open one that begins first. Those on which none is open, and
     * those whose leader does not tell, are left out.
     *
     * @param partitions a few: one request for each leader, and a few for the coordinators
     */
    Map<TopicPartition, OpenTransaction> openTransactions(Collection<TopicPartition> partitions);

    /**
     * What a group had committed at a moment, whoever committed it, from the log the brokers keep commits in, which the service
     * must be allowed to read. Reads back from the moment as far as is needed and there is time for.
     *
     * @param group need not exist any more
     * @return for each of the partitions
     */
    Outcome<Map<TopicPartition, PastCommit>> committedAt(String group, Instant at, Set<TopicPartition> partitions);
}
