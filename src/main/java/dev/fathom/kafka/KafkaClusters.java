package dev.fathom.kafka;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Reachability;
import dev.fathom.config.ClusterSource;
import dev.fathom.config.StartOrder;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The configured clusters, each with its connection. Made at start, so that a wrong setting stops the start. */
@Startup(StartOrder.MADE_OF_SETTINGS)
@ApplicationScoped
public class KafkaClusters implements Clusters {

    private final SortedMap<String, Connection> connections = new TreeMap<>();

    KafkaClusters(ClusterSource source, Clock clock) {
        // Or the client would resolve ${file:…} and ${env:…} in any property by itself.
        System.setProperty("org.apache.kafka.automatic.config.providers", "none");
        source.clusters().forEach((name, settings) -> connections.put(name, new Connection(settings, clock)));
    }

    @Override
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(connections.keySet()));
    }

    @Override
    public Cluster named(String name, boolean fresh, Arrival arrival) {
        return new KafkaCluster(connection(name), fresh, arrival);
    }

    @Override
    public Cluster beside(String name, Arrival arrival) {
        return KafkaCluster.beside(connection(name), arrival);
    }

    @Override
    public Map<String, Object> clientProperties(String name) {
        return connection(name).clientProperties(Purpose.POOL);
    }

    @Override
    public void probe(String name) {
        connection(name).probe().ask();
    }

    @Override
    public Reachability reachability(String name) {
        return connection(name).reachability();
    }

    private Connection connection(String name) {
        Connection connection = connections.get(name);
        if (connection == null) {
            throw ClusterException.clusterNotFound(name);
        }
        return connection;
    }

    @Scheduled(every = "1s", identity = "cluster-probe")
    void probe() {
        connections.values().forEach(connection -> connection.probe().ask());
    }

    @PreDestroy
    void close() {
        connections.values().forEach(Connection::close);
    }
}
