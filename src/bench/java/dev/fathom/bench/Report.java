package dev.fathom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What came of a run, in Markdown. What is written to it is printed at once too. */
final class Report {

    private record Measured(String measured, boolean met) {}

    private final StringBuilder text = new StringBuilder();
    private final Map<Target, Measured> targets = new EnumMap<>(Target.class);
    private final List<String> failed = new ArrayList<>();

    void heading(String title) {
        add("\n## " + title);
    }

    void say(String paragraph) {
        add("\n" + paragraph);
    }

    /** @param columns a row's first cell is what it is about */
    Table table(String... columns) {
        add("");
        line(Arrays.asList(columns));
        line(Arrays.stream(columns).map(column -> "---").toList());
        return this::row;
    }

    @FunctionalInterface
    interface Table {

        /** Arrays among the cells are cells themselves. */
        void row(Object... cells);
    }

    private void row(Object... cells) {
        line(flat(cells)
                .map(cell -> cell instanceof Integer || cell instanceof Long
                        ? String.format(Locale.ROOT, "%,d", cell)
                        : String.valueOf(cell))
                .toList());
    }

    private static Stream<Object> flat(Object[] cells) {
        return Arrays.stream(cells).flatMap(cell -> cell instanceof Object[] several ? flat(several) : Stream.of(cell));
    }

    private void line(List<String> cells) {
        add(cells.stream().collect(Collectors.joining(" | ", "| ", " |")));
    }

    private void add(String line) {
        text.append(line).append('\n');
        System.out.println(line);
    }

    void target(Target target, boolean met, String measured, Object... values) {
        targets.put(target, new Measured(String.format(Locale.ROOT, measured, values), met));
    }

    /** Something that may fail without the rest of the run. */
    void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | AssertionError e) {
            failed.add(what);
            e.printStackTrace();
            say("**" + what + " could not be measured: " + e.getClass().getSimpleName() + ".**");
        }
    }

    /** What could not be measured. */
    List<String> failed() {
        return failed;
    }

    void write(Path file, Settings settings) {
        StringBuilder all = new StringBuilder("# Benchmark\n\nWritten by `" + settings.command()
                + "`, which repeats it; sizes and durations are `bench.` properties"
                + " ([Settings](../src/bench/java/dev/fathom/bench/Settings.java)).\n");
        all.append('\n').append(Machine.described()).append('\n');
        all.append("\n## Targets\n\nB brokers, C coordinators, L leaders: one of each here.\n\n"
                + "| | target | measured | |\n| --- | --- | --- | --- |\n");
        for (Target target : Target.values()) {
            Measured measured = targets.get(target);
            all.append("| ")
                    .append(target.what)
                    .append(" | ")
                    .append(target.aim)
                    .append(" | ");
            all.append(measured == null ? "not in this run | " : measured.measured() + " | ");
            all.append(measured == null ? "–" : measured.met() ? "met" : "**not met**")
                    .append(" |\n");
        }
        all.append(text);
        try {
            Path whole = file.toAbsolutePath();
            Files.createDirectories(whole.getParent());
            Files.writeString(whole, all.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
