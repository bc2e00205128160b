package dev.fathom.bench;

import dev.fathom.packaged.PackagedService;
import dev.fathom.testing.RequestLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** How fast the service starts, how large it is, and what it holds, idle and after it was asked for everything. */
final class Starts {

    private static final int STARTS = 7;
    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final double MEGABYTE = 1 << 20;

    /** Where the profile native leaves it. */
    private static final Path EXECUTABLE = Path.of("target/fathom");

    private final World world;
    private final Report report;
    private double idleMegabytes;

    Starts(World world, Report report) {
        this.world = world;
        this.report = report;
    }

    /** The native executable, where there is one. */
    static Optional<Path> executable() {
        return PackagedService.NATIVE.or(() -> Optional.of(EXECUTABLE).filter(Files::isExecutable));
    }

    void measure() {
        report.heading("Start and size");
        report.say("From the process to its first 200, after one start that is not counted; resident memory after "
                + IDLE.toSeconds() + " s with one cluster and the defaults.");
        Report.Table table =
                report.table("", "MB on disk", "starts", "p50 ms", "p99 ms", "max ms", "MB of memory, idle");
        Latencies jar = starts(Optional.empty());
        idleMegabytes = idle(Optional.empty());
        table.row("jar", size(PackagedService.JAR), jar.columns(), String.format("%.0f", idleMegabytes));
        report.target(Target.START, jar.p50() <= 2000, "p50 %s ms", Latencies.millis(jar.p50()));
        report.target(Target.IDLE, idleMegabytes <= 150, "%.0f MB", idleMegabytes);
        executable().ifPresent(executable -> {
            Latencies starts = starts(Optional.of(executable));
            idleMegabytes = idle(Optional.of(executable));
            table.row("native executable", size(executable), starts.columns(), String.format("%.0f", idleMegabytes));
            report.target(Target.NATIVE_START, starts.p50() <= 100, "p50 %s ms", Latencies.millis(starts.p50()));
        });
    }

    /** The native executable on the largest data set, if there is one, after what {@link #measure} saw of it. */
    void executableUnderLoad() {
        executable().ifPresent(executable -> {
            try (PackagedService service = world.service(Optional.of(executable), world.near());
                    HttpCaller caller = new HttpCaller(World.port(service))) {
                DataSet set = world.set();
                SplittableRandom random = new SplittableRandom(1);
                for (int i = 0; i < 5; i++) {
                    caller.get(Question.list(set, "&fresh=true").path());
                }
                for (int i = 0; i < 200; i++) {
                    caller.get(Question.rows(set).next(random).path());
                }
                double after = service.residentBytes() / MEGABYTE;
                report.say(String.format(
                        "The native executable holds %.0f MB after five lists of all groups and 200 groups' rows.",
                        after));
                if (set == DataSet.L) {
                    report.target(
                            Target.NATIVE_MEMORY,
                            idleMegabytes <= 80 && after <= 220,
                            "%.0f MB and %.0f MB",
                            idleMegabytes,
                            after);
                }
            }
        });
    }

    /** What a service does at rest: processor time and requests, its probes left out. */
    void atRest(PackagedService service) {
        RequestLog log = world.requests();
        pause(Duration.ofSeconds(2));
        log.begin();
        long before = log.length();
        Duration used = service.processorTime();
        pause(IDLE);
        double share = service.processorTime().minus(used).toNanos() / (double) IDLE.toNanos();
        log.end();
        int requests = RequestLog.all(log.since(before));
        report.say(String.format(
                "At rest for %d s the service takes %.1f %% of a core and sends %d requests, those of its probes not"
                        + " counted.",
                IDLE.toSeconds(), 100 * share, requests));
        if (world.set() == DataSet.L && requests > 0) {
            int chunks = world.set().groups * world.set().partitions / 10_000;
            double rounds = IDLE.toSeconds() / 10.0;
            report.target(
                    Target.SAMPLING,
                    share <= 0.1 && requests / rounds <= 4 * chunks,
                    "%.1f %% of a core; %.0f requests a round of %d chunks",
                    100 * share,
                    requests / rounds,
                    chunks);
        }
    }

    void after(PackagedService service) {
        double megabytes = service.residentBytes() / MEGABYTE;
        report.say(String.format("After all of this the service holds %.0f MB.", megabytes));
        if (world.set() == DataSet.L) {
            report.target(Target.AFTER, megabytes <= 350, "%.0f MB", megabytes);
        }
    }

    private Latencies starts(Optional<Path> executable) {
        Latencies millis = new Latencies();
        for (int i = -1; i < STARTS; i++) {
            long begun = System.nanoTime();
            try (PackagedService service = started(executable);
                    HttpCaller caller = new HttpCaller(World.port(service))) {
                // Seldom enough to leave the cores to it.
                while (caller.get("/q/health/live") != 200) {
                    if (!service.isAlive()) {
                        throw new IllegalStateException(service.said());
                    }
                    pause(Duration.ofMillis(10));
                }
                if (i >= 0) {
                    millis.add(System.nanoTime() - begun);
                }
            }
        }
        return millis;
    }

    private double idle(Optional<Path> executable) {
        try (PackagedService service = started(executable)) {
            service.awaitAlive();
            pause(IDLE);
            return service.residentBytes() / MEGABYTE;
        }
    }

    private PackagedService started(Optional<Path> executable) {
        return PackagedService.asShipped(
                executable,
                World.HEAP_MEGABYTES,
                "fathom.clusters." + World.CLUSTER + ".bootstrap-servers=" + world.near());
    }

    private static String size(Path file) {
        try {
            return String.format("%.0f", Files.size(file) / MEGABYTE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
