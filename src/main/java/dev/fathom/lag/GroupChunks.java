package dev.fathom.lag;

import dev.fathom.cluster.GroupListing;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Many groups in parts, each of about so many offsets as may be in memory at once. How many a group has is learnt on the way. */
final class GroupChunks {

    private static final long OFFSETS_A_CHUNK = 200_000;
    private static final int MOST_GROUPS = 2000;
    /** Where nothing is known of their size. */
    private static final int FIRST_GROUPS = 200;

    private final List<GroupListing> groups;
    private int taken;
    private long groupsRead;
    private long offsetsRead;
    private long expected;

    /** @param expected offsets a group, on average; 0 where it is not known */
    GroupChunks(Collection<GroupListing> groups, long expected) {
        this.groups = List.copyOf(groups);
        this.expected = expected;
    }

    /** Whether the next chunk can be sized by what is known. */
    boolean isMeasured() {
        return expected > 0;
    }

    Optional<List<GroupListing>> next() {
        if (taken == groups.size()) {
            return Optional.empty();
        }
        long size = isMeasured() ? Math.min(MOST_GROUPS, Math.max(1, OFFSETS_A_CHUNK / expected)) : FIRST_GROUPS;
        int end = (int) Math.min(groups.size(), taken + size);
        List<GroupListing> chunk = groups.subList(taken, end);
        taken = end;
        return Optional.of(chunk);
    }

    /** Learns from a chunk. */
    void read(int ofGroups, long offsets) {
        groupsRead += ofGroups;
        offsetsRead += offsets;
        expected = Math.max(1, offsetsRead / Math.max(1, groupsRead));
    }

    OptionalLong offsetsAGroup() {
        return groupsRead == 0 ? OptionalLong.empty() : OptionalLong.of(expected);
    }
}
