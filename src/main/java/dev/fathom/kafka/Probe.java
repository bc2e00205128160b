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
 * <p>Slow is not down: a cluster that answers any question, the probe's or a caller's, is up. It is down when nothing was heard
 * for {@link #SILENCE}, with a question open all the while: a broker that is awake for a moment now and then is heard in that
 * moment, and one that takes seconds for each answer is heard too, since its connection is left alone meanwhile.
 */
final class Probe implements Answers.Listener {

    private static final Logger LOG = Logger.getLogger(Probe.class);
    /**
     * Shorter than a call may take, so that who asks a cluster that has just hung is told within his time. Longer than the
     * client waits for one request (4 s), after which it tries another connection.
     */
    private static final Duration SILENCE = Duration.ofMillis(4200);
    /** The shortest that a question is open: what it takes to connect. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /** Of a cluster that is down: what a broker takes to connect and answer that takes two seconds for each step. */
    private static final Duration WHILE_DOWN = Duration.ofSeconds(8);
    /** One that fails so much later than it was to was not heard because this process stood still. */
    private static final Duration STOOD_STILL = Duration.ofMillis(700);
    /** What fails at once, as a login, may have been changed just then. */
    private static final int FAILURES_TO_OPEN = 2;

    private static final Duration LATELY = Duration.ofSeconds(2);
    /** From this long on a failure means that no broker answered, and the next question may be sent at once. */
    private static final Duration UNANSWERED = Duration.ofSeconds(1);
    /** Timers are no more exact. */
    private static final Duration ABOUT = Duration.ofMillis(100);

    private final Connection connection;
    private final Clock clock;
    private final Diagnosis diagnosis;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Reachability reachability;
    private volatile long heardAt = System.nanoTime() - LATELY.toNanos();
    /** Since when a question has been open all the while; only while {@link #silent}. */
    private long silentSince;

    private boolean silent;
    private int failures;
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
     * The circuit: open once the cluster is down, closed by the next answer to anybody.
     *
     * @throws ClusterException {@code UNAVAILABLE} at once while it is open
     */
    void refuseWhileOpen() {
        Reachability seen = reachability;
        if (isDown(seen)) {
            throw new ClusterException(
                    ClusterException.Reason.UNAVAILABLE,
                    "Cluster \"" + connection.settings().name() + "\" has not answered since " + seen.since() + ": "
                            + seen.detail().orElse("no broker answers") + ".");
        }
    }

    @Override
    public void heard() {
        heardAt = System.nanoTime();
        if (isDown(reachability)) {
            there();
        }
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
        Duration patience = patience(asked);
        try {
            var unused = connection
                    .admin(Purpose.HEALTH)
                    .describeCluster(new DescribeClusterOptions().timeoutMs((int) patience.toMillis()))
                    .clusterId()
                    .whenComplete((id, failure) -> {
                        asking.set(false);
                        saw(failure, asked, patience);
                    });
        } catch (ClusterException e) {
            asking.set(false);
            if (!connection.isClosed()) {
                missed(e.getMessage());
            }
        }
    }

    /** How long a question stays open: until the silence, of which a part may be over, has lasted. */
    private synchronized Duration patience(long now) {
        if (isDown(reachability)) {
            return WHILE_DOWN;
        }
        if (!silent) {
            silent = true;
            silentSince = now;
        }
        Duration rest = SILENCE.minus(silence(now));
        return rest.compareTo(SHORTEST) < 0 ? SHORTEST : rest;
    }

    /** How long nothing has been heard with a question open. */
    private Duration silence(long now) {
        return Duration.ofNanos(Math.min(now - heardAt, now - silentSince));
    }

    private void saw(Throwable failure, long asked, Duration patience) {
        long now = System.nanoTime();
        Duration took = Duration.ofNanos(now - asked);
        if (failure == null || failure instanceof AuthorizationException) {
            heard();
            there();
            return;
        }
        if (failure instanceof SslAuthenticationException ssl) {
            missed("the TLS handshake fails: " + TlsFailure.words(ssl));
        } else if (failure instanceof AuthenticationException) {
            missed("the brokers refuse the service's credentials");
        } else if (took.compareTo(UNANSWERED) < 0) {
            missed("no broker has answered the last probe");
        } else {
            unanswered(now, took.minus(patience));
        }
        if (took.compareTo(UNANSWERED) >= 0) {
            ask();
        }
    }

    /** @param over how much later it ended than it was to */
    private synchronized void unanswered(long now, Duration over) {
        diagnosis.begin();
        boolean down = isDown(reachability);
        if (over.compareTo(STOOD_STILL) > 0 && !down) {
            silentSince = now;
        } else if (down || silence(now).plus(ABOUT).compareTo(SILENCE) >= 0) {
            down("no broker has answered the last probe");
        } else if (heardAt - silentSince > 0 && reachability.status() != Status.UP) {
            there();
        }
    }

    private synchronized void there() {
        failures = 0;
        silent = false;
        if (reachability.status() != Status.UP) {
            // What was wrong while it was down is over.
            diagnosis.forget();
        } else if (diagnosis.problem().isPresent()) {
            diagnosis.begin();
        }
        become(Status.UP, diagnosis.problem());
    }

    /** A failure that came at once. */
    private synchronized void missed(String why) {
        diagnosis.begin();
        boolean othersAreAnswered = !isDown(reachability) && System.nanoTime() - heardAt < LATELY.toNanos();
        failures = othersAreAnswered ? 0 : failures + 1;
        if (failures >= FAILURES_TO_OPEN) {
            down(why);
        }
    }

    private void down(String why) {
        failure = why;
        boolean fell = !isDown(reachability);
        become(Status.DOWN, diagnosis.problem().or(() -> Optional.of(why)));
        if (fell) {
            connection.rest();
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

    /** Whether the circuit is open: the one word for it, so that whoever is refused reads since when and why with it. */
    private static boolean isDown(Reachability seen) {
        return seen.status() == Status.DOWN;
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
