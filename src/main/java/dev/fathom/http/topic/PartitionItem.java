package dev.fathom.http.topic;

import dev.fathom.cluster.Topic;
import dev.fathom.http.answer.Numbers;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One partition of a topic. */
@Schema(description = "One partition of a topic.")
public record PartitionItem(
        @Schema(description = "Its number, from 0.", required = true)
        int partition,

        @Schema(description = "Id of the broker that serves it; absent while there is none.") @Nullable
        Integer leader,

        @Schema(description = "Ids of the brokers that keep a copy, the preferred leader first.", required = true)
        List<Integer> replicas,

        @Schema(description = "Ids of those in sync.", required = true)
        List<Integer> isr) {

    static PartitionItem of(Topic.Partition partition) {
        return new PartitionItem(
                partition.number(), Numbers.orNull(partition.leader()), partition.replicas(), partition.isr());
    }
}
