package dev.fathom.http.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Series by family, up to so many of a cluster: those beyond are counted. */
final class Families {

    private static final String CLUSTER = "cluster";

    private record Family(String help, List<Sample> samples) {}

    private final Map<String, Family> families = new LinkedHashMap<>();
    private final Map<String, Long> cut = new LinkedHashMap<>();
    private final int most;
    private @Nullable String cluster;
    private int series;

    Families(int most) {
        this.most = most;
    }

    /** What is added from now on is of this cluster. */
    void of(String name) {
        cluster = name;
        series = 0;
        cut.put(name, 0L);
    }

    /** @param labels names and values in turn */
    void add(String name, String help, long value, String... labels) {
        add(name, help, (double) value, labels);
    }

    /** @param labels names and values in turn */
    void add(String name, String help, double value, String... labels) {
        String of = Objects.requireNonNull(cluster, "which cluster it is of");
        if (series >= most) {
            cut.merge(of, 1L, Long::sum);
            return;
        }
        series++;
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        names.add(CLUSTER);
        values.add(of);
        for (int i = 0; i < labels.length; i += 2) {
            names.add(labels[i]);
            values.add(labels[i + 1]);
        }
        families.computeIfAbsent(name, n -> new Family(help, new ArrayList<>()))
                .samples()
                .add(new Sample(name, names, values, value));
    }

    List<MetricFamilySamples> all() {
        List<MetricFamilySamples> all = new ArrayList<>();
        families.forEach((name, family) ->
                all.add(new MetricFamilySamples(name, Collector.Type.GAUGE, family.help(), family.samples())));
        String name = "fathom_metrics_series_cut";
        List<Sample> samples = new ArrayList<>();
        cut.forEach((of, count) -> samples.add(new Sample(name, List.of(CLUSTER), List.of(of), count)));
        all.add(new MetricFamilySamples(
                name, Collector.Type.GAUGE, "Series left out, beyond fathom.metrics.max-series", samples));
        return all;
    }
}
