package dev.fathom.sampling;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Reachability;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Retention;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.progress.ClusterProgress;
import dev.fathom.progress.LogProgress;
import dev.fathom.progress.Look;
import dev.fathom.progress.Loss;
import dev.fathom.progress.Unread;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one cluster in rounds. The next round is planned when one is over, so that no two overlap; between them no thread is
 * held. A round that fails is a round nobody looked in, and no more.
 */
final class Sampler {

    private static final Logger LOG = Logger.getLogger(Sampler.class);
    private static final int TOPICS_ASKED_ABOUT = 200;
    private static final int LOGS_ANCHORED = 2000;
    private static final int RECORDS_READ = 8;

    private final Clusters clusters;
    private final String name;
    private final ClusterProgress progress;
    private final Duration interval;
    private final Looks looks;
    private final Clock clock;
    private final Executor executor;
    private volatile boolean stopped;
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile double lastSeconds;
    private boolean failing;

    Sampler(
            Clusters clusters,
            String name,
            ClusterProgress progress,
            Duration interval,
            Clock clock,
            Executor executor) {
        this.clusters = clusters;
        this.name = name;
        this.progress = progress;
        this.interval = interval;
        this.looks = new Looks(() -> clusters.beside(name), clock);
        this.clock = clock;
        this.executor = executor;
    }

    ClusterProgress progress() {
        return progress;
    }

    long rounds() {
        return rounds.get();
    }

    long failures() {
        return failures.get();
    }

    double lastSeconds() {
        return lastSeconds;
    }

    void start() {
        plan(Duration.ZERO);
    }

    void stop() {
        stopped = true;
    }

    private void plan(Duration wait) {
        if (!stopped) {
            CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS, executor)
                    .execute(this::turn);
        }
    }

    private void turn() {
        if (stopped) {
            return;
        }
        long began = System.nanoTime();
        try {
            if (clusters.reachability(name).status() == Reachability.Status.UP) {
                round();
                rounds.incrementAndGet();
                failing = false;
            }
        } catch (ClusterException e) {
            failed(e, Required.message(e));
        } catch (RuntimeException e) {
            failed(e, "unexpectedly");
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            lastSeconds = took.toMillis() / 1000.0;
            Duration left = interval.minus(took);
            plan(left.isNegative() ? interval.dividedBy(10) : left);
        }
    }

    /** Told once, until a round succeeds again. */
    private void failed(RuntimeException e, String why) {
        failures.incrementAndGet();
        if (stopped || failing) {
            return;
        }
        failing = true;
        if (e instanceof ClusterException) {
            LOG.infof("Looking at the groups of cluster %s failed and is tried again: %s", name, why);
        } else {
            LOG.warnf(e, "Looking at the groups of cluster %s failed %s; continuing", name, why);
        }
    }

    private void round() {
        Look look = looks.look();
        List<String> gone = progress.saw(look);
        if (!gone.isEmpty()) {
            LOG.warnf(
                    "What was seen of cluster %s does not fit fathom.lag.memory: %d groups that nobody asked about were let go,"
                            + " %s among them; raise it, or do without their time lag and verdicts",
                    name, gone.size(), gone.get(0));
        }
        askHowLongTopicsKeepRecords();
        anchor();
        read(look.at());
    }

    private void askHowLongTopicsKeepRecords() {
        List<String> topics = progress.topicsToAskAbout(TOPICS_ASKED_ABOUT, clock.millis());
        if (topics.isEmpty()) {
            return;
        }
        Map<String, Outcome<Retention>> answers = clusters.beside(name).retention(topics);
        long now = clock.millis();
        topics.forEach(topic -> progress.topic(topic)
                .ifPresent(known -> known.keep(
                        Required.in(answers, topic).value().map(Sampler::keeps).orElse(Loss.Keeps.UNKNOWN), now)));
    }

    private static Loss.Keeps keeps(Retention retention) {
        return new Loss.Keeps(
                retention.time().map(Duration::toMillis).orElse(0L),
                retention.segment().toMillis());
    }

    private void anchor() {
        Collection<TopicPartition> logs = progress.logsToAnchor(LOGS_ANCHORED);
        if (!logs.isEmpty()) {
            Anchoring.anchor(clusters.beside(name), logs, this::log, clock.instant());
        }
    }

    private @Nullable LogProgress log(TopicPartition partition) {
        return progress.topic(partition.topic())
                .map(topic -> topic.log(partition.partition()))
                .orElse(null);
    }

    /** Bounded in number and time: what is not read now is read in the next round. */
    private void read(long began) {
        List<Unread> places = progress.worthReading(RECORDS_READ);
        if (!places.isEmpty() && !stopped && clock.millis() - began <= interval.toMillis() / 2) {
            FirstRecords.read(clusters.beside(name), places);
        }
    }
}
