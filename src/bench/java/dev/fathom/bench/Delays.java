package dev.fathom.bench;

import dev.fathom.packaged.PackagedService;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** The same questions with a broker whose answers come later, as brokers that are elsewhere do. */
final class Delays {

    private static final List<Integer> MILLIS = List.of(0, 1, 5);
    private static final int CALLERS = 50;

    private final World world;
    private final DataSet set;
    private final Settings settings;
    private final Report report;

    Delays(World world, Settings settings, Report report) {
        this.world = world;
        this.set = world.set();
        this.settings = settings;
        this.report = report;
    }

    void measure() {
        report.heading("A broker further away, " + set.size());
        report.say(
                "Through a proxy that holds each piece of the broker's answers for so long, however many are under way. Raw"
                        + " Admin goes the same way.");
        Report.Table table = report.table(
                "delay",
                "raw Admin, p50 ms",
                "rows `fresh`, p50 ms",
                "p99 ms",
                "p50 ÷ raw",
                "totals of " + CALLERS + " callers, 200/s",
                "p99 ms",
                "other than 200",
                "all groups `fresh`, p50 ms");
        for (int millis : MILLIS) {
            try (PackagedService service = world.service(world.far());
                    HttpCaller caller = new HttpCaller(World.port(service));
                    Yardsticks yardsticks = new Yardsticks(world.far(), set)) {
                Load.warmUp(World.port(service), settings, set);
                world.proxy().late(Duration.ofMillis(millis));
                one(table, millis, service, caller, yardsticks);
            } finally {
                world.proxy().late(Duration.ZERO);
            }
        }
    }

    private void one(
            Report.Table table, int millis, PackagedService service, HttpCaller caller, Yardsticks yardsticks) {
        Latencies raw = new Latencies();
        Latencies fresh = new Latencies();
        Latencies cold = new Latencies();
        SplittableRandom random = new SplittableRandom(millis);
        int samples = Math.max(10, settings.samples() / 3);
        for (int i = -samples / 2; i < samples; i++) {
            int group = random.nextInt(set.groups);
            long before = System.nanoTime();
            yardsticks.oneGroup(group);
            long between = System.nanoTime();
            answered(caller, Question.rows(set, group, "&fresh=true"));
            if (i >= 0) {
                raw.add(between - before);
                fresh.add(System.nanoTime() - between);
            }
        }
        Load.Result totals =
                new Load(World.port(service), settings.warmUp(), settings.each()).closed(CALLERS, Question.totals(set));
        for (int i = -1; i < 3; i++) {
            long before = System.nanoTime();
            answered(caller, Question.list(set, "&fresh=true"));
            if (i >= 0) {
                cold.add(System.nanoTime() - before);
            }
        }
        table.row(
                millis + " ms",
                Latencies.millis(raw.p50()),
                Latencies.millis(fresh.p50()),
                Latencies.millis(fresh.p99()),
                String.format("%.2f", fresh.p50() / raw.p50()),
                String.format("%,.0f", totals.goodput()),
                Latencies.millis(totals.good().p99()),
                Callers.percent(1 - totals.share(200)),
                Latencies.millis(cold.p50()));
    }

    private static void answered(HttpCaller caller, Question.Asked asked) {
        int status = caller.get(asked.path());
        if (status != 200 || !asked.right().test(caller.body())) {
            throw new IllegalStateException(status + " for " + asked.path() + ", or not what is so");
        }
    }
}
