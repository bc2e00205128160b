package dev.fathom.progress;

import dev.fathom.cluster.Topic;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where the partitions of a topic live, as of the last look; by partition number. Arrays, since there may be a million of them.
 *
 * @param leaders broker ids; {@link #NOBODY} where there is none
 * @param preferred the first of the replicas; {@link #NOBODY} where there is none
 * @param replicas how many
 * @param inSync how many of them
 */
public record Layout(int[] leaders, int[] preferred, short[] replicas, short[] inSync) {

    private static final int NOBODY = -1;
    private static final int BYTES_EACH = 12;

    public static final Layout UNKNOWN = new Layout(new int[0], new int[0], new short[0], new short[0]);

    public static Layout of(Topic topic) {
        int count = topic.partitions().size();
        Layout layout = new Layout(new int[count], new int[count], new short[count], new short[count]);
        for (int i = 0; i < count; i++) {
            Topic.Partition partition = topic.partitions().get(i);
            List<Integer> replicas = partition.replicas();
            layout.leaders[i] = partition.leader().orElse(NOBODY);
            layout.preferred[i] = replicas.isEmpty() ? NOBODY : replicas.get(0);
            layout.replicas[i] = (short) replicas.size();
            layout.inSync[i] = (short) partition.isr().size();
        }
        return layout;
    }

    boolean has(int partition) {
        return partition >= 0 && partition < leaders.length;
    }

    PartitionPlace of(int partition) {
        int leader = leaders[partition];
        return new PartitionPlace(
                leader == NOBODY ? OptionalInt.empty() : OptionalInt.of(leader),
                leader != NOBODY && leader == preferred[partition],
                replicas[partition],
                inSync[partition]);
    }

    long bytes() {
        return (long) BYTES_EACH * leaders.length;
    }
}
