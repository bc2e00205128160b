package dev.fathom.http.metrics;

import dev.fathom.progress.Measure;
import java.util.List;
import java.util.Map;

/** The same as kafka-lag-exporter tells it: for dashboards made for that. */
final class OtherNames {

    private static final String PREFIX = "kafka_consumergroup_group_";
    private static final String GROUP = "group";
    private static final String TOPIC = "topic";

    private OtherNames() {}

    static void partition(Families families, String cluster, String group, Measure of) {
        String[] labels = {
            "cluster_name", cluster, GROUP, group, TOPIC, of.topic(), "partition", Integer.toString(of.partition())
        };
        families.add(PREFIX + "offset", "Last group consumed offset of a partition", of.committed(), labels);
        if (of.lag() >= 0) {
            families.add(PREFIX + "lag", "Group offset lag of a partition", of.lag(), labels);
        }
        if (of.timeLag().known()) {
            families.add(
                    PREFIX + "lag_seconds",
                    "Group time lag of a partition",
                    GroupMetrics.seconds(of.timeLag().duration()),
                    labels);
        }
    }

    /** @param sums by topic: commits, lags, and how many lags are known */
    static void group(
            Families families, String cluster, String group, List<Measure> partitions, Map<String, long[]> sums) {
        String[] labels = {"cluster_name", cluster, GROUP, group};
        List<Measure> told =
                partitions.stream().filter(of -> sums.containsKey(of.topic())).toList();
        told.stream()
                .mapToLong(Measure::lag)
                .filter(lag -> lag >= 0)
                .max()
                .ifPresent(lag ->
                        families.add(PREFIX + "max_lag", "Max group offset lag across topic partitions", lag, labels));
        told.stream()
                .filter(of -> of.timeLag().known())
                .mapToDouble(of -> GroupMetrics.seconds(of.timeLag().duration()))
                .max()
                .ifPresent(lag -> families.add(
                        PREFIX + "max_lag_seconds", "Max group time lag across topic partitions", lag, labels));
        long known = sums.values().stream().mapToLong(sum -> sum[2]).sum();
        if (known > 0) {
            families.add(
                    PREFIX + "sum_lag",
                    "Sum of group offset lag across topic partitions",
                    sums.values().stream().mapToLong(sum -> sum[1]).sum(),
                    labels);
        }
        sums.forEach((topic, sum) -> {
            if (sum[2] > 0) {
                families.add(
                        PREFIX + "topic_sum_lag",
                        "Sum of group offset lag across topic partitions of a topic",
                        sum[1],
                        "cluster_name",
                        cluster,
                        GROUP,
                        group,
                        TOPIC,
                        topic);
            }
        });
    }
}
