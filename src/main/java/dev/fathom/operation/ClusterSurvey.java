package dev.fathom.operation;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Outcome;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks several clusters the same, beside each other. There is one end for all, which counts from when the request came: what no
 * cluster has answered by then is a problem of that cluster, however late a thread was found to ask it.
 */
@ApplicationScoped
public class ClusterSurvey {

    private static final int MOST_ASKERS = 64;
    private static final int MOST_WAITING = 1024;
    /** What a question leaves of the time a call may take: to gather the answers, and to get them out. */
    private static final Duration MARGIN = Duration.ofMillis(400);
    /** A question ends by itself a moment after its deadline, and says why. */
    private static final Duration GRACE = Duration.ofMillis(300);

    private final ThreadPoolExecutor askers = new ThreadPoolExecutor(
            MOST_ASKERS, MOST_ASKERS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING));

    ClusterSurvey() {
        askers.allowCoreThreadTimeOut(true);
    }

    /** From when the time of the single questions counts, for a request that came then. */
    public static Arrival leavingTime(Arrival request) {
        return request.before(MARGIN);
    }

    /** What one cluster said, or why it could not be asked. */
    private record Told<T>(
            String cluster,
            @Nullable Outcome<T> outcome,
            @Nullable RuntimeException defect) {

        Outcome<T> orThrow() {
            if (defect != null) {
                throw defect;
            }
            return Objects.requireNonNull(outcome);
        }
    }

    /**
     * Asks all and waits for all.
     *
     * @param clusters handles made with {@link #leavingTime}
     */
    public <T> Map<String, Outcome<T>> ask(Collection<Cluster> clusters, Function<Cluster, T> question) {
        return ask(clusters, question, answer -> false);
    }

    /**
     * The same, and waits no longer once one has answered enough; who has not answered by then is left out.
     *
     * @return by cluster, in the order asked
     */
    public <T> Map<String, Outcome<T>> ask(
            Collection<Cluster> clusters, Function<Cluster, T> question, Predicate<T> enough) {
        BlockingQueue<Told<T>> told = new LinkedBlockingQueue<>();
        long end = System.nanoTime() + longest(clusters).plus(GRACE).toNanos();
        List<Future<?>> asked = new ArrayList<>();
        Map<String, Outcome<T>> outcomes = new LinkedHashMap<>();
        for (Cluster cluster : clusters) {
            outcomes.put(cluster.name(), null);
            try {
                asked.add(askers.submit(() -> told.add(attempt(cluster, question))));
            } catch (RejectedExecutionException e) {
                told.add(new Told<>(cluster.name(), Outcome.failed(late(cluster.name())), null));
            }
        }
        boolean done = gather(told, outcomes, end, enough);
        asked.forEach(each -> each.cancel(false));
        if (done) {
            outcomes.values().removeIf(outcome -> outcome == null);
        } else {
            outcomes.replaceAll((name, outcome) -> outcome == null ? Outcome.failed(late(name)) : outcome);
        }
        return outcomes;
    }

    private static Duration longest(Collection<Cluster> clusters) {
        return clusters.stream().map(Cluster::left).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** @return whether one answered enough, or all have answered */
    private static <T> boolean gather(
            BlockingQueue<Told<T>> told, Map<String, Outcome<T>> outcomes, long end, Predicate<T> enough) {
        for (int left = outcomes.size(); left > 0; left--) {
            Told<T> next;
            try {
                next = told.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                throw ClusterException.interrupted(e);
            }
            if (next == null) {
                return false;
            }
            Outcome<T> outcome = next.orThrow();
            outcomes.put(next.cluster(), outcome);
            if (outcome.value().filter(enough).isPresent()) {
                return true;
            }
        }
        return true;
    }

    private static <T> Told<T> attempt(Cluster cluster, Function<Cluster, T> question) {
        try {
            return new Told<>(cluster.name(), Outcome.known(question.apply(cluster)), null);
        } catch (ClusterException e) {
            return new Told<>(cluster.name(), Outcome.failed(e), null);
        } catch (RuntimeException e) {
            return new Told<>(cluster.name(), null, e);
        }
    }

    private static ClusterException late(String cluster) {
        return new ClusterException(
                Reason.TIMED_OUT, "Cluster \"" + cluster + "\" did not answer in time, asked beside others.");
    }

    @PreDestroy
    void close() {
        askers.shutdownNow();
    }
}
