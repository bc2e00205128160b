package dev.fathom.command;

import dev.fathom.cluster.Required;
import dev.fathom.config.ConfigurationException;
import io.quarkus.runtime.QuarkusBindException;
import io.smallrye.config.ConfigValidationException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Says why the service did not start: a setting that is wrong in one line, without a stack, anything else with it. */
public final class StartFailure {

    /** The exit code for wrong arguments and wrong settings. */
    public static final int WRONG_USE = 2;

    private static final int FAILED = 1;

    /** The number that SmallRye puts before each of its messages. */
    private static final Pattern CODE = Pattern.compile("^(?:[\\w.]+: )?SRCFG\\d+: ");

    private static final Pattern UNKNOWN = Pattern.compile("^(\\S+) in .* does not map to any root$");
    private static final Pattern MISSING = Pattern.compile("property (\\S+) is required but it could not be found");
    private static final Pattern EMPTY = Pattern.compile("property (\\S+) is defined as the empty String");
    private static final Pattern UNREADABLE = Pattern.compile(
            "property (\\S+) with the config value \"(.*)\" threw an Exception whilst being converted (.*)");

    private static final Pattern NO_WORD =
            Pattern.compile("^Cannot convert \\S+ to enum class \\S+, allowed values: (.*)$");

    private StartFailure() {}

    /**
     * Tells it on the standard error.
     *
     * @return the exit code
     */
    public static int tell(Throwable failure) {
        return tell(failure, System.err);
    }

    static int tell(Throwable failure, PrintStream out) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CheckedException end) {
                return end.exitCode();
            }
            if (cause instanceof QuarkusBindException bind) {
                out.println("fathom: port " + bind.getPort()
                        + " is in use by another process. Set quarkus.http.port to a free one.");
                return FAILED;
            }
        }
        List<String> wrong = settings(failure);
        if (wrong.isEmpty()) {
            out.println("fathom: the start failed, and not because of a setting.");
            failure.printStackTrace(out);
            return FAILED;
        }
        wrong.forEach(line -> out.println("fathom: " + line));
        return WRONG_USE;
    }

    /** The settings that are wrong, one line each; none when something else failed. */
    private static List<String> settings(Throwable failure) {
        List<String> lines = new ArrayList<>();
        for (Throwable cause = failure; cause != null && lines.isEmpty(); cause = cause.getCause()) {
            if (cause instanceof ConfigValidationException several) {
                for (int i = 0; i < several.getProblemCount(); i++) {
                    lines.add(plain(several.getProblem(i).getMessage()));
                }
            } else if (cause instanceof ConfigurationException
                    || cause instanceof io.quarkus.runtime.configuration.ConfigurationException) {
                lines.add(oneLine(Required.message(cause)));
            } else if (isOfConfiguration(cause)) {
                lines.add(plain(Required.message(cause)));
            }
        }
        return lines.stream().distinct().toList();
    }

    private static boolean isOfConfiguration(Throwable cause) {
        boolean type = cause instanceof IllegalArgumentException || cause instanceof NoSuchElementException;
        return type
                && cause.getMessage() != null
                && CODE.matcher(cause.getMessage()).find();
    }

    /** What SmallRye says of a property, in words for who set it. */
    static String plain(String message) {
        String text = oneLine(CODE.matcher(message).replaceFirst(""));
        Matcher unknown = UNKNOWN.matcher(text);
        if (unknown.find()) {
            return unknown.group(1) + " is not a property of Fathom. docs/configuration.md lists all of them.";
        }
        Matcher missing = MISSING.matcher(text);
        if (missing.find()) {
            return missing.group(1) + " is missing.";
        }
        Matcher empty = EMPTY.matcher(text);
        if (empty.find()) {
            return empty.group(1) + " is empty.";
        }
        Matcher unreadable = UNREADABLE.matcher(text);
        if (unreadable.find()) {
            String why = CODE.matcher(unreadable.group(3)).replaceFirst("");
            Matcher word = NO_WORD.matcher(why);
            return unreadable.group(1) + "=" + unreadable.group(2)
                    + (word.find()
                            ? " must be one of " + word.group(1).replace(",", ", ") + "."
                            : " cannot be read: " + why);
        }
        return text;
    }

    private static String oneLine(String message) {
        return Stream.of(String.valueOf(message).split("\\R"))
                .map(String::strip)
                .reduce((first, next) -> first + " " + next)
                .orElse("");
    }
}
