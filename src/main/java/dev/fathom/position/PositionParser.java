package dev.fathom.position;

import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.Ago;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.At;
import dev.fathom.position.Position.CommittedAt;
import dev.fathom.position.Position.Named;
import dev.fathom.position.Position.None;
import dev.fathom.position.Position.OfGroup;
import dev.fathom.position.Position.Shifted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the notation of positions. Every pattern is anchored and linear in the length of the text. */
final class PositionParser {

    private static final String FORMS =
            "A position is one of: earliest, earliest+N, latest, latest-N, an offset, current, "
                    + "current+N, current-N, an RFC 3339 instant such as 2026-11-20T10:15:00Z, a duration ago such as -PT1H, "
                    + "max-timestamp, earliest-local, latest-tiered, group:ID, committed-at:INSTANT, none.";
    private static final int LONGEST = 300;

    private static final Pattern SHIFTED = Pattern.compile("(earliest|latest|current)(?:([+-])([0-9]{1,40}))?");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,40}");
    private static final Pattern INSTANT = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");
    private static final Pattern LOOKS_LIKE_A_DATE = Pattern.compile("[+-]?[0-9]{1,10}-[0-9]{1,2}-[0-9].*");
    private static final Map<String, Position> WORDS = Map.of(
            "max-timestamp", Named.MAX_TIMESTAMP,
            "earliest-local", Named.EARLIEST_LOCAL,
            "latest-tiered", Named.LATEST_TIERED,
            "none", new None());

    private PositionParser() {}

    static Position parse(String text) {
        if (text.startsWith("group:")) {
            return group(text.substring("group:".length()));
        }
        if (text.length() > LONGEST) {
            throw new PositionSyntaxException("This is too long to be a position. " + FORMS);
        }
        if (text.startsWith(CommittedAt.PREFIX)) {
            return committedAt(text.substring(CommittedAt.PREFIX.length()));
        }
        Position word = WORDS.get(text);
        if (word != null) {
            return word;
        }
        Matcher shifted = SHIFTED.matcher(text);
        if (shifted.matches()) {
            return shifted(text, shifted);
        }
        if (NUMBER.matcher(text).matches()) {
            return absolute(text);
        }
        if (INSTANT.matcher(text).matches()) {
            return instant(text);
        }
        if (text.startsWith("-P") || text.startsWith("-p")) {
            return ago(text);
        }
        if (LOOKS_LIKE_A_DATE.matcher(text).matches()) {
            throw new PositionSyntaxException(quote(text)
                    + " is not an RFC 3339 instant: it takes the form 2026-11-20T10:15:00Z, with a year of four digits,"
                    + " seconds and a zone.");
        }
        throw new PositionSyntaxException(quote(text) + " is not a position. " + FORMS);
    }

    private static Position group(String id) {
        return new OfGroup(id);
    }

    private static Position committedAt(String when) {
        if (INSTANT.matcher(when).matches()) {
            return new CommittedAt(instant(when));
        }
        if (when.startsWith("-P") || when.startsWith("-p")) {
            return new CommittedAt(ago(when));
        }
        throw new PositionSyntaxException(quote(when) + " is no moment: " + CommittedAt.PREFIX
                + " takes an RFC 3339 instant such as 2026-11-20T10:15:00Z, or a duration ago such as -PT1H.");
    }

    private static Position shifted(String text, Matcher matcher) {
        Anchor anchor = Anchor.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        if (matcher.group(2) == null) {
            return new Shifted(anchor, 0);
        }
        long by = number(text, (matcher.group(2).equals("-") ? "-" : "") + matcher.group(3));
        if (anchor == Anchor.EARLIEST && by < 0) {
            throw new PositionSyntaxException(
                    quote(text) + " lies before the log: earliest takes +N, counted forward from the first offset.");
        }
        if (anchor == Anchor.LATEST && by > 0) {
            throw new PositionSyntaxException(
                    quote(text) + " lies after the log: latest takes -N, counted back from the last offset.");
        }
        return new Shifted(anchor, by);
    }

    private static Position absolute(String text) {
        long offset = number(text, text);
        if (offset < 0) {
            throw new PositionSyntaxException(quote(text)
                    + " is not an offset: offsets start at 0. To count back from the end write latest" + text + ".");
        }
        return new Absolute(offset);
    }

    private static long number(String text, String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new PositionSyntaxException(
                    "The number in " + quote(text) + " is beyond the range of an offset (a signed 64-bit integer).");
        }
    }

    private static Position instant(String text) {
        Instant instant;
        try {
            instant = Position.parseInstant(text);
        } catch (DateTimeException e) {
            throw new PositionSyntaxException(quote(text) + " is not a date and time that exists.");
        }
        return new At(instant);
    }

    private static Position ago(String text) {
        Duration span;
        try {
            span = Duration.parse(text.substring(1));
        } catch (DateTimeException | ArithmeticException e) {
            throw new PositionSyntaxException(quote(text)
                    + " is not a duration ago: it takes the form -PT1H, -PT30M or -P2D (ISO 8601, days at most).");
        }
        if (span.isNegative()) {
            throw new PositionSyntaxException(quote(text) + " lies in the future: -PT1H means one hour ago.");
        }
        return new Ago(span);
    }

    private static String quote(String text) {
        return "\"" + text + "\"";
    }
}
