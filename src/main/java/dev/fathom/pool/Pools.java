package dev.fathom.pool;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.StartOrder;
import dev.fathom.operation.Journal;
import dev.fathom.operation.Operations;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.reset.ManagedGroups;
import dev.fathom.reset.Resets;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** The pools of all clusters, from the start of the service to its end. */
@ApplicationScoped
public class Pools implements ManagedGroups {

    private final Clusters clusters;
    private final PoolSettings settings;
    private final Sinks sinks;
    private final Resets resets;
    private final Operations operations;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final String replica;
    private final ExecutorService blocking = Executors.newCachedThreadPool(named("fathom-pool-names"));
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1, named("fathom-pool-timers"));
    private final Map<String, ClusterPool> pools = new TreeMap<>();

    Pools(
            Clusters clusters,
            FathomConfig config,
            Resets resets,
            Operations operations,
            Journal journal,
            Vertx vertx,
            MeterRegistry metrics,
            Clock clock) {
        this.clusters = clusters;
        this.settings = PoolSettings.of(config.pool());
        this.sinks =
                new Sinks(settings.webhooks(), settings.secrets(), blocking, vertx, clock, settings.maxRecordBytes());
        this.resets = resets;
        this.operations = operations;
        this.replica = journal.replica();
        this.metrics = metrics;
        this.clock = clock;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    public static final class PoolOffException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PoolOffException() {
            super("Managed consumers are switched off (fathom.pool.enabled).");
        }
    }

    /** Made of the settings before anything is started: one that is wrong stops the start. */
    void check(@Observes @Priority(StartOrder.MADE_OF_SETTINGS) StartupEvent event) {
        settings.topics();
    }

    void start(@Observes StartupEvent event) {
        if (!settings.enabled()) {
            return;
        }
        ClusterPool.Shared shared =
                new ClusterPool.Shared(clusters, settings, sinks, resets, operations, timers, replica, clock);
        for (String name : clusters.names()) {
            ClusterPool pool = new ClusterPool(name, clusters.named(name, false).readOnly(), shared);
            pools.put(name, pool);
            pool.start();
        }
        new PoolMetrics(pools).bindTo(metrics);
    }

    /** Before the clusters' clients are closed, with which members commit and leave. */
    void stop(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) ShutdownEvent event) {
        try {
            CompletableFuture.allOf(pools.values().stream()
                            .map(pool -> CompletableFuture.runAsync(pool::close, blocking))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } finally {
            timers.shutdownNow();
            blocking.shutdownNow();
        }
    }

    PoolSettings settings() {
        return settings;
    }

    Sinks sinks() {
        return sinks;
    }

    /**
     * @throws ClusterException {@code CLUSTER_NOT_FOUND}
     * @throws PoolOffException when there are none
     */
    ClusterPool on(String cluster) {
        ClusterPool pool = pools.get(cluster);
        if (pool == null) {
            if (!clusters.names().contains(cluster)) {
                throw ClusterException.clusterNotFound(cluster);
            }
            throw new PoolOffException();
        }
        return pool;
    }

    @Override
    public Optional<String> consumerOf(String cluster, String group) {
        return Optional.ofNullable(pools.get(cluster)).flatMap(pool -> pool.known().values().stream()
                .filter(definition -> definition.spec().groupId().equals(group))
                .filter(definition -> definition.desired() != Desired.STOPPED)
                .findFirst()
                .map(Definition::name));
    }
}
