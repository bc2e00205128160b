package dev.fathom.http.request;

import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Required;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.position.Position;
import dev.fathom.position.PositionSyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads query parameters. What cannot be read is a 400 that names the parameter, the value and what would be right. */
public final class Params {

    private static final Duration LONGEST = Duration.ofDays(366);

    private Params() {}

    /** A text; empty counts as not given. */
    public static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    public static int integer(String name, @Nullable String value, int otherwise, int min, int max) {
        return (int) number(name, value, min, max).orElse(otherwise);
    }

    public static OptionalLong number(String name, @Nullable String value, long min, long max) {
        if (value == null || value.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(value);
            if (value.charAt(0) != '+' && number >= min && number <= max) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            // Falls through: not a number is out of bounds like any other.
        }
        throw ProblemException.parameter(
                name, "\"" + value + "\" is not a whole number from " + min + " to " + max + ".");
    }

    public static boolean flag(String name, @Nullable String value, boolean otherwise) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw ProblemException.parameter(name, "\"" + value + "\" is neither true nor false.");
        };
    }

    /** An ISO 8601 duration above 0 and up to a year. */
    public static Duration duration(String name, @Nullable String value, Duration otherwise) {
        Optional<String> text = text(value);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            Duration duration = Duration.parse(text.get());
            if (!duration.isNegative() && !duration.isZero() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Falls through: what is none is refused like one that is too short or long.
        }
        throw ProblemException.parameter(
                name, "\"" + text.get() + "\" is not an ISO 8601 duration above 0 and up to a year, such as PT1H.");
    }

    /** Comma separated names of constants; not given is an empty set. */
    public static <E extends Enum<E>> Set<E> names(
            String name, @Nullable String value, List<E> allowed, Function<E, String> wireName) {
        Set<E> found = EnumSet.noneOf(allowed.get(0).getDeclaringClass());
        for (String word : list(value)) {
            found.add(one(name, word, allowed, wireName));
        }
        return found;
    }

    public static <E extends Enum<E>> E one(String name, String word, List<E> allowed, Function<E, String> wireName) {
        return allowed.stream()
                .filter(constant -> wireName.apply(constant).equals(word))
                .findFirst()
                .orElseThrow(() -> ProblemException.parameter(
                        name,
                        "\"" + word + "\" is not one of "
                                + allowed.stream().map(wireName).collect(Collectors.joining(", ")) + "."));
    }

    public static List<String> list(@Nullable String value) {
        return value == null || value.isEmpty()
                ? List.of()
                : Arrays.stream(value.split(",", -1)).map(String::trim).toList();
    }

    public static Isolation isolation(@Nullable String value) {
        return text(value)
                .map(word -> one("isolation", word, List.of(Isolation.values()), Isolation::wireName))
                .orElse(Isolation.READ_UNCOMMITTED);
    }

    /** A position as a query writes it: a plus sign that was not encoded arrives as a blank. */
    public static Position position(String name, String value) {
        try {
            return Position.parse(written(value));
        } catch (PositionSyntaxException e) {
            throw ProblemException.parameter(name, Required.message(e));
        }
    }

    public static String written(String position) {
        return position.trim().replace(' ', '+');
    }
}
