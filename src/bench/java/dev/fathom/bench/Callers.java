package dev.fathom.bench;

import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.RequestLog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Many callers at once, each on a connection of its own, beside what a naive loop gets through. */
final class Callers {

    private static final int FEW = 50;
    private static final int MANY = 200;
    private static final int CONNECTIONS = 400;
    private static final Duration COUNTED = Duration.ofSeconds(2);

    private final World world;
    private final DataSet set;
    private final Settings settings;
    private final Report report;
    private final PackagedService service;

    Callers(World world, PackagedService service, Settings settings, Report report) {
        this.world = world;
        this.set = world.set();
        this.service = service;
        this.settings = settings;
        this.report = report;
    }

    private Load load() {
        return new Load(World.port(service), settings.warmUp(), settings.each());
    }

    private static Report.Table table(Report report) {
        return report.table(
                "load", "200/s", "÷ naive", "200s", "p50 ms", "p99 ms", "max ms", "200", "429", "other", "wrong");
    }

    private static Object[] cells(Load.Result result, double naive) {
        return new Object[] {
            String.format("%,.0f", result.goodput()),
            naive > 0 ? String.format("%.1f", result.goodput() / naive) : "–",
            result.good().columns(),
            percent(result.share(200)),
            percent(result.share(429)),
            others(result),
            result.wrong()
        };
    }

    static String percent(double share) {
        return share == 0 ? "0" : String.format(share < 0.1 ? "%.2f %%" : "%.1f %%", 100 * share);
    }

    /** What was neither 200 nor 429, by status. */
    static String others(Load.Result result) {
        StringBuilder others = new StringBuilder();
        result.statuses().forEach((status, count) -> {
            if (status != 200 && status != 429) {
                others.append(others.isEmpty() ? "" : ", ")
                        .append(String.format("%,d × %s", count, status == HttpCaller.NO_ANSWER ? "none" : status));
            }
        });
        return others.isEmpty() ? "0" : others.toString();
    }

    /** Everything callers do on this data set. */
    void measure() {
        double naiveAlone;
        double naive;
        try (Yardsticks yardsticks = new Yardsticks(world.near(), set)) {
            naiveAlone = yardsticks.naiveRate(1, settings.each());
            naive = yardsticks.naiveRate(FEW, settings.each());
        }
        Load.warmUp(World.port(service), settings, set);
        report.say(String.format(
                "**Callers.** A naive loop over groups of %,d partitions gets through %.1f groups a second, with %d threads on"
                        + " one Admin client through %.1f; the ratios are to the latter. Each load runs for %d s after %d s of"
                        + " warm-up. Callers of closed loops that are refused ask again at once. In open loops the time of an"
                        + " answer counts from the moment its question was due.",
                set.partitions,
                naiveAlone,
                FEW,
                naive,
                settings.each().toSeconds(),
                settings.warmUp().toSeconds()));
        Report.Table table = table(report);
        Map<Integer, Load.Result> totals = new LinkedHashMap<>();
        Map<Integer, Load.Result> rows = new LinkedHashMap<>();
        boolean whole = set == settings.largest();
        List<Integer> numbers = whole ? List.of(1, 10, FEW, MANY) : List.of(FEW, MANY);
        for (int callers : numbers) {
            totals.put(callers, load().closed(callers, Question.totals(set)));
            table.row("totals, " + callers + " callers", cells(totals.get(callers), naive));
        }
        for (int callers : numbers) {
            rows.put(callers, load().closed(callers, Question.rows(set)));
            table.row("rows, " + callers + " callers", cells(rows.get(callers), naive));
        }
        if (whole) {
            open(table, naive, totals.get(FEW).goodput(), rows.get(FEW).goodput());
            overload(table, naive, totals);
        }
        report.say(requestsEach());
        if (set == DataSet.L) {
            busy(Target.TOTALS, totals.get(FEW), naive, 10);
            busy(Target.ROWS, rows.get(FEW), naive, 4);
            many(totals, rows);
        }
    }

    /** More than it can answer, in an open loop: what it still answers then. */
    private void overload(Report.Table table, double naive, Map<Integer, Load.Result> totals) {
        double best =
                totals.values().stream().mapToDouble(Load.Result::goodput).max().orElseThrow();
        Load.Result overload = load().open(4 * best, CONNECTIONS, Question.totals(set));
        table.row(
                String.format("totals, open, 4 × the best: %,.0f/s on %d connections", 4 * best, CONNECTIONS),
                cells(overload, naive));
        report.say(String.format(
                "Of the questions of 4 × the best, %,d were sent and %,d were not, since no connection came free for them.",
                overload.all(), overload.unsent()));
        if (set == DataSet.L) {
            double kept = overload.goodput() / best;
            report.target(
                    Target.OVERLOAD,
                    kept >= 0.8 && overload.only(List.of(200, 429)),
                    "%s of the best; 429 %s, other %s",
                    percent(kept),
                    percent(overload.share(429)),
                    others(overload));
        }
    }

    private void open(Report.Table table, double naive, double totalsRate, double rowsRate) {
        double forTotals = settings.rate().isPresent() ? settings.rate().getAsInt() : Math.max(1, totalsRate / 2);
        double forRows = settings.rate().isPresent() ? settings.rate().getAsInt() : Math.max(1, rowsRate / 2);
        table.row(
                String.format("totals, open, %,.0f/s", forTotals),
                cells(load().open(forTotals, MANY, Question.totals(set)), naive));
        table.row(
                String.format("rows, open, %,.0f/s", forRows),
                cells(load().open(forRows, MANY, Question.rows(set)), naive));
    }

    private String requestsEach() {
        RequestLog log = world.requests();
        log.begin();
        long before = log.length();
        Load.Result result = new Load(World.port(service), Duration.ZERO, COUNTED).closed(FEW, Question.totals(set));
        log.end();
        Map<String, Integer> requests = log.since(before);
        System.out.println("requests of " + result.all() + " answers: " + requests);
        return String.format(
                "Requests at the broker for an answer of totals, %d callers: %.2f.",
                FEW, RequestLog.all(requests) / (double) Math.max(1, result.all()));
    }

    private void busy(Target target, Load.Result result, double naive, double atLeast) {
        double ratio = result.goodput() / naive;
        report.target(
                target,
                ratio >= atLeast
                        && result.only(List.of(200))
                        && result.wrong() == 0
                        && result.good().p99() <= 200,
                "%.1f × (%,.0f/s); 200: %s; p99 %s ms",
                ratio,
                result.goodput(),
                percent(result.share(200)),
                Latencies.millis(result.good().p99()));
    }

    private void many(Map<Integer, Load.Result> totals, Map<Integer, Load.Result> rows) {
        double ofTotals = totals.get(MANY).goodput() / totals.get(FEW).goodput();
        double ofRows = rows.get(MANY).goodput() / rows.get(FEW).goodput();
        report.target(
                Target.MANY,
                ofTotals >= 0.8
                        && ofRows >= 0.8
                        && totals.get(MANY).only(List.of(200, 429))
                        && rows.get(MANY).only(List.of(200, 429)),
                "totals %s of 50 callers', other than 200 and 429: %s; rows %s, %s",
                percent(ofTotals),
                others(totals.get(MANY)),
                percent(ofRows),
                others(rows.get(MANY)));
    }
}
