package dev.fathom.sampling;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.SamplingMode;
import dev.fathom.progress.ClusterProgress;
import dev.fathom.progress.GroupProgress;
import dev.fathom.progress.Rules;
import dev.fathom.progress.TimeLag;
import dev.fathom.progress.Unread;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The samplers of all clusters, and what they know. */
@ApplicationScoped
public class Sampling {

    private static final int MOST_THREADS = 4;
    private static final int IDLE_SECONDS = 5;
    private static final int READ_AT_ONCE = 32;

    /** What is left of a request's time when no more is read for it. */
    private static final Duration LEFT_TO_ANSWER = Duration.ofMillis(500);

    private final Clusters clusters;
    private final FathomConfig.LagConfig config;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Map<String, Sampler> samplers = new TreeMap<>();
    private @Nullable ThreadPoolExecutor threads;

    Sampling(Clusters clusters, FathomConfig config, Clock clock, MeterRegistry meters) {
        this.clusters = clusters;
        this.config = config.lag();
        this.clock = clock;
        this.meters = meters;
    }

    synchronized void start(@Observes StartupEvent event) {
        if (!on()) {
            return;
        }
        int most = Math.max(1, Math.min(MOST_THREADS, clusters.names().size()));
        // Threads end when they have nothing to do: between two rounds there are none.
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "fathom-sampling");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        threads = executor;
        Rules rules = rules();
        for (String name : clusters.names()) {
            ClusterProgress progress =
                    new ClusterProgress(rules, config.history(), config.memory().asLongValue(), clock.millis());
            Sampler sampler = new Sampler(clusters, name, progress, config.sampleInterval(), clock, executor);
            samplers.put(name, sampler);
            gauge("fathom.sampler.bytes", "What is kept of groups over time", name, sampler, s -> s.progress()
                    .bytes());
            gauge("fathom.sampler.groups", "Groups kept over time", name, sampler, s -> s.progress()
                    .groups()
                    .size());
            gauge("fathom.sampler.dropped.groups", "Groups let go for want of memory", name, sampler, s -> s.progress()
                    .droppedGroups());
            gauge("fathom.sampler.round.seconds", "How long the last round took", name, sampler, Sampler::lastSeconds);
            gauge("fathom.sampler.rounds", "Rounds that succeeded", name, sampler, Sampler::rounds);
            gauge("fathom.sampler.failures", "Rounds that failed", name, sampler, Sampler::failures);
            sampler.start();
        }
    }

    private void gauge(String id, String what, String cluster, Sampler of, ToDoubleFunction<Sampler> value) {
        Gauge.builder(id, of, value).description(what).tag("cluster", cluster).register(meters);
    }

    synchronized void stop(@Observes ShutdownEvent event) {
        samplers.values().forEach(Sampler::stop);
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    public boolean on() {
        return config.sampling() == SamplingMode.ON;
    }

    private Rules rules() {
        return Rules.of(config.sampleInterval(), config.stallAfter(), config.stopAfter());
    }

    /** What is known of each cluster, by its name. */
    public Map<String, ClusterProgress> known() {
        Map<String, ClusterProgress> known = new TreeMap<>();
        samplers.forEach((name, sampler) -> known.put(name, sampler.progress()));
        return known;
    }

    /** How far apart the points of a history are. */
    public Duration historyStep() {
        return GroupProgress.step(config.sampleInterval(), config.history());
    }

    public Duration history() {
        return config.history();
    }

    /** What is known of a group; empty when it was not looked at yet, or had to be let go, or sampling is off. */
    public Optional<GroupProgress> group(Cluster cluster, String id) {
        return Optional.ofNullable(samplers.get(cluster.name()))
                .flatMap(sampler -> sampler.progress().group(id, clock.millis()));
    }

    /** The same, of which nothing follows: for lists. */
    public Optional<GroupProgress> known(Cluster cluster, String id) {
        return Optional.ofNullable(samplers.get(cluster.name()))
                .flatMap(sampler -> sampler.progress().known(id));
    }

    /** Every group of a cluster that is kept, in no order. */
    public Collection<GroupProgress> groups(Cluster cluster) {
        return Optional.ofNullable(samplers.get(cluster.name()))
                .map(sampler -> sampler.progress().groups())
                .orElse(List.of());
    }

    /** How long a topic keeps records; empty when for ever, and where that is not known. */
    public Optional<Duration> retention(Cluster cluster, String topic) {
        return Optional.ofNullable(samplers.get(cluster.name()))
                .flatMap(sampler -> sampler.progress().topic(topic))
                .flatMap(known -> Optional.ofNullable(known.keeps()))
                .filter(keeps -> keeps.millis() > 0)
                .map(keeps -> Duration.ofMillis(keeps.millis()));
    }

    /**
     * Where a group is on a partition, as somebody measured it.
     *
     * @param stable the last stable offset
     */
    public record Place(TopicPartition partition, TimeLag.Place place, long stable) {}

    /**
     * Reads the first unread records of places whose time lag is not known between two looks; some of them, and no longer than leaves
     * the request time to be answered.
     *
     * @param arrival when that came
     */
    public void readNow(Cluster cluster, Arrival arrival, GroupProgress group, List<Place> places) {
        long began = clock.millis();
        List<Unread> wanted = places.stream()
                .filter(of -> {
                    TimeLag lag = group.timeLag(of.partition(), of.place(), began);
                    return lag.method() == TimeLag.Method.AT_LEAST || lag.method() == TimeLag.Method.ESTIMATED;
                })
                .limit(READ_AT_ONCE)
                .map(of -> new Unread(
                        group, of.partition(), of.place().unread(), of.place().end(), of.stable()))
                .toList();
        if (!wanted.isEmpty() && cluster.left().compareTo(LEFT_TO_ANSWER.multipliedBy(2)) > 0) {
            FirstRecords.read(clusters.beside(cluster.name(), arrival.before(LEFT_TO_ANSWER)), wanted);
        }
    }
}
