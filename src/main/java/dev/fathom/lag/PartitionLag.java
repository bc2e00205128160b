package dev.fathom.lag;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.TopicPartition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One group on one partition. Numbers are in offsets: compaction, markers and aborted transactions make them upper
 * bounds of records. A null is a number that cannot be known; the status says why.
 *
 * @param committed what the group committed; for share groups its start offset
 * @param firstOffset the log start
 * @param lastOffset the high watermark
 * @param lag the end for this isolation minus the commit; for share groups the records not done, as the brokers count them
 *     (from 4.2 on; null where they do not)
 * @param effectiveLag the most of it that can still be read: the end minus the later of commit and log start
 * @param lostRecords how far the commit has fallen off the log; 0 when it has not
 * @param uncommittedTail high watermark minus last stable offset: what open transactions hold back; null where the
 *     last stable offset was not asked for
 * @param lagUpperBound share groups only: the end minus the start offset, records in flight and done among it
 * @param stale whether the group has members, what each is assigned is known, and none is assigned any partition of the topic
 * @param owners the members the partition is assigned to: one as a rule, any number in share groups; several elsewhere
 *     where a member has not yet heard that it lost the partition, or two were told the same by their assignor
 */
public record PartitionLag(
        TopicPartition partition,
        Optional<Commit> committed,
        @Nullable Long firstOffset,
        @Nullable Long lastOffset,
        @Nullable Long lag,
        @Nullable Long effectiveLag,
        @Nullable Long lostRecords,
        @Nullable Long uncommittedTail,
        @Nullable Long lagUpperBound,
        PartitionStatus status,
        boolean stale,
        List<Member> owners) {

    /** The one member the partition is assigned to; empty when there is none, or several. */
    public Optional<Member> owner() {
        return owners.size() == 1 ? Optional.of(owners.get(0)) : Optional.empty();
    }

    /** The number that ranks this row: the lag, or for share groups its upper bound; null when unknown. */
    public @Nullable Long behind() {
        return lag != null ? lag : lagUpperBound;
    }

    /** The most of {@link #behind} that can still be read; null when unknown. */
    public @Nullable Long readable() {
        if (effectiveLag != null || lagUpperBound == null) {
            return effectiveLag;
        }
        return Math.max(0, lagUpperBound - (lostRecords == null ? 0 : lostRecords));
    }
}
