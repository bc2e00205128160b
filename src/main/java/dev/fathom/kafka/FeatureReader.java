package dev.fathom.kafka;

import dev.fathom.cluster.Broker;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Feature;
import dev.fathom.cluster.Feature.Support;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/** Finds out which of the newer features a cluster has. */
final class FeatureReader {

    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;

    FeatureReader(Admin admin, Deadline deadline, Answers answers) {
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
    }

    /** @param describing the cluster, whose brokers' settings say what no feature level does */
    Map<Feature, Support> features(Pending<ClusterDescription> describing) {
        KafkaFuture<FeatureMetadata> features = admin.describeFeatures(
                        new DescribeFeaturesOptions().timeoutMs(deadline.millisLeft()))
                .featureMetadata();
        Outcome<FeatureMetadata> metadata = answers.outcome(features, "describe its features");
        Map<Feature, Support> support = new EnumMap<>(Feature.class);
        support.put(Feature.CONSUMER_GROUPS, support(metadata, "group.version"));
        support.put(Feature.SHARE_GROUPS, support(metadata, "share.version"));
        support.put(Feature.STREAMS_GROUPS, support(metadata, "streams.version"));
        support.put(Feature.TIERED_STORAGE, tieredStorage(describing));
        return support;
    }

    private static Support support(Outcome<FeatureMetadata> metadata, String feature) {
        return metadata.value()
                .map(known -> {
                    FinalizedVersionRange range = known.finalizedFeatures().get(feature);
                    return range != null && range.maxVersionLevel() > 0 ? Support.SUPPORTED : Support.UNSUPPORTED;
                })
                .orElse(Support.UNKNOWN);
    }

    /** From a broker's setting; unknown where the service may not describe broker configurations. */
    private Support tieredStorage(Pending<ClusterDescription> describing) {
        try {
            List<Broker> brokers = describing.await().brokers();
            if (brokers.isEmpty()) {
                return Support.UNKNOWN;
            }
            ConfigResource broker = new ConfigResource(
                    ConfigResource.Type.BROKER, Integer.toString(brokers.get(0).id()));
            Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(
                            List.of(broker), new DescribeConfigsOptions().timeoutMs(deadline.millisLeft()))
                    .values();
            ConfigEntry entry = answers.await(Required.in(configs, broker), "describe the configuration of a broker")
                    .get("remote.log.storage.system.enable");
            return entry != null && Boolean.parseBoolean(entry.value()) ? Support.SUPPORTED : Support.UNSUPPORTED;
        } catch (ClusterException e) {
            return Support.UNKNOWN;
        }
    }
}
