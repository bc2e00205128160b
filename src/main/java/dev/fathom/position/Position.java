package dev.fathom.position;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in a log, as a caller names it. {@link Object#toString} writes it in the form that {@link #parse} reads; everything else
 * that is particular to one form is a method here, so that nobody needs to ask which form it is.
 */
public sealed interface Position {

    /** What is known of one log when a position is resolved in it. */
    interface Log {

        /** Where the position's own {@link Position#point} lies; empty where the log has no such place. */
        Optional<LogOffset> anchor();

        /** What the group itself has committed. */
        Optional<Commit> committed();

        Optional<Commit> committedBy(String group);

        /** What the group itself had committed at the {@link Position#moment} of the position. */
        default Optional<Commit> committedThen() {
            return Optional.empty();
        }
    }

    /** Where a shifted position counts from. */
    enum Anchor {
        EARLIEST(LogPoint.Named.FIRST),
        LATEST(LogPoint.Named.LAST),
        CURRENT(null);

        private final @Nullable LogPoint point;

        Anchor(@Nullable LogPoint point) {
            this.point = point;
        }

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
        public Optional<LogPoint> point(Instant now) {
            return Optional.ofNullable(anchor.point);
        }

        @Override
        public Place resolve(Log log) {
            return countsFromCommit()
                    ? log.committed()
                            .map(commit -> from(LogOffset.at(commit.offset())))
                            .orElse(Place.missing(Place.Kind.NO_COMMIT))
                    : log.anchor().map(this::from).orElse(Place.missing(Place.Kind.NO_RECORD));
        }

        /** What leaves the range of an offset lies outside every log, on that side. */
        private Place from(LogOffset start) {
            if (by == 0) {
                return Place.of(start);
            }
            long sum = start.offset() + by;
            boolean overflow = by > 0 && sum < 0;
            return Place.at(overflow ? Place.BEYOND : Math.max(-1, sum));
        }

        @Override
        public boolean countsFromCommit() {
            return anchor == Anchor.CURRENT;
        }

        @Override
        public boolean moves() {
            return anchor == Anchor.LATEST;
        }

        @Override
        public Optional<String> toolOption() {
            if (countsFromCommit() && by != 0) {
                return Optional.of("--shift-by " + by);
            }
            return by == 0 ? Optional.of("--to-" + anchor.word()) : Optional.empty();
        }

        @Override
        public String toString() {
            return anchor.word() + (by == 0 ? "" : by > 0 ? "+" + by : Long.toString(by));
        }
    }

    record Absolute(long offset) implements Position {

        private static final long MILLIS_OF_2001 = 1_000_000_000_000L;
        private static final long MILLIS_OF_2100 = 4_102_444_800_000L;

        public Absolute {
            if (offset < 0) {
                throw new IllegalArgumentException("an offset is never negative");
            }
        }

        @Override
        public Place resolve(Log log) {
            return Place.at(offset);
        }

        @Override
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

        @Override
        public Optional<String> toolOption() {
            return Optional.of("--to-offset " + offset);
        }

        @Override
        public String toString() {
            return Long.toString(offset);
        }
    }

    /** The first record at or after an instant. Logs keep milliseconds: finer parts are dropped. */
    record At(Instant instant) implements Position {

        private static final DateTimeFormatter MILLIS =
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

        public At {
            instant = instant.truncatedTo(ChronoUnit.MILLIS);
        }

        @Override
        public Optional<LogPoint> point(Instant now) {
            return Optional.of(new LogPoint.AtOrAfter(instant));
        }

        @Override
        public Optional<String> toolOption() {
            return Optional.of("--to-datetime " + MILLIS.format(instant));
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
        public Optional<LogPoint> point(Instant now) {
            boolean beforeEpoch = span.compareTo(Duration.between(Instant.EPOCH, now)) > 0;
            return Optional.of(new LogPoint.AtOrAfter(beforeEpoch ? Instant.EPOCH : now.minus(span)));
        }

        @Override
        public boolean moves() {
            return true;
        }

        @Override
        public Optional<String> toolOption() {
            return Optional.of("--by-duration " + span);
        }

        @Override
        public String toString() {
            return "-" + span;
        }
    }

    /** A place only the broker knows, by name: the highest timestamp, or a border of tiered storage. */
    enum Named implements Position {
        MAX_TIMESTAMP(LogPoint.Named.MAX_TIMESTAMP, Place.Kind.NO_RECORD),
        EARLIEST_LOCAL(LogPoint.Named.EARLIEST_LOCAL, Place.Kind.NOT_TIERED),
        LATEST_TIERED(LogPoint.Named.LATEST_TIERED, Place.Kind.NOT_TIERED);

        private final LogPoint point;
        private final Place.Kind missing;

        Named(LogPoint point, Place.Kind missing) {
            this.point = point;
            this.missing = missing;
        }

        @Override
        public Optional<LogPoint> point(Instant now) {
            return Optional.of(point);
        }

        @Override
        public Place resolve(Log log) {
            return log.anchor().map(Place::of).orElse(Place.missing(missing));
        }

        @Override
        public boolean moves() {
            return this != EARLIEST_LOCAL;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    record OfGroup(String group) implements Position {
        @Override
        public Place resolve(Log log) {
            return log.committedBy(group).map(Place::of).orElse(Place.missing(Place.Kind.NO_COMMIT));
        }

        @Override
        public Optional<String> otherGroup() {
            return Optional.of(group);
        }

        @Override
        public String toString() {
            return "group:" + group;
        }
    }

    /**
     * What the group itself had committed at a moment, whoever committed it.
     *
     * @param when an instant or so long ago
     */
    record CommittedAt(Position when) implements Position {

        static final String PREFIX = "committed-at:";

        public CommittedAt {
            if (!(when instanceof At) && !(when instanceof Ago)) {
                throw new IllegalArgumentException("a moment is an instant or a span ago, was " + when);
            }
        }

        @Override
        public Optional<Instant> moment(Instant now) {
            return when.point(now)
                    .filter(LogPoint.AtOrAfter.class::isInstance)
                    .map(point -> ((LogPoint.AtOrAfter) point).instant());
        }

        @Override
        public Place resolve(Log log) {
            return log.committedThen().map(Place::of).orElse(Place.missing(Place.Kind.NO_COMMIT));
        }

        @Override
        public boolean moves() {
            return when.moves();
        }

        @Override
        public boolean needsGroup() {
            return true;
        }

        @Override
        public String toString() {
            return PREFIX + when;
        }
    }

    record None() implements Position {
        @Override
        public Place resolve(Log log) {
            return Place.missing(Place.Kind.NOWHERE);
        }

        @Override
        public boolean deletes() {
            return true;
        }

        @Override
        public Optional<String> toolOption() {
            return Optional.of("--delete-offsets");
        }

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

    /** The point the brokers must be asked for; empty where no broker is needed. */
    default Optional<LogPoint> point(Instant now) {
        return Optional.empty();
    }

    default Place resolve(Log log) {
        return log.anchor().map(Place::of).orElse(Place.missing(Place.Kind.NO_RECORD));
    }

    /** Whether it counts from what the group itself has committed. */
    default boolean countsFromCommit() {
        return false;
    }

    /** The other group whose commits it copies. */
    default Optional<String> otherGroup() {
        return Optional.empty();
    }

    /** The moment of the past whose commit of the group itself it asks for. */
    default Optional<Instant> moment(Instant now) {
        return Optional.empty();
    }

    /** Whether it asks for the commit to be deleted. */
    default boolean deletes() {
        return false;
    }

    /** Whether it means nothing without a group. */
    default boolean needsGroup() {
        return countsFromCommit() || otherGroup().isPresent() || deletes();
    }

    /** Whether it moves as records are written, or as time passes. */
    default boolean moves() {
        return false;
    }

    /** A sentence for a position outside the log that reads like another; empty for most. */
    default String hint() {
        return "";
    }

    /** The option by which Kafka's own tools take it; empty where they have none. */
    default Optional<String> toolOption() {
        return Optional.empty();
    }

    /** Reads an RFC 3339 date-time of any zone. */
    static Instant parseInstant(String text) {
        return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT), DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                .toInstant();
    }
}
