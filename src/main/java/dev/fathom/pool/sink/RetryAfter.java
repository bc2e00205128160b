package dev.fathom.pool.sink;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How long the other end asks to be left alone: the header {@code Retry-After}, in every form RFC 9110 has for it. */
final class RetryAfter {

    static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Pattern SECONDS = Pattern.compile("[0-9]+");
    private static final String TIME = "(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})";

    /** The name of the day is not checked: the date says it all, and some get it wrong. */
    private static final List<Pattern> DATES = Stream.of(
                    // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
                    "[a-z]{3}, (?<day>[0-9]{1,2}) (?<month>[a-z]{3}) (?<year>[0-9]{4}) " + TIME + " GMT",
                    // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
                    "[a-z]{6,9}, (?<day>[0-9]{1,2})-(?<month>[a-z]{3})-(?<year>[0-9]{2}) " + TIME + " GMT",
                    // asctime: Sun Nov  6 08:49:37 1994
                    "[a-z]{3} (?<month>[a-z]{3}) {1,2}(?<day>[0-9]{1,2}) " + TIME + " (?<year>[0-9]{4})")
            .map(form -> Pattern.compile(form, Pattern.CASE_INSENSITIVE))
            .toList();

    private static final List<String> MONTHS = Arrays.stream(Month.values())
            .map(month -> month.name().substring(0, 3))
            .toList();

    private static final int TWO_DIGITS = 100;
    private static final int YEARS_AHEAD = 50;
    private static final int LEAP_SECOND = 60;

    private RetryAfter() {}

    /** From nothing to {@link #LONGEST}; empty for what is no such header, and for a date that is past. */
    static Optional<Duration> read(String header, Instant now) {
        if (header == null) {
            return Optional.empty();
        }
        String said = header.strip();
        if (SECONDS.matcher(said).matches()) {
            // However many digits: what does not fit a number is longer than the longest.
            String digits = said.replaceFirst("^0+(?=.)", "");
            return Optional.of(
                    digits.length() > 9 ? LONGEST : shorter(Duration.ofSeconds(Long.parseLong(digits)), LONGEST));
        }
        return date(said, now)
                .map(date -> Duration.between(now, date))
                .filter(wait -> !wait.isNegative())
                .map(wait -> shorter(wait, LONGEST));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Optional<Instant> date(String said, Instant now) {
        for (Pattern form : DATES) {
            Matcher matcher = form.matcher(said);
            if (matcher.matches()) {
                return date(matcher, now);
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> date(Matcher said, Instant now) {
        int month = 1 + MONTHS.indexOf(said.group("month").toUpperCase(Locale.ROOT));
        try {
            return Optional.of(LocalDateTime.of(
                            year(said.group("year"), now),
                            month,
                            Integer.parseInt(said.group("day")),
                            Integer.parseInt(said.group("hour")),
                            Integer.parseInt(said.group("minute")),
                            // A leap second.
                            Math.min(LEAP_SECOND - 1, Integer.parseInt(said.group("second"))))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** One of two digits is the latest that ends so and is no more than fifty years ahead. */
    private static int year(String digits, Instant now) {
        int year = Integer.parseInt(digits);
        if (digits.length() > 2) {
            return year;
        }
        int latest = now.atOffset(ZoneOffset.UTC).getYear() + YEARS_AHEAD;
        return latest - Math.floorMod(latest - year, TWO_DIGITS);
    }
}
