package dev.fathom.sandbox;

import dev.fathom.config.ClusterSettings;
import dev.fathom.config.ClusterSource;
import dev.fathom.config.ConfiguredClusters;
import dev.fathom.config.FathomConfig;
import dev.fathom.pool.ManagedConsumers;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Instance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** In dev mode, when no cluster is configured: one of its own, {@code local}, with the sample world in it. */
@Alternative
@Priority(1)
@IfBuildProfile("dev")
@ApplicationScoped
public class DevClusters implements ClusterSource {

    private static final Logger LOG = Logger.getLogger(DevClusters.class);
    private static final String NAME = "local";
    private static final int HEAP_MEGABYTES = 192;

    /**
     * Where the broker is kept between live reloads, which load this class anew each time. It must be kept somewhere: its
     * process ends when nobody holds the other end of its standard input any more.
     */
    private static final String KEPT = "fathom.sandbox.broker";

    private final FathomConfig config;
    private final String port;
    private final Instance<ManagedConsumers> consumers;
    private @Nullable SampleTraffic traffic;
    private @Nullable String broker;

    /** @param consumers asked for late: they need the clusters that this makes */
    DevClusters(
            FathomConfig config,
            @ConfigProperty(name = "quarkus.http.port") String port,
            Instance<ManagedConsumers> consumers) {
        this.config = config;
        this.port = port;
        this.consumers = consumers;
    }

    @Override
    public SortedMap<String, ClusterSettings> clusters() {
        if (!config.clusters().isEmpty()) {
            return new ConfiguredClusters(config).clusters();
        }
        String bootstrapServers = bootstrapServers();
        broker = bootstrapServers;
        traffic = SampleTraffic.start(bootstrapServers, true);
        SampleTroubles.join(traffic, config.lag().sampleInterval().multipliedBy(3));
        SortedMap<String, ClusterSettings> clusters = new TreeMap<>();
        clusters.put(
                NAME,
                new ClusterSettings(
                        NAME,
                        Map.of("bootstrap.servers", bootstrapServers),
                        config.readOnly(),
                        false,
                        Duration.ofSeconds(5)));
        return clusters;
    }

    private static @Nullable String bootstrapServers() {
        if (System.getProperties().get(KEPT) instanceof Map<?, ?> kept
                && kept.get("process") instanceof Process process
                && process.isAlive()) {
            return (String) kept.get("bootstrapServers");
        }
        Path target = target();
        LOG.info("No cluster is configured: starting an embedded broker with a sample world");
        EmbeddedBroker broker = EmbeddedBroker.startSingleNode(
                target.resolve("kafka/lib"), target.resolve("kafka/dev"), HEAP_MEGABYTES, Map.of(), List.of());
        new SampleWorld(broker.bootstrapServers()).fill();
        System.getProperties()
                .put(KEPT, Map.of("process", broker.process(), "bootstrapServers", broker.bootstrapServers()));
        return broker.bootstrapServers();
    }

    /** Maven runs dev mode in the project's folder or, by its plugin, in {@code target}. */
    private static Path target() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("kafka/lib")) ? here : here.resolve("target");
    }

    void ready(@Observes StartupEvent event) {
        if (traffic != null) {
            if (config.pool().enabled() && !config.readOnly()) {
                Thread defining = new Thread(this::defineConsumers, "fathom-sample-consumers");
                defining.setDaemon(true);
                defining.start();
            }
            String service = "http://localhost:" + port;
            LOG.infof(
                    "The sample world is ready.%n%n"
                            + "  open         %1$s/%n"
                            + "  Swagger UI   %1$s/q/swagger-ui/%n"
                            + "  try          curl -s '%1$s/api/v1/clusters/%2$s/groups?include=lag'%n"
                            + "               curl -s %1$s/api/v1/clusters/%2$s/groups/invoices/offsets%n"
                            + "               curl -s %1$s/api/v1/clusters/%2$s/consumers/job-labels/stats%n",
                    service, NAME);
        }
    }

    /** Beside the start, which does not wait for it. */
    private void defineConsumers() {
        try {
            SampleConsumers.define(NAME, broker, consumers.get());
        } catch (RuntimeException e) {
            LOG.warnf("The sample consumers could not be defined: %s", e.getMessage());
        }
    }

    @PreDestroy
    void close() {
        if (traffic != null) {
            traffic.close();
        }
    }
}
