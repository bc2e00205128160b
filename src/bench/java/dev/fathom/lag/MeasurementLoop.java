package dev.fathom.lag;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From what the brokers told of one group to its rows and totals. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MeasurementLoop {

    private static final int TOPICS = 10;
    private static final int LAST = 20;

    @Param({"1000", "10000"})
    public int partitions;

    private final GroupDescription group = group();
    private final Map<String, Outcome<Topic>> topics = new HashMap<>();
    private final KnownEnds ends = new KnownEnds();
    private Commits commits;
    private List<PartitionLag> rows;

    private static GroupDescription group() {
        return new GroupDescription(
                "billing",
                GroupType.CLASSIC,
                GroupState.EMPTY,
                "",
                true,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                List.of());
    }

    @Setup
    public void measureOnce() {
        commits = filled();
        for (int t = 0; t < TOPICS; t++) {
            List<Topic.Partition> all = IntStream.range(0, partitions / TOPICS)
                    .mapToObj(number -> new Topic.Partition(number, OptionalInt.of(1), List.of(1), List.of(1)))
                    .toList();
            Topic topic = new Topic("topic-" + t, "id", false, all);
            topics.put(topic.name(), Outcome.known(topic));
            topic.logs().forEach(log -> ends.put(log, 0, LAST, LAST));
        }
        rows = measured();
        if (rows.size() != partitions || totalled().total() != (long) partitions * (LAST - 5)) {
            throw new IllegalStateException("measured wrong: " + totalled());
        }
    }

    private Commits filled() {
        Commits filled = new Commits();
        for (int i = 0; i < partitions; i++) {
            filled.put("topic-" + i % TOPICS, i / TOPICS, new Commit(5, OptionalInt.empty(), ""));
        }
        return filled;
    }

    private List<PartitionLag> measured() {
        Measurement measurement = new Measurement(group, commits, Set.of(), topics);
        List<TopicPartition> asked = measurement.partitionsOf(Measurement.topicsOf(group, commits));
        return measurement.rows(asked, ends, Isolation.READ_UNCOMMITTED);
    }

    private LagTotals totalled() {
        return LagTotals.of(rows, true);
    }

    @Benchmark
    public Object commits() {
        return filled();
    }

    @Benchmark
    public Object rows() {
        return measured();
    }

    @Benchmark
    public Object totals() {
        return totalled();
    }
}
