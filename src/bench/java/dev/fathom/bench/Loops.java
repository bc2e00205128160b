package dev.fathom.bench;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The inner loops, each in a JVM of its own with the service's heap and collector, by JMH. */
final class Loops {

    private static final int WARM_UPS = 3;
    private static final int ITERATIONS = 5;

    private final Report report;

    Loops(Report report) {
        this.report = report;
    }

    void measure() {
        Collection<RunResult> results;
        try {
            results = new Runner(new OptionsBuilder()
                            .include("dev\\.fathom\\..*Loop\\.")
                            .forks(1)
                            .warmupIterations(WARM_UPS)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(ITERATIONS)
                            .measurementTime(TimeValue.seconds(1))
                            .jvmArgs("-Xmx" + World.HEAP_MEGABYTES + "m", "-XX:+UseSerialGC")
                            .addProfiler(GCProfiler.class)
                            .shouldFailOnError(true)
                            .build())
                    .run();
        } catch (RunnerException e) {
            throw new IllegalStateException(e);
        }
        report.heading("Inner loops");
        report.say("By JMH, one thread, " + ITERATIONS + " iterations of a second after " + WARM_UPS
                + " that are not counted.");
        Report.Table table = report.table("loop", "partitions", "µs", "± (99.9 %)", "bytes allocated");
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            String[] parts = name.split("\\.");
            table.row(
                    parts[parts.length - 2] + "." + parts[parts.length - 1],
                    result.getParams().getParam("partitions"),
                    number(result.getPrimaryResult().getScore()),
                    number(result.getPrimaryResult().getScoreError()),
                    allocated(result));
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String allocated(RunResult result) {
        return result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .map(entry -> (Result<?>) entry.getValue())
                .map(bytes -> String.format(Locale.ROOT, "%,.0f", bytes.getScore()))
                .findFirst()
                .orElse("–");
    }
}
