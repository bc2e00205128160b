package dev.fathom.bench;

import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.FaultProxy.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Loads while something is wrong: no processor is idle, the broker is slow, the broker hangs. */
final class Faults {

    private static final List<Integer> CALLERS = List.of(50, 200);
    private static final int BUSY_LOOPS = 2;
    private static final Duration SLOW = Duration.ofMillis(1500);
    private static final Duration ERROR_WITHIN = Duration.ofMillis(5500);
    private static final Duration GOOD_WITHIN = Duration.ofSeconds(2);
    private static final Duration HUNG = Duration.ofSeconds(15);
    private static final double REFUSED_MILLIS = 20;

    private final World world;
    private final DataSet set;
    private final Settings settings;
    private final Report report;

    Faults(World world, Settings settings, Report report) {
        this.world = world;
        this.set = world.set();
        this.settings = settings;
        this.report = report;
    }

    void measure() {
        report.heading("Under faults, " + set.size());
        report.say(String.format(
                "%s callers for %d s: four of five ask for the totals of a random group, one in a hundred for the list of all"
                        + " groups, the others for a group's rows.",
                CALLERS.stream().map(String::valueOf).collect(Collectors.joining(" and ")),
                settings.faultSeconds().toSeconds()));
        Report.Table table =
                report.table("fault", "200/s", "200s", "p50 ms", "p99 ms", "max ms", "200", "429", "other", "wrong");
        busy(table);
        slow(table);
        report.attempt("A broker that hangs", this::hung);
    }

    private Question mixed() {
        return random -> {
            int dice = random.nextInt(100);
            if (dice == 0) {
                return Question.list(set, "");
            }
            return (dice < 81 ? Question.totals(set) : Question.rows(set)).next(random);
        };
    }

    private Load.Result load(PackagedService service, int callers) {
        return new Load(World.port(service), settings.warmUp(), settings.faultSeconds()).closed(callers, mixed());
    }

    private PackagedService warm(String bootstrapServers) {
        PackagedService service = world.service(bootstrapServers);
        Load.warmUp(World.port(service), settings, set);
        return service;
    }

    private static void row(Report.Table table, String what, Load.Result result) {
        table.row(
                what,
                String.format("%,.0f", result.goodput()),
                result.good().columns(),
                Callers.percent(result.share(200)),
                Callers.percent(result.share(429)),
                Callers.others(result),
                result.wrong());
    }

    private void judged(Target target, List<Load.Result> results) {
        report.target(
                target,
                results.stream().allMatch(result -> result.only(List.of(200, 429)) && result.wrong() == 0),
                "%sother than 200 and 429: %s",
                on(),
                results.stream().map(Callers::others).collect(Collectors.joining("; ")));
    }

    /** What is to be said of a target that is meant for the largest data set there is. */
    private String on() {
        return set == DataSet.L ? "" : "on " + set + ": ";
    }

    private void busy(Report.Table table) {
        List<Load.Result> results = new ArrayList<>();
        List<Thread> loops = Stream.generate(() -> new Thread(Faults::spin, "busy-loop"))
                .limit(BUSY_LOOPS)
                .toList();
        try (PackagedService service = warm(world.near())) {
            loops.forEach(loop -> {
                loop.setDaemon(true);
                loop.start();
            });
            for (int callers : CALLERS) {
                results.add(load(service, callers));
                row(table, BUSY_LOOPS + " cores busy, " + callers + " callers", results.get(results.size() - 1));
            }
        } finally {
            loops.forEach(Thread::interrupt);
        }
        judged(Target.BUSY, results);
    }

    private static void spin() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private void slow(Report.Table table) {
        List<Load.Result> results = new ArrayList<>();
        try (PackagedService service = warm(world.far())) {
            world.proxy().late(SLOW);
            for (int callers : CALLERS) {
                results.add(load(service, callers));
                row(
                        table,
                        "broker " + SLOW.toMillis() + " ms late, " + callers + " callers",
                        results.get(results.size() - 1));
            }
        } finally {
            world.proxy().late(Duration.ZERO);
        }
        judged(Target.SLOW, results);
    }

    /** Under 50 callers until the errors have come; then one caller alone, who is refused, and who waits for the end of it. */
    private void hung() {
        try (PackagedService service = warm(world.far());
                HttpCaller caller = new HttpCaller(World.port(service))) {
            Question.Asked asked = Question.totals(set, 1, "?fresh=true");
            Load load = new Load(World.port(service), Duration.ZERO, Duration.ofSeconds(5));
            world.proxy().set(Fault.BLACK_HOLE);
            long begun = System.nanoTime();
            CompletableFuture<Load.Result> during =
                    CompletableFuture.supplyAsync(() -> load.closed(CALLERS.get(0), Question.totals(set)));
            Timed first = timed(caller, asked);
            Load.Result errors = during.join();
            Latencies refused = new Latencies();
            Map<Integer, Integer> statuses = new TreeMap<>();
            while (System.nanoTime() - begun < HUNG.toNanos()) {
                Timed one = timed(caller, asked);
                refused.add(one.nanos());
                statuses.merge(one.status(), 1, Integer::sum);
                pause();
            }
            world.proxy().set(Fault.NONE);
            long ended = System.nanoTime();
            while (timed(caller, asked).status() != 200 && System.nanoTime() - ended < HUNG.toNanos()) {
                pause();
            }
            double good = (System.nanoTime() - ended) / 1e6;
            told(first, errors, refused, statuses, good);
        } finally {
            world.proxy().set(Fault.NONE);
        }
    }

    private void told(
            Timed first, Load.Result load, Latencies refused, Map<Integer, Integer> statuses, double goodMillis) {
        double slowest = Math.max(
                first.nanos() / 1e6,
                Double.isNaN(load.others().max()) ? 0 : load.others().max());
        report.say(String.format(
                "A broker that hangs for %d s: the first caller, of `fresh` totals, was answered %d after %s ms; beside it 50"
                        + " callers for 5 s, answered %s, the last of the errors after %s ms. From then on one caller alone was"
                        + " answered %s, p50 %s ms, p99 %s ms, max %s ms. The first 200 came %s ms after its end.",
                HUNG.toSeconds(),
                first.status(),
                Latencies.millis(first.nanos() / 1e6),
                load.statuses(),
                Latencies.millis(load.others().max()),
                statuses,
                Latencies.millis(refused.p50()),
                Latencies.millis(refused.p99()),
                Latencies.millis(refused.max()),
                Latencies.millis(goodMillis)));
        report.target(
                Target.HUNG,
                first.status() != 200
                        && slowest <= ERROR_WITHIN.toMillis()
                        && refused.p99() <= REFUSED_MILLIS
                        && goodMillis <= GOOD_WITHIN.toMillis(),
                "%serror within %s ms; afterwards p99 %s ms; a good answer after %s ms",
                on(),
                Latencies.millis(slowest),
                Latencies.millis(refused.p99()),
                Latencies.millis(goodMillis));
    }

    private record Timed(int status, long nanos) {}

    private static Timed timed(HttpCaller caller, Question.Asked asked) {
        long before = System.nanoTime();
        int status = caller.get(asked.path());
        return new Timed(status, System.nanoTime() - before);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
