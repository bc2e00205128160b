package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.Reachability.Status;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

/** Asks a cluster in the background whether it is there, without holding a thread, and remembers since when. */
final class Probe {

    private static final Logger LOG = Logger.getLogger(Probe.class);
    private static final int TIMEOUT_MILLIS = 2000;
    /** One that is late may be a broker that was busy. */
    private static final int FAILURES_TO_OPEN = 2;

    private final Connection connection;
    private final Clock clock;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Reachability reachability;
    private volatile int failures;

    Probe(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
        this.reachability = new Reachability(Status.UNKNOWN, clock.instant(), Optional.empty());
    }

    Reachability reachability() {
        return reachability;
    }

    /**
     * The circuit: open after two probes in a row got no answer, closed by the next that does.
     *
     * @throws ClusterException {@code UNAVAILABLE} at once while it is open
     */
    void refuseWhileOpen() {
        if (failures >= FAILURES_TO_OPEN) {
            Reachability seen = reachability;
            throw new ClusterException(
                    ClusterException.Reason.UNAVAILABLE,
                    "Cluster \"" + connection.settings().name() + "\" does not answer since " + seen.since() + ": "
                            + seen.detail().orElse("no broker answers") + ".");
        }
    }

    /** Sends one question unless the last is still open. Never throws. */
    void ask() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        try {
            connection
                    .admin(Purpose.HEALTH)
                    .describeCluster(new DescribeClusterOptions().timeoutMs(TIMEOUT_MILLIS))
                    .clusterId()
                    .whenComplete((id, failure) -> {
                        asking.set(false);
                        saw(failure);
                    });
        } catch (ClusterException e) {
            asking.set(false);
            if (!connection.isClosed()) {
                become(Status.DOWN, Optional.of(e.getMessage()));
            }
        }
    }

    private void saw(Throwable failure) {
        if (failure == null || failure instanceof AuthorizationException) {
            become(Status.UP, Optional.empty());
        } else if (failure instanceof AuthenticationException) {
            become(Status.DOWN, Optional.of("the brokers refuse the service's credentials"));
        } else {
            become(Status.DOWN, Optional.of("no broker has answered the last probe"));
        }
    }

    private synchronized void become(Status status, Optional<String> detail) {
        failures = status == Status.UP ? 0 : failures + 1;
        if (failures == FAILURES_TO_OPEN) {
            connection.rest();
        }
        if (reachability.status() != status || !reachability.detail().equals(detail)) {
            log(status, detail);
            reachability = new Reachability(
                    status, reachability.status() == status ? reachability.since() : clock.instant(), detail);
        }
    }

    /** Each change once; the client's own words about every attempt are switched off. */
    private void log(Status status, Optional<String> detail) {
        String cluster = connection.settings().name();
        if (status == Status.UP) {
            LOG.infof("Cluster answers: cluster=%s", cluster);
        } else {
            LOG.warnf("Cluster does not answer, %s: cluster=%s", detail.orElse("no broker answers"), cluster);
        }
    }
}
