package dev.fathom.pool;

import dev.fathom.pool.worker.MemberReport;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.pool.worker.MemberReport.Totals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The members that run here, as metrics: counters and gauges with the cluster, the consumer and the member's slot. */
final class PoolMetrics implements MeterBinder {

    private final Map<String, ClusterPool> pools;
    private final Set<Key> known = ConcurrentHashMap.newKeySet();
    private final Map<Key, MemberReport> last = new ConcurrentHashMap<>();

    private record Key(String cluster, String consumer, int slot) {

        Tags tags() {
            return Tags.of("cluster", cluster, "consumer", consumer, "member", Integer.toString(slot));
        }
    }

    PoolMetrics(Map<String, ClusterPool> pools) {
        this.pools = pools;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        // Counted when the metrics are read, which is also when members that are new get their meters.
        Gauge.builder("fathom.pool.members", () -> refresh(registry))
                .description("Members of managed consumers that run on this replica")
                .register(registry);
    }

    private int refresh(MeterRegistry registry) {
        Set<Key> here = new HashSet<>();
        pools.forEach((cluster, pool) -> pool.here().forEach(report -> {
            Key key = new Key(cluster, report.consumer(), report.slot());
            here.add(key);
            last.put(key, report);
            if (known.add(key)) {
                register(registry, key);
            }
        }));
        last.keySet().retainAll(here);
        known.stream().filter(key -> !here.contains(key)).toList().forEach(key -> {
            known.remove(key);
            registry.getMeters().stream()
                    .filter(meter -> meter.getId().getName().startsWith("fathom.pool.consumer."))
                    .filter(meter -> Tags.of(meter.getId().getTags()).equals(key.tags()))
                    .forEach(registry::remove);
        });
        return here.size();
    }

    private void register(MeterRegistry registry, Key key) {
        counter(registry, key, "records", "Records fetched", Totals::records);
        counter(registry, key, "bytes", "Bytes of records fetched", Totals::bytes);
        counter(registry, key, "delivered", "Records the sink took", Totals::delivered);
        counter(registry, key, "retried", "Deliveries that failed and will be retried", Totals::retried);
        counter(registry, key, "dead.lettered", "Records written to the dead-letter topic", Totals::deadLettered);
        counter(
                registry,
                key,
                "skipped",
                "Records skipped for good: not taken, or passed over because a commit lay outside the log",
                Totals::skipped);
        counter(registry, key, "stale.completions", "Verdicts that came after the partition", Totals::staleCompletions);
        counter(registry, key, "rebalances", "Rebalances taken part in", Totals::rebalances);
        counter(registry, key, "sink.errors", "Deliveries that failed", totals -> totals.errors()
                .sink());
        counter(registry, key, "commit.errors", "Commits that failed", totals -> totals.errors()
                .commit());
        counter(registry, key, "poll.errors", "Polls that failed", totals -> totals.errors()
                .poll());
        counter(registry, key, "dead.letter.errors", "Dead letters that failed", totals -> totals.errors()
                .deadLetter());
        gauge(registry, key, "in.flight", "Records in the sink's hands", report -> report.totals()
                .inFlight());
        gauge(registry, key, "queue.length", "Records held", report -> report.totals()
                .queueLength());
        gauge(registry, key, "lag", "Records not yet fetched", report -> report.partitions().stream()
                .map(PartitionReport::lag)
                .filter(lag -> lag != null)
                .mapToLong(Long::longValue)
                .sum());
    }

    private void counter(
            MeterRegistry registry, Key key, String name, String description, ToDoubleFunction<Totals> value) {
        FunctionCounter.builder("fathom.pool.consumer." + name, last, reports -> Optional.ofNullable(reports.get(key))
                        .map(report -> value.applyAsDouble(report.totals()))
                        .orElse(0.0))
                .description(description)
                .tags(key.tags())
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry, Key key, String name, String description, ToDoubleFunction<MemberReport> value) {
        Gauge.builder("fathom.pool.consumer." + name, last, reports -> Optional.ofNullable(reports.get(key))
                        .map(value::applyAsDouble)
                        .orElse(Double.NaN))
                .description(description)
                .tags(key.tags())
                .register(registry);
    }
}
