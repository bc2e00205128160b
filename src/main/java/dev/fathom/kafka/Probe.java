package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.Reachability.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks a cluster in the background whether it is there, without holding a thread, and remembers since when. Where it is not,
 * or not all of it, a {@link Diagnosis} finds out why.
 *
 * <p>Slow is not down: a cluster that answers any question, the probe's or a caller's, is up. One question is always open while
 * the cluster does not answer, so that a broker which is awake for a moment now and then is heard in that moment.
 */
final class Probe implements Answers.Listener {

    private static final Logger LOG = Logger.getLogger(Probe.class);
    private static final int TIMEOUT_MILLIS = 2000;
    /** For the one after a failure: a timeout closes the connection, and opening another takes several round trips. */
    private static final int LAST_TIMEOUT_MILLIS = 3000;
    /** One that is late may be a broker that was busy, or this process. */
    private static final int FAILURES_TO_OPEN = 2;
    /** From this long on a failure means that no broker answered, and the next question may be sent at once. */
    private static final Duration UNANSWERED = Duration.ofSeconds(1);

    private final Connection connection;
    private final Clock clock;
    private final Diagnosis diagnosis;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Reachability reachability;
    private volatile int failures;
    private volatile long heardAt = System.nanoTime();
    private String failure = "";

    Probe(Connection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
        this.diagnosis = new Diagnosis(connection, this::found);
        this.reachability = new Reachability(Status.UNKNOWN, clock.instant(), Optional.empty());
    }

    Reachability reachability() {
        return reachability;
    }

    /**
     * The circuit: open after two probes in a row got no answer and nobody else got one meanwhile, closed by the next that
     * does.
     *
     * @throws ClusterException {@code UNAVAILABLE} at once while it is open
     */
    void refuseWhileOpen() {
        if (failures >= FAILURES_TO_OPEN) {
            Reachability seen = reachability;
            throw new ClusterException(
                    ClusterException.Reason.UNAVAILABLE,
                    "Cluster \"" + connection.settings().name() + "\" has not answered since " + seen.since() + ": "
                            + seen.detail().orElse("no broker answers") + ".");
        }
    }

    @Override
    public void heard() {
        heardAt = System.nanoTime();
    }

    /** A refusal is an answer; silence starts a probe. */
    @Override
    public void heard(Throwable failure) {
        Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
        if (isAnswer(cause)) {
            heard();
        } else {
            diagnosis.begin();
        }
    }

    private static boolean isAnswer(@Nullable Throwable failure) {
        return failure instanceof ApiException
                && !(failure instanceof TimeoutException
                        || failure instanceof NetworkException
                        || failure instanceof DisconnectException
                        || failure instanceof AuthenticationException);
    }

    /** Sends one question unless the last is still open. Never throws. */
    void ask() {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        long asked = System.nanoTime();
        int patience = failures == 0 ? TIMEOUT_MILLIS : LAST_TIMEOUT_MILLIS;
        try {
            var unused = connection
                    .admin(Purpose.HEALTH)
                    .describeCluster(new DescribeClusterOptions().timeoutMs(patience))
                    .clusterId()
                    .whenComplete((id, failure) -> {
                        asking.set(false);
                        saw(failure, asked);
                    });
        } catch (ClusterException e) {
            asking.set(false);
            if (!connection.isClosed()) {
                missed(e.getMessage());
            }
        }
    }

    private void saw(Throwable failure, long asked) {
        if (failure == null || failure instanceof AuthorizationException) {
            heard();
            there();
        } else if (heardAt - asked > 0 && failures < FAILURES_TO_OPEN) {
            there();
            diagnosis.begin();
        } else if (failure instanceof SslAuthenticationException ssl) {
            missed("the TLS handshake fails: " + TlsFailure.words(ssl));
        } else if (failure instanceof AuthenticationException) {
            missed("the brokers refuse the service's credentials");
        } else {
            missed("no broker has answered the last probe");
        }
        if (failure != null && System.nanoTime() - asked > UNANSWERED.toNanos()) {
            ask();
        }
    }

    private synchronized void there() {
        failures = 0;
        if (reachability.status() != Status.UP) {
            // What was wrong while it was down is over.
            diagnosis.forget();
        } else if (diagnosis.problem().isPresent()) {
            diagnosis.begin();
        }
        become(Status.UP, diagnosis.problem());
    }

    private synchronized void missed(String why) {
        failures++;
        failure = why;
        if (failures == FAILURES_TO_OPEN) {
            connection.rest();
        }
        diagnosis.begin();
        if (failures >= FAILURES_TO_OPEN || reachability.status() != Status.UP) {
            become(Status.DOWN, diagnosis.problem().or(() -> Optional.of(why)));
        }
    }

    /** The result of a diagnosis. */
    private synchronized void found(Optional<String> problem) {
        switch (reachability.status()) {
            case UP -> become(Status.UP, problem);
            case DOWN -> become(Status.DOWN, problem.or(() -> Optional.of(failure)));
            case UNKNOWN -> {
                // The probe has not said yet whether it answers.
            }
        }
    }

    private void become(Status status, Optional<String> detail) {
        if (reachability.status() != status || !reachability.detail().equals(detail)) {
            log(status, detail);
            reachability = new Reachability(
                    status, reachability.status() == status ? reachability.since() : clock.instant(), detail);
        }
    }

    /** Each change once; the client's own log of every attempt is switched off. */
    private void log(Status status, Optional<String> detail) {
        String cluster = connection.settings().name();
        if (status == Status.DOWN) {
            LOG.warnf("Cluster does not answer, %s: cluster=%s", detail.orElse("no broker answers"), cluster);
        } else if (detail.isPresent()) {
            LOG.warnf("Cluster answers, but not all of it: %s: cluster=%s", detail.get(), cluster);
        } else {
            LOG.infof("Cluster answers: cluster=%s", cluster);
        }
    }
}
