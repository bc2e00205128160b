package dev.fathom.bench;

import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.Api;
import dev.fathom.testing.RequestLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/** One question after the other, in turns with the yardsticks, so that both meet the same moments of the machine. */
final class Reads {

    private static final String FRESH = "&fresh=true";
    private static final int COUNTED = 5;
    private static final int TOOL_RUNS = 5;

    private final World world;
    private final DataSet set;
    private final Settings settings;
    private final Report report;
    private final PackagedService service;
    private final HttpCaller caller;
    private final SplittableRandom random = new SplittableRandom(1);

    Reads(World world, PackagedService service, Settings settings, Report report) {
        this.world = world;
        this.set = world.set();
        this.service = service;
        this.settings = settings;
        this.report = report;
        this.caller = new HttpCaller(World.port(service));
    }

    /** Times a question, which must be answered right. */
    private long nanos(Question.Asked asked) {
        long before = System.nanoTime();
        int status = caller.get(asked.path());
        long took = System.nanoTime() - before;
        if (status != 200 || !asked.right().test(caller.body())) {
            throw new IllegalStateException(status + " for " + asked.path() + ", or not what is so");
        }
        return took;
    }

    private static long nanos(Runnable work) {
        long before = System.nanoTime();
        work.run();
        return System.nanoTime() - before;
    }

    private static final class Kind {
        private final String what;
        private final Latencies warmUp = new Latencies();
        private final Latencies measured = new Latencies();
        private double first = Double.NaN;

        private Kind(String what) {
            this.what = what;
        }

        private void add(boolean warmingUp, long nanos) {
            first = Double.isNaN(first) ? nanos / 1e6 : first;
            (warmingUp ? warmUp : measured).add(nanos);
        }

        private double p50() {
            return measured.p50();
        }

        private void row(Report.Table table, Kind yardstick) {
            table.row(
                    what,
                    Latencies.millis(first),
                    Latencies.millis(warmUp.p50()),
                    measured.columns(),
                    String.format("%.2f", p50() / yardstick.p50()));
        }
    }

    private Report.Table table() {
        return report.table("ms", "first", "warm-up p50", "samples", "p50", "p99", "max", "p50 ÷ raw Admin");
    }

    /** One group, asked for in full. */
    void oneGroup() {
        Kind raw = new Kind("raw Admin done right");
        Kind fresh = new Kind("rows, `fresh`");
        Kind shared = new Kind("rows, shared");
        Kind freshTotals = new Kind("totals, `fresh`");
        Kind sharedTotals = new Kind("totals, shared");
        Kind naive = new Kind("naive");
        Kind tool = new Kind("`kafka-consumer-groups.sh`, its JVM running");
        int warmUps = Math.max(1, settings.samples() / 3);
        try (Yardsticks yardsticks = new Yardsticks(world.near(), set)) {
            for (int i = -warmUps; i < settings.samples(); i++) {
                int group = random.nextInt(set.groups);
                raw.add(i < 0, nanos(() -> yardsticks.oneGroup(group)));
                fresh.add(i < 0, nanos(Question.rows(set, group, FRESH)));
                shared.add(i < 0, nanos(Question.rows(set, group, "")));
                int other = random.nextInt(set.groups);
                freshTotals.add(i < 0, nanos(Question.totals(set, other, "?fresh=true")));
                sharedTotals.add(i < 0, nanos(Question.totals(set, other, "")));
            }
            turns(settings.samples() / 10, naive, yardsticks::naive);
            turns(TOOL_RUNS, tool, yardsticks::tool);
        }
        report.say("**One group** of " + set.partitions + " partitions, any, one caller; the warm-up is " + warmUps
                + " rounds of each.");
        Report.Table table = table();
        for (Kind kind : List.of(raw, fresh, shared, freshTotals, sharedTotals, naive, tool)) {
            kind.row(table, raw);
        }
        int requests = counted(Question.rows(set, 0, ""), true).get(COUNTED / 2);
        if (set == DataSet.L) {
            double p50 = fresh.p50() / raw.p50();
            double p99 = fresh.measured.p99() / raw.measured.p99();
            double faster = naive.p50() / fresh.p50();
            report.target(
                    Target.FRESH,
                    p50 <= 1.3 && p99 <= 2 && faster >= 5,
                    "p50 %s ms, %.2f ×; p99 %s ms, %.2f ×; %.1f × faster than naive",
                    Latencies.millis(fresh.p50()),
                    p50,
                    Latencies.millis(fresh.measured.p99()),
                    p99,
                    faster);
            report.target(
                    Target.SHARED,
                    shared.p50() <= 2 && requests == 0,
                    "p50 %s ms; %d requests",
                    Latencies.millis(shared.p50()),
                    requests);
        }
    }

    private void turns(int rounds, Kind kind, IntConsumer work) {
        for (int i = -1; i < Math.max(2, rounds); i++) {
            int group = random.nextInt(set.groups);
            kind.add(i < 0, nanos(() -> work.accept(group)));
        }
    }

    /** All groups with their totals. */
    void allGroups() {
        Kind raw = new Kind("raw Admin done right");
        Kind cold = new Kind("all groups, `fresh`");
        Kind warm = new Kind("all groups, shared");
        Kind tool = new Kind("`kafka-consumer-groups.sh --all-groups`, once");
        int rounds = Math.max(3, settings.samples() / 40);
        try (Yardsticks yardsticks = new Yardsticks(world.near(), set)) {
            for (int i = -3; i < rounds; i++) {
                raw.add(i < 0, nanos(yardsticks::allGroups));
                cold.add(i < 0, nanos(Question.list(set, FRESH)));
                warm.add(i < 0, nanos(Question.list(set, "")));
            }
            if (set != DataSet.L || settings.has(Settings.Part.TOOL)) {
                tool.add(false, nanos(yardsticks::toolOnAll));
            }
        }
        report.say("**All groups** with their totals; the warm-up is 3 rounds of each.");
        Report.Table table = table();
        for (Kind kind : List.of(raw, cold, warm, tool)) {
            kind.row(table, raw);
        }
        int size = service.api().get(Question.list(set, "").path()).response().body().length;
        Api.Answer zipped = service.api().get(Question.list(set, "").path(), "Accept-Encoding", "gzip");
        int zippedSize = zipped.header("Content-Encoding").orElse("").equals("gzip")
                ? zipped.response().body().length
                : size;
        report.say(String.format("The answer has %,d bytes, gzipped %,d.", size, zippedSize));
        if (set == DataSet.L) {
            double ratio = cold.p50() / raw.p50();
            report.target(
                    Target.COLD,
                    ratio <= 3 && cold.p50() <= 1000,
                    "p50 %.2f ×, %s ms",
                    ratio,
                    Latencies.millis(cold.p50()));
            report.target(
                    Target.WARM,
                    warm.p50() <= 20 && zippedSize <= 60_000,
                    "p50 %s ms; %.1f KB",
                    Latencies.millis(warm.p50()),
                    zippedSize / 1e3);
        }
    }

    /** How many requests an answer costs, counted at the broker. */
    void requests() {
        int chunks = Math.max(1, set.groups * set.partitions / 10_000);
        int budget = 6 + chunks - 1;
        report.say("**Requests at the broker**, " + COUNTED
                + " times each: the fewest, the median and the most. The budget of" + " all groups is " + budget
                + " (1+B+C+2L+C, " + chunks + " chunks).");
        Report.Table table = report.table("answer", "fewest", "median", "most");
        List<Integer> all = counted(Question.list(set, FRESH), false);
        counts(table, "all groups, `fresh`", all);
        counts(table, "one group's rows, `fresh`", counted(Question.rows(set, 1, FRESH), false));
        counts(table, "one group's rows, shared", counted(Question.rows(set, 1, ""), true));
        if (set == settings.largest() || set == DataSet.M) {
            int median = all.get(COUNTED / 2);
            report.target(
                    Target.REQUESTS,
                    median <= budget,
                    "%d of %d on %s groups of %d partitions",
                    median,
                    budget,
                    set.groups,
                    set.partitions);
        }
    }

    private static void counts(Report.Table table, String what, List<Integer> counted) {
        table.row(what, counted.get(0), counted.get(COUNTED / 2), counted.get(COUNTED - 1));
    }

    /** @param shared whether the same was asked just before, without being counted */
    private List<Integer> counted(Question.Asked asked, boolean shared) {
        RequestLog log = world.requests();
        List<Integer> counts = new ArrayList<>();
        nanos(asked);
        log.begin();
        try {
            for (int i = 0; i < COUNTED; i++) {
                if (shared) {
                    nanos(new Question.Asked(asked.path() + FRESH, asked.right()));
                }
                long before = log.length();
                nanos(asked);
                Map<String, Integer> requests = log.since(before);
                System.out.println(asked.path() + " " + requests);
                counts.add(RequestLog.all(requests));
            }
        } finally {
            log.end();
        }
        counts.sort(Comparator.naturalOrder());
        return counts;
    }
}
