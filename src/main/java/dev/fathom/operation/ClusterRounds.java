package dev.fathom.operation;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Reachability;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A task that is repeated on each cluster that is up; a cluster where it fails does not keep it from the others. */
public final class ClusterRounds {

    private static final Logger LOG = Logger.getLogger(ClusterRounds.class);

    private final Clusters clusters;
    private final String task;
    /** Where it failed last time: told once, until it succeeds again. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** @param task in words, for the log */
    public ClusterRounds(Clusters clusters, String task) {
        this.clusters = clusters;
        this.task = task;
    }

    /** @param task given the name of a cluster */
    public void run(Consumer<String> task) {
        for (String cluster : clusters.names()) {
            if (clusters.reachability(cluster).status() == Reachability.Status.UP) {
                try {
                    task.accept(cluster);
                    failing.remove(cluster);
                } catch (ClusterException e) {
                    if (failing.add(cluster)) {
                        LOG.infof(
                                "%s on cluster %s failed and will be retried: %s", this.task, cluster, e.getMessage());
                    }
                } catch (RuntimeException e) {
                    if (failing.add(cluster)) {
                        LOG.warnf(e, "%s on cluster %s failed unexpectedly; continuing", this.task, cluster);
                    }
                }
            }
        }
    }
}
