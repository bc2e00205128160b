package dev.fathom.command;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterDescription;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.OwnTopics.Shape;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.Reachability.Status;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.StartOrder;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Journal;
import dev.fathom.pool.store.PoolTopics;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code check-config}: says what works on each cluster and what the service lacks there, and ends the start with 0 or 1. The
 * configuration has been read by then, as for serving; what is wrong with it has stopped the start before. It changes nothing:
 * topics that are missing are only asked about.
 */
@ApplicationScoped
public class ConfigCheck {

    public static final String COMMAND = "check-config";

    /** For the brokers to be found, and for the reason to be found where they are not. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Duration FOR_THE_REASON = Duration.ofSeconds(3);

    private final String[] arguments;
    private final Clusters clusters;
    private final FathomConfig config;
    private final Journal journal;
    private final PrintStream out = System.out;
    /** Held on to: a logger that nobody holds forgets its level. */
    private final List<Logger> silent = List.of(Logger.getLogger("dev.fathom"), Logger.getLogger("org.apache.kafka"));

    private int lacking;

    ConfigCheck(@CommandLineArguments String[] arguments, Clusters clusters, FathomConfig config, Journal journal) {
        this.arguments = arguments;
        this.clusters = clusters;
        this.config = config;
        this.journal = journal;
    }

    void check(@Observes @Priority(StartOrder.CHECK_CONFIG) StartupEvent event) {
        if (arguments.length == 0 || !arguments[0].equals(COMMAND)) {
            return;
        }
        silent.forEach(logger -> logger.setLevel(Level.OFF));
        Set<String> names = clusters.names();
        ok("configuration", "read; clusters: " + String.join(", ", names));
        names.forEach(clusters::probe);
        names.forEach(this::check);
        out.println();
        out.println(
                lacking == 0 ? "All is well." : lacking + (lacking == 1 ? " thing is" : " things are") + " missing.");
        throw new CheckedException(lacking == 0 ? 0 : 1);
    }

    private void check(String name) {
        out.println();
        out.println("Cluster " + name);
        Reachability reachability = awaited(name);
        if (reachability.status() != Status.UP) {
            missing("connection", reachability.detail().orElse("no broker answers"));
            return;
        }
        // A handle for each question: each has the whole of the cluster's call-timeout.
        asked("connection", () -> connection(clusters.named(name, true)));
        asked("topics", () -> topics(clusters.named(name, true)));
        asked("groups", () -> groups(clusters.named(name, true)));
        if (clusters.named(name, true).readOnly()) {
            ok("changes", "refused, since it is read-only");
        } else {
            asked("changes", () -> changes(clusters.named(name, true)));
            asked("consumers", () -> consumers(clusters.named(name, true)));
        }
    }

    private Reachability awaited(String name) {
        long end = System.nanoTime() + LONGEST.toNanos();
        Reachability seen = clusters.reachability(name);
        while (seen.status() != Status.UP && System.nanoTime() < end) {
            if (seen.status() == Status.DOWN) {
                end = Math.min(end, System.nanoTime() + FOR_THE_REASON.toNanos());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            clusters.probe(name);
            seen = clusters.reachability(name);
        }
        return seen;
    }

    private void connection(Cluster cluster) {
        ClusterDescription description = cluster.describe().await();
        int brokers = description.brokers().size();
        ok("connection", brokers + (brokers == 1 ? " broker" : " brokers") + ", cluster id " + description.clusterId());
        clusters.reachability(cluster.name()).detail().ifPresent(detail -> missing("connection", detail));
    }

    private void topics(Cluster cluster) {
        int visible = cluster.listTopics().size();
        if (cluster.canDescribeAllTopics()) {
            ok("topics", visible + " visible");
        } else {
            limited("topics", visible + " visible; others may be hidden: Describe on topic * shows all");
        }
    }

    private void groups(Cluster cluster) {
        int visible = cluster.listGroups(Set.of(), Set.of()).groups().size();
        if (cluster.canDescribeAllGroups()) {
            ok("groups", visible + " visible");
        } else {
            limited(
                    "groups",
                    visible + " visible; others may be hidden: Describe on the cluster or on group * shows all");
        }
    }

    private void changes(Cluster cluster) {
        if (!journal.enabled()) {
            limited("changes", "allowed without a journal (fathom.journal.enabled=false): no undo, no history");
            return;
        }
        journal.blockerOfWaiting(cluster)
                .map(Blocker::detail)
                .ifPresentOrElse(why -> missing("changes", why), () -> ok("changes", "the journal can be kept"));
    }

    private void consumers(Cluster cluster) {
        if (!config.pool().enabled()) {
            ok("consumers", "switched off (fathom.pool.enabled=false)");
            return;
        }
        PoolTopics topics =
                PoolTopics.of(config.pool().topicPrefix(), config.pool().replicationFactor());
        int before = lacking;
        for (Shape shape : List.of(topics.definitions(), topics.status())) {
            cluster.ownTopics()
                    .refusal(shape)
                    .map(ClusterException::getMessage)
                    .ifPresent(why -> missing("consumers", why + " Or set fathom.pool.enabled=false."));
        }
        if (lacking == before) {
            ok("consumers", "managed consumers can run");
        }
    }

    private void asked(String what, Runnable question) {
        try {
            question.run();
        } catch (ClusterException e) {
            missing(what, e.getMessage());
        }
    }

    private void ok(String what, String detail) {
        line("ok", what, detail);
    }

    private void limited(String what, String detail) {
        line("limited", what, detail);
    }

    private void missing(String what, String detail) {
        lacking++;
        line("MISSING", what, detail);
    }

    private void line(String verdict, String what, String detail) {
        out.printf("  %-8s %-13s %s%n", verdict, what, detail);
    }
}
