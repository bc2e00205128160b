package dev.fathom.http.metrics;

import dev.fathom.access.NamePatterns;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.MetricsConfig;
import dev.fathom.progress.GroupMeasures;
import dev.fathom.progress.GroupProgress;
import dev.fathom.progress.Loss;
import dev.fathom.progress.Measure;
import dev.fathom.progress.TimeLag;
import dev.fathom.progress.Verdict;
import dev.fathom.sampling.Sampling;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Groups, logs and brokers as of the last look, under the names and labels of kafka_exporter, with the cluster beside them; on demand under
 * those of kafka-lag-exporter, too. A scrape asks no broker. What is not known has no series: no −1, no NaN.
 */
@ApplicationScoped
public class GroupMetrics extends Collector implements Collector.Describable {

    private static final String GROUP = "consumergroup";
    private static final String TOPIC = "topic";
    private static final String PARTITION = "partition";

    private final Sampling sampling;
    private final MetricsConfig config;
    private final CollectorRegistry registry;
    private final Clock clock;

    @SuppressWarnings("deprecation") // It is the one Quarkus makes; a CollectorRegistry that is injected is not its.
    GroupMetrics(Sampling sampling, FathomConfig config, PrometheusMeterRegistry meters, Clock clock) {
        this.sampling = sampling;
        this.config = config.metrics();
        this.registry = meters.getPrometheusRegistry();
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        registry.register(this);
    }

    /** Which families there are is seen when they are collected. */
    @Override
    public List<MetricFamilySamples> describe() {
        return List.of();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Families families = new Families(config.maxSeries());
        long now = clock.millis();
        sampling.known().forEach((name, cluster) -> {
            families.of(name);
            cluster.groups().stream()
                    .filter(group -> told(config.groups(), config.withoutGroups(), group.id()))
                    .sorted(Comparator.comparing(GroupProgress::id))
                    .forEach(group -> group(families, name, group.measures(now), now));
            Logs.all(families, cluster, this::topicTold, config.partitions());
        });
        return families.all();
    }

    private static boolean told(Optional<List<String>> of, Optional<List<String>> without, String name) {
        return new NamePatterns(of.orElse(List.of())).allow(name)
                && without.filter(patterns -> !patterns.isEmpty())
                        .filter(patterns -> new NamePatterns(patterns).allow(name))
                        .isEmpty();
    }

    private boolean topicTold(String topic) {
        return told(config.topics(), config.withoutTopics(), topic);
    }

    private void group(Families families, String cluster, GroupMeasures group, long now) {
        String id = group.id();
        families.add(
                "kafka_consumergroup_members", "Amount of members in a consumer group", group.members(), GROUP, id);
        for (Verdict verdict : Verdict.values()) {
            families.add(
                    "fathom_group_verdict",
                    "1 for the verdict on the group, 0 for all others",
                    verdict == group.verdict() ? 1 : 0,
                    GROUP,
                    id,
                    "verdict",
                    verdict.wireName());
        }
        Map<String, long[]> sums = new TreeMap<>();
        TimeLag worst = null;
        for (Measure of : group.partitions()) {
            if (!topicTold(of.topic())) {
                continue;
            }
            long[] sum = sums.computeIfAbsent(of.topic(), topic -> new long[3]);
            sum[0] += of.committed();
            sum[1] += Math.max(0, of.lag());
            sum[2] += of.lag() >= 0 ? 1 : 0;
            boolean longer = of.timeLag().known()
                    && (worst == null || of.timeLag().duration().compareTo(worst.duration()) > 0);
            worst = longer ? of.timeLag() : worst;
            if (config.partitions()) {
                partition(families, id, of);
            }
            if (config.kafkaLagExporter() && config.partitions()) {
                OtherNames.partition(families, cluster, id, of);
            }
        }
        sums(families, id, sums);
        Optional.ofNullable(worst).ifPresent(lag -> timeLag(families, id, lag));
        loss(group, now)
                .ifPresent(seconds -> families.add(
                        "fathom_group_loss_seconds",
                        "In how long the first unread record may be deleted, on the partition where that is soonest; 0 where"
                                + " records are lost already",
                        seconds,
                        GROUP,
                        id));
        if (config.kafkaLagExporter()) {
            OtherNames.group(families, cluster, id, group.partitions(), sums);
        }
    }

    /** @param sums by topic: of commits, of lags, and how many lags are known */
    private static void sums(Families families, String id, Map<String, long[]> sums) {
        sums.forEach((topic, sum) -> {
            families.add(
                    "kafka_consumergroup_current_offset_sum",
                    "Current Offset of a ConsumerGroup at Topic for all partitions",
                    sum[0],
                    GROUP,
                    id,
                    TOPIC,
                    topic);
            if (sum[2] > 0) {
                families.add(
                        "kafka_consumergroup_lag_sum",
                        "Current Approximate Lag of a ConsumerGroup at Topic for all partitions",
                        sum[1],
                        GROUP,
                        id,
                        TOPIC,
                        topic);
            }
        });
    }

    private static void timeLag(Families families, String group, TimeLag worst) {
        families.add(
                "fathom_group_time_lag_seconds",
                "How long the first unread record has been there, on the partition where that is longest",
                seconds(worst.duration()),
                GROUP,
                group);
        if (worst.errorBound() != null) {
            families.add(
                    "fathom_group_time_lag_error_seconds",
                    "The true time lag is at most so far from it",
                    seconds(worst.errorBound()),
                    GROUP,
                    group);
        }
    }

    /** Empty where it is not known for any partition, and where nothing unread will be deleted. */
    private OptionalDouble loss(GroupMeasures group, long now) {
        return group.partitions().stream()
                .filter(of -> topicTold(of.topic()))
                .flatMapToDouble(of -> of.lost()
                        ? DoubleStream.of(0)
                        : of.loss().flatMap(Loss::earliest).stream()
                                .mapToDouble(at -> Math.max(0, (at.toEpochMilli() - now) / 1000.0)))
                .min();
    }

    private static void partition(Families families, String group, Measure of) {
        String[] labels = {GROUP, group, TOPIC, of.topic(), PARTITION, Integer.toString(of.partition())};
        families.add(
                "kafka_consumergroup_current_offset",
                "Current Offset of a ConsumerGroup at Topic/Partition",
                of.committed(),
                labels);
        if (of.lag() >= 0) {
            families.add(
                    "kafka_consumergroup_lag",
                    "Current Approximate Lag of a ConsumerGroup at Topic/Partition",
                    of.lag(),
                    labels);
        }
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
