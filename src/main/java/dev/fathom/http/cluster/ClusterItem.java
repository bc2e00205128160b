package dev.fathom.http.cluster;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.http.answer.Numbers;
import dev.fathom.http.request.Links;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A cluster in the list of them. */
@Schema(description = "A cluster this service is configured for.")
public record ClusterItem(
        @Schema(description = "The name it is configured under.", required = true)
        String name,

        @Schema(description = "The id it was given when it was formatted; absent while it cannot be reached.") @Nullable
        String clusterId,

        @Schema(description = "Whether it answers.", required = true)
        boolean reachable,

        @Schema(description = "How many brokers are alive; absent while it cannot be reached.") @Nullable
        Integer brokers,

        @Schema(description = "Id of the broker that takes changes; absent while there is none.") @Nullable
        Integer controller,

        @Schema(description = "Whether every change is refused on it.", required = true)
        boolean readOnly,

        @Schema(description = "Path of the cluster.", required = true)
        String self) {

    public static ClusterItem of(Cluster cluster, ClusterDescription description) {
        return new ClusterItem(
                cluster.name(),
                description.clusterId(),
                true,
                description.brokers().size(),
                Numbers.orNull(description.controller()),
                cluster.readOnly(),
                Links.cluster(cluster.name()));
    }

    public static ClusterItem unreachable(Cluster cluster) {
        return new ClusterItem(
                cluster.name(), null, false, null, null, cluster.readOnly(), Links.cluster(cluster.name()));
    }
}
