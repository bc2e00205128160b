package dev.fathom.http.cluster;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.cluster.Feature;
import dev.fathom.cluster.Pending;
import dev.fathom.http.answer.Numbers;
import dev.fathom.http.request.Links;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A cluster, its brokers and what it can do. */
@Schema(description = "A cluster, its brokers and what it can do.")
public record ClusterDetail(
        @Schema(description = "The name it is configured under.", required = true)
        String name,

        @Schema(description = "The id it was given when it was formatted.", required = true)
        String clusterId,

        @Schema(description = "Whether it answers.", required = true)
        boolean reachable,

        @Schema(description = "How many brokers are alive.", required = true)
        int brokers,

        @Schema(description = "Id of the broker that takes changes; absent while there is none.") @Nullable
        Integer controller,

        @Schema(description = "Whether every change is refused on it.", required = true)
        boolean readOnly,

        @Schema(description = "The brokers, by id.", required = true)
        List<BrokerItem> nodes,

        @Schema(description = "What the cluster supports.", required = true)
        ClusterFeatures features,

        @Schema(
                description =
                        "Whether the service may see every topic. Where it may not, totals carry complete: false. An ACL that denies single topics is not found this way.",
                required = true)
        boolean canDescribeAllTopics,

        @Schema(description = "Path of the cluster.", required = true)
        String self) {

    public static ClusterDetail of(Cluster cluster) {
        Pending<ClusterDescription> asked = cluster.describe();
        Map<Feature, Feature.Support> features = cluster.features();
        boolean allTopics = cluster.canDescribeAllTopics();
        ClusterDescription description = asked.await();
        return new ClusterDetail(
                cluster.name(),
                description.clusterId(),
                true,
                description.brokers().size(),
                Numbers.orNull(description.controller()),
                cluster.readOnly(),
                description.brokers().stream().map(BrokerItem::of).toList(),
                ClusterFeatures.of(features),
                allTopics,
                Links.cluster(cluster.name()));
    }
}
