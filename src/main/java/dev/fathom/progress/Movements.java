package dev.fathom.progress;

import dev.fathom.cluster.TopicPartition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commits of a group that one look shows where no member would have moved them. */
final class Movements {

    private static final int MOST = 16;

    private final boolean mayJump;
    private final List<GroupEvent.Moved.OfPartition> partitions = new ArrayList<>();
    private int others;

    /**
     * @param mayJump whether nobody is in the group, and its commits have stood for so long that nobody uses it by {@code assign()}
     *     either
     */
    Movements(boolean mayJump) {
        this.mayJump = mayJump;
    }

    /** Takes note of a commit; {@link Look#UNKNOWN} for none. */
    void saw(String topic, int partition, long before, long commit) {
        boolean both = before != Look.UNKNOWN && commit != Look.UNKNOWN;
        if (both && (commit < before || (mayJump && commit > before))) {
            if (partitions.size() < MOST) {
                partitions.add(new GroupEvent.Moved.OfPartition(new TopicPartition(topic, partition), before, commit));
            } else {
                others++;
            }
        }
    }

    Optional<GroupEvent.Moved> found(Instant after) {
        return partitions.isEmpty()
                ? Optional.empty()
                : Optional.of(new GroupEvent.Moved(after, List.copyOf(partitions), others));
    }
}
