package dev.fathom.position;

import dev.fathom.cluster.LogPoint;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** A place in a log, as a caller names it. {@link #toString} writes it in the form that {@link #parse} reads. */
public sealed interface Position {

    /** Where a shifted position counts from. */
    enum Anchor {
        EARLIEST,
        LATEST,
        CURRENT;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** So many offsets after (or, negative, before) an anchor. */
    record Shifted(Anchor anchor, long by) implements Position {
        public Shifted {
            if (anchor == Anchor.EARLIEST && by < 0) {
                throw new IllegalArgumentException("nothing lies before earliest");
            }
            if (anchor == Anchor.LATEST && by > 0) {
                throw new IllegalArgumentException("nothing lies after latest");
            }
        }

        @Override
        public String toString() {
            return anchor.word() + (by == 0 ? "" : by > 0 ? "+" + by : Long.toString(by));
        }
    }

    /** An offset, as a number. */
    record Absolute(long offset) implements Position {

        private static final long MILLIS_OF_2001 = 1_000_000_000_000L;
        private static final long MILLIS_OF_2100 = 4_102_444_800_000L;

        public Absolute {
            if (offset < 0) {
                throw new IllegalArgumentException("an offset is never negative");
            }
        }

        @Override
        public String toString() {
            return Long.toString(offset);
        }

        /** A sentence for an offset outside the log that reads like a time since 1970; empty for any other. */
        public String hint() {
            if (offset >= MILLIS_OF_2001 && offset <= MILLIS_OF_2100) {
                return hint(Instant.ofEpochMilli(offset), "milliseconds");
            }
            if (offset >= MILLIS_OF_2001 / 1000 && offset <= MILLIS_OF_2100 / 1000) {
                return hint(Instant.ofEpochSecond(offset), "seconds");
            }
            return "";
        }

        private static String hint(Instant time, String unit) {
            return " It looks like epoch " + unit + ": to go to that time send \"" + new At(time) + "\".";
        }
    }

    /** The first record at or after an instant. Logs keep milliseconds: finer parts are dropped. */
    record At(Instant instant) implements Position {
        public At {
            instant = instant.truncatedTo(ChronoUnit.MILLIS);
        }

        @Override
        public String toString() {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
        }
    }

    /** The first record at or after so long ago, on the service's clock. */
    record Ago(Duration span) implements Position {
        public Ago {
            if (span.isNegative()) {
                throw new IllegalArgumentException("the span counts back from now");
            }
        }

        @Override
        public String toString() {
            return "-" + span;
        }
    }

    /** A place only the broker knows, by name: the highest timestamp, or a border of tiered storage. */
    enum Named implements Position {
        MAX_TIMESTAMP(LogPoint.Named.MAX_TIMESTAMP),
        EARLIEST_LOCAL(LogPoint.Named.EARLIEST_LOCAL),
        LATEST_TIERED(LogPoint.Named.LATEST_TIERED);

        private final LogPoint point;

        Named(LogPoint point) {
            this.point = point;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What another group has committed. */
    record OfGroup(String group) implements Position {
        @Override
        public String toString() {
            return "group:" + group;
        }
    }

    /** No commit at all. */
    record None() implements Position {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * Reads a position.
     *
     * @throws PositionSyntaxException when the text is none, with what is wrong and what would be right
     */
    static Position parse(String text) {
        return PositionParser.parse(text);
    }

    /** Whether the place depends on what a group has committed, so that it means nothing without a group. */
    default boolean needsGroup() {
        return this instanceof OfGroup
                || this instanceof None
                || this instanceof Shifted shifted && shifted.anchor() == Anchor.CURRENT;
    }

    /** The point the brokers must be asked for; empty where no broker is needed. */
    default Optional<LogPoint> point(Instant now) {
        if (this instanceof Shifted shifted) {
            return switch (shifted.anchor()) {
                case EARLIEST -> Optional.of(LogPoint.Named.FIRST);
                case LATEST -> Optional.of(LogPoint.Named.LAST);
                case CURRENT -> Optional.empty();
            };
        }
        if (this instanceof At at) {
            return Optional.of(new LogPoint.AtOrAfter(at.instant()));
        }
        if (this instanceof Ago ago) {
            return Optional.of(new LogPoint.AtOrAfter(before(now, ago.span())));
        }
        if (this instanceof Named named) {
            return Optional.of(named.point);
        }
        return Optional.empty();
    }

    private static Instant before(Instant now, Duration span) {
        return span.compareTo(Duration.between(Instant.EPOCH, now)) > 0 ? Instant.EPOCH : now.minus(span);
    }

    /**
     * The offset of this place when its anchor lies at the given offset; empty when that leaves the range of an
     * offset. For an absolute position the anchor does not matter.
     */
    default Optional<Long> from(long anchor) {
        if (this instanceof Absolute absolute) {
            return Optional.of(absolute.offset());
        }
        if (this instanceof Shifted shifted) {
            long sum = anchor + shifted.by();
            boolean overflow = ((anchor ^ sum) & (shifted.by() ^ sum)) < 0;
            return overflow || sum < 0 ? Optional.empty() : Optional.of(sum);
        }
        return Optional.of(anchor);
    }

    /** Reads an RFC 3339 date-time of any zone. */
    static Instant parseInstant(String text) {
        return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT), DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                .toInstant();
    }
}
