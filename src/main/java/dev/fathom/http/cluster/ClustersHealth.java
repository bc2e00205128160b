package dev.fathom.http.cluster;

import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.Reachability.Status;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CurrentCaller;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness, told for each cluster. A service that serves several is ready while it serves any: one cluster down must
 * not take it out of the balancer for the others.
 */
@Readiness
@ApplicationScoped
public class ClustersHealth implements HealthCheck {

    private final Clusters clusters;
    private final CurrentCaller caller;

    ClustersHealth(Clusters clusters, CurrentCaller caller, MeterRegistry meters) {
        this.caller = caller;
        this.clusters = clusters;
        clusters.names().forEach(name -> Gauge.builder("fathom.cluster.up", () -> isUp(name) ? 1 : 0)
                .description("Whether the cluster answered the last probe.")
                .tag("cluster", name)
                .register(meters));
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("clusters");
        for (String name : shown()) {
            Reachability reachability = clusters.reachability(name);
            response.withData(
                    name,
                    reachability.status().name().toLowerCase(Locale.ROOT) + " since " + reachability.since()
                            + reachability.detail().map(detail -> ": " + detail).orElse(""));
        }
        boolean only = clusters.names().size() == 1;
        return response.status(!only || isUp(clusters.names().first())).build();
    }

    /** A probe without credentials is told up or down, and no names. */
    private Collection<String> shown() {
        return clusters.names().stream()
                .filter(name -> caller.access().onCluster(Level.VIEWER, name))
                .toList();
    }

    private boolean isUp(String name) {
        return clusters.reachability(name).status() == Status.UP;
    }
}
