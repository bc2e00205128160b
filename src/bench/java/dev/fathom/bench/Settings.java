package dev.fathom.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run is told, each by {@code -Dbench.NAME=}.
 *
 * @param sets {@code sets}: of S, M and L
 * @param parts {@code parts}: of {@link Part}, or {@code all}; by default those that take a quarter of an hour together
 * @param each {@code seconds}: how long each load is measured
 * @param warmUp {@code warmup}: seconds each load runs before that
 * @param samples {@code samples}: answers timed one after the other, for each kind of question
 * @param rate {@code rate}: questions a second in open loops; half of what closed loops came to, where not said
 * @param faultSeconds {@code fault.seconds}: how long each load under faults runs
 * @param records {@code records}: how many managed consumers forward
 * @param rounds {@code rounds}: how often they do
 * @param result {@code result}: the file written; where not said, that of the documentation for a run with all data sets and at
 *     least the usual parts, and one under {@code target} for less
 */
record Settings(
        Set<DataSet> sets,
        Set<Part> parts,
        Duration each,
        Duration warmUp,
        int samples,
        OptionalInt rate,
        Duration faultSeconds,
        int records,
        int rounds,
        Path result) {

    /** What can be measured. */
    enum Part {
        /** Starts, and memory at rest. */
        START,
        /** One question after the other: one group, all groups, the yardsticks, requests at the broker. */
        READS,
        /** With the reads: Kafka's own tool on all groups of the largest data set too, which takes it minutes. */
        TOOL,
        /** Many callers at once. */
        CALLERS,
        /** The same with a broker that is further away. */
        DELAYS,
        /** Loads under faults: no idle processor, a slow broker, a broker that hangs. */
        FAULTS,
        /** Managed consumers. */
        POOL,
        /** Moving a group's commits. */
        CHANGES,
        /** The inner loops, by JMH. */
        LOOPS
    }

    private static final Set<Part> USUAL = EnumSet.of(Part.START, Part.READS, Part.CALLERS, Part.DELAYS, Part.LOOPS);

    static Settings told() {
        Set<DataSet> sets = words("sets", DataSet.class, EnumSet.allOf(DataSet.class));
        Set<Part> parts = words("parts", Part.class, USUAL);
        boolean whole = sets.size() == DataSet.values().length && parts.containsAll(USUAL);
        return new Settings(
                sets,
                parts,
                Duration.ofSeconds(number("seconds", 5)),
                Duration.ofSeconds(number("warmup", 2)),
                number("samples", 300),
                System.getProperty("bench.rate") == null ? OptionalInt.empty() : OptionalInt.of(number("rate", 1)),
                Duration.ofSeconds(number("fault.seconds", 60)),
                number("records", 2_000_000),
                number("rounds", 4),
                Path.of(System.getProperty("bench.result", whole ? "docs/benchmark.md" : "target/benchmark.md")));
    }

    boolean has(Part part) {
        return parts.contains(part);
    }

    /** Whether any of these is to be measured. */
    boolean hasAny(Part... some) {
        return Arrays.stream(some).anyMatch(parts::contains);
    }

    /** The largest data set of the run. */
    DataSet largest() {
        return sets.stream().reduce((one, other) -> other).orElseThrow();
    }

    String command() {
        return "mvn verify -Pbench"
                + System.getProperties().stringPropertyNames().stream()
                        .filter(name -> name.startsWith("bench.") && !name.equals("bench.result"))
                        .sorted()
                        .map(name -> " -D" + name + "=" + System.getProperty(name))
                        .collect(Collectors.joining());
    }

    private static int number(String name, int otherwise) {
        String told = System.getProperty("bench." + name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(told);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("bench." + name + " is a number above 0, not \"" + told + "\"");
    }

    private static <E extends Enum<E>> Set<E> words(String name, Class<E> type, Set<E> otherwise) {
        String told = System.getProperty("bench." + name);
        if (told == null) {
            return otherwise;
        }
        if (told.equals("all")) {
            return EnumSet.allOf(type);
        }
        try {
            return Arrays.stream(told.split(","))
                    .map(word -> Enum.valueOf(type, word.trim().toUpperCase(Locale.ROOT)))
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(type)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bench." + name + " is all, or of "
                    + EnumSet.allOf(type).toString().toLowerCase(Locale.ROOT) + ", not \"" + told + "\"");
        }
    }
}
