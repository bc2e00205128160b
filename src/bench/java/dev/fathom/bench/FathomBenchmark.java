package dev.fathom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.bench.Settings.Part;
import dev.fathom.packaged.PackagedService;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The whole of it: {@code mvn verify -Pbench}. Fails where something could not be measured, not where a target is missed. */
class FathomBenchmark {

    private final Settings settings = Settings.told();
    private final Report report = new Report();

    @Test
    void measuresAndWritesWhatItSaw() {
        Locale.setDefault(Locale.ROOT);
        for (DataSet set : settings.sets()) {
            if (settings.hasAny(Part.READS, Part.CALLERS)
                    || set == settings.largest()
                            && settings.hasAny(Part.START, Part.DELAYS, Part.FAULTS, Part.CHANGES)) {
                report.attempt("Data set " + set, () -> measure(set));
            }
        }
        if (settings.has(Part.POOL)) {
            report.attempt("Managed consumers", () -> new Pool(settings, report).measure());
        }
        if (settings.has(Part.LOOPS)) {
            report.attempt("The inner loops", () -> new Loops(report).measure());
        }
        report.write(settings.result(), settings);
        System.out.println("written to " + settings.result());
        assertThat(report.failed()).as("what could not be measured").isEmpty();
    }

    private void measure(DataSet set) {
        try (World world = new World(set)) {
            Starts starts = new Starts(world, report);
            if (settings.has(Part.START) && set == settings.largest()) {
                report.attempt("Start and size", starts::measure);
            }
            if (settings.hasAny(Part.READS, Part.CALLERS)) {
                report.heading("Data set " + set + ", " + set.size());
                try (PackagedService service = world.service(world.near())) {
                    asked(world, service, starts);
                }
            }
            if (set == settings.largest()) {
                largest(world, starts);
            }
        }
    }

    private void largest(World world, Starts starts) {
        if (settings.has(Part.START)) {
            report.attempt("The native executable under load", starts::executableUnderLoad);
        }
        if (settings.has(Part.DELAYS)) {
            report.attempt("A broker further away", () -> new Delays(world, settings, report).measure());
        }
        if (settings.has(Part.FAULTS)) {
            report.attempt("Under faults", () -> new Faults(world, settings, report).measure());
        }
        if (settings.has(Part.CHANGES)) {
            report.attempt("Moving a group", () -> new Changes(world, report).measure());
        }
    }

    private void asked(World world, PackagedService service, Starts starts) {
        if (settings.has(Part.READS)) {
            Reads reads = new Reads(world, service, settings, report);
            report.attempt("One group", reads::oneGroup);
            report.attempt("All groups", reads::allGroups);
            report.attempt("Requests at the broker", reads::requests);
        }
        if (settings.has(Part.CALLERS)) {
            report.attempt("Callers", () -> new Callers(world, service, settings, report).measure());
        }
        if (settings.has(Part.START)) {
            report.attempt("At rest", () -> starts.atRest(service));
            report.attempt("Memory", () -> starts.after(service));
        }
    }
}
