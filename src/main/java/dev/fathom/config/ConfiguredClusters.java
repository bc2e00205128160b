package dev.fathom.config;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The clusters of {@code fathom.clusters.*}. */
@DefaultBean
@ApplicationScoped
public class ConfiguredClusters implements ClusterSource {

    private static final String FILE = "file:";

    private final FathomConfig config;

    public ConfiguredClusters(FathomConfig config) {
        this.config = config;
    }

    @Override
    public SortedMap<String, ClusterSettings> clusters() {
        if (config.clusters().isEmpty()) {
            throw new ConfigurationException("No cluster is configured: set fathom.clusters.<name>.bootstrap-servers,"
                    + " for example -Dfathom.clusters.prod.bootstrap-servers=broker-1:9092,broker-2:9092 before -jar, or the"
                    + " environment variable FATHOM_CLUSTERS_PROD_BOOTSTRAP_SERVERS. To try Fathom without a cluster, run"
                    + " \"mvn compile exec:exec\" in a checkout.");
        }
        SortedMap<String, ClusterSettings> clusters = new TreeMap<>();
        config.clusters().forEach((name, cluster) -> clusters.put(name, settings(name, cluster)));
        return clusters;
    }

    private ClusterSettings settings(String name, FathomConfig.ClusterConfig cluster) {
        atLeast(1, cluster.maxInFlight(), name, "max-in-flight");
        atLeast(0, cluster.maxQueued(), name, "max-queued");
        Map<String, String> properties = new HashMap<>();
        cluster.properties().forEach((key, value) -> properties.put(key, resolve(name, key, value)));
        properties.put("bootstrap.servers", cluster.bootstrapServers());
        return new ClusterSettings(
                name,
                Map.copyOf(properties),
                config.readOnly() || cluster.readOnly(),
                cluster.requirePlan(),
                cluster.callTimeout());
    }

    private static void atLeast(int least, int value, String cluster, String property) {
        if (value < least) {
            throw new ConfigurationException(
                    "fathom.clusters." + cluster + "." + property + "=" + value + " must be at least " + least + ".");
        }
    }

    private static String resolve(String cluster, String key, String value) {
        if (!value.startsWith(FILE)) {
            return value;
        }
        String path = value.substring(FILE.length());
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException("fathom.clusters." + cluster + ".properties.\"" + key
                    + "\" names a file that cannot be read: " + path);
        }
    }
}
