package dev.fathom.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.Ago;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.At;
import dev.fathom.position.Position.CommittedAt;
import dev.fathom.position.Position.Named;
import dev.fathom.position.Position.None;
import dev.fathom.position.Position.OfGroup;
import dev.fathom.position.Position.Shifted;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Instant NOW = Instant.parse("2026-11-20T10:15:00Z");
    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    @ParameterizedTest
    @CsvSource({
        "earliest, EARLIEST, 0",
        "earliest+50, EARLIEST, 50",
        "latest, LATEST, 0",
        "latest-50, LATEST, -50",
        "current, CURRENT, 0",
        "current+1, CURRENT, 1",
        "current-10, CURRENT, -10",
        "earliest+9223372036854775807, EARLIEST, 9223372036854775807"
    })
    void readsAnchorsAndShifts(String text, Anchor anchor, long by) {
        assertThat(Position.parse(text)).isEqualTo(new Shifted(anchor, by));
    }

    @Test
    void readsOffsets() {
        assertThat(Position.parse("0")).isEqualTo(new Absolute(0));
        assertThat(Position.parse("9223372036854775807")).isEqualTo(new Absolute(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T10:15:00Z, 2026-11-20T10:15:00Z",
        "2026-11-20T12:15:00+02:00, 2026-11-20T10:15:00Z",
        "2026-11-20T10:15:00.123456Z, 2026-11-20T10:15:00.123Z",
        "2026-11-20t10:15:00z, 2026-11-20T10:15:00Z",
        "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
    })
    void readsInstantsOfAnyZone(String text, Instant instant) {
        assertThat(Position.parse(text)).isEqualTo(new At(instant));
    }

    @Test
    void readsDurationsAgo() {
        assertThat(Position.parse("-PT1H")).isEqualTo(new Ago(Duration.ofHours(1)));
        assertThat(Position.parse("-P2DT3M"))
                .isEqualTo(new Ago(Duration.ofDays(2).plusMinutes(3)));
    }

    @Test
    void readsNamesGroupsAndNone() {
        assertThat(Position.parse("max-timestamp")).isEqualTo(Named.MAX_TIMESTAMP);
        assertThat(Position.parse("earliest-local")).isEqualTo(Named.EARLIEST_LOCAL);
        assertThat(Position.parse("latest-tiered")).isEqualTo(Named.LATEST_TIERED);
        assertThat(Position.parse("group:payments-v1")).isEqualTo(new OfGroup("payments-v1"));
        assertThat(Position.parse("group:")).isEqualTo(new OfGroup(""));
        assertThat(Position.parse("committed-at:2026-11-20T14:05:00+01:00"))
                .isEqualTo(new CommittedAt(new At(Instant.parse("2026-11-20T13:05:00Z"))))
                .hasToString("committed-at:2026-11-20T13:05:00Z");
        assertThat(Position.parse("committed-at:-PT1H")).isEqualTo(new CommittedAt(new Ago(Duration.ofHours(1))));
        assertThat(Position.parse("none")).isEqualTo(new None());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "first",
                "committed-at:",
                "committed-at:latest",
                "committed-at:42",
                "committed-at:-PT-1H",
                "committed-at:2026-13-20T10:15:00Z",
                "committed-at:committed-at:-PT1H",
                "LATEST",
                "latest+1",
                "earliest-1",
                "-1",
                "-5",
                "1e3",
                "NaN",
                "0x10",
                "5.0",
                "+5",
                "9223372036854775808",
                "latest-9223372036854775809",
                "latest--1",
                "latest-",
                "latest -1",
                "2026-11-20",
                "2026-11-20T10:15:00",
                "2026-11-20T10:15Z",
                "2026-13-20T10:15:00Z",
                "2026-02-30T10:15:00Z",
                "+12026-11-20T10:15:00Z",
                "PT1H",
                "-P1M",
                "-P",
                "-PT",
                "--PT1H",
                "-PT-1H",
                "none ",
                "٣",
                "latest-٣"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(PositionSyntaxException.class);
    }

    @Test
    void saysWhatWouldBeRight() {
        assertThatThrownBy(() -> Position.parse("latest+5")).hasMessageContaining("latest takes -N");
        assertThatThrownBy(() -> Position.parse("-5")).hasMessageContaining("latest-5");
        assertThatThrownBy(() -> Position.parse("2026-11-20")).hasMessageContaining("2026-11-20T10:15:00Z");
    }

    @Property
    void whatIsWrittenReadsBackTheSame(@ForAll("positions") Position position) {
        assertThat(Position.parse(position.toString())).isEqualTo(position);
    }

    @Property
    void aShiftIsExactOrOutsideOfEveryLogOnItsSide(
            @ForAll("shifts") Shifted position, @ForAll @LongRange(max = Long.MAX_VALUE) long anchor) {
        BigInteger exact = BigInteger.valueOf(anchor).add(BigInteger.valueOf(position.by()));

        assertThat(resolved(position, anchor).found().map(BigInteger::valueOf))
                .contains(exact.max(BigInteger.ONE.negate()).min(LARGEST));
    }

    @Property
    void whatIsKnownOfTheAnchorIsKnownOfItsOwnPlaceAlone(
            @ForAll("shifts") Shifted position, @ForAll @LongRange(max = Long.MAX_VALUE) long anchor) {
        Place place = resolved(position, anchor);

        assertThat(place.leaderEpoch().isPresent()).isEqualTo(!position.countsFromCommit() && position.by() == 0);
    }

    @Property
    void whatHasNoAnchorHasNoOffset(@ForAll("positions") Position position) {
        Place place = new PositionResolver(Map.of(), Isolation.READ_UNCOMMITTED, NOW).resolve(position, PARTITION);

        assertThat(place.found().isPresent()).isEqualTo(position instanceof Absolute);
        assertThat(place.kind() == Place.Kind.NOWHERE).isEqualTo(position.deletes());
    }

    @Property
    void onlyWhatNeedsNoGroupIsAPlaceInALogOfItsOwn(@ForAll("positions") Position position) {
        boolean placed = position.point(NOW).isPresent() || position instanceof Absolute;

        assertThat(position.needsGroup()).isEqualTo(!placed);
    }

    /** With the anchor, whichever it is, at an offset. */
    private static Place resolved(Position position, long anchor) {
        Outcome<Optional<LogOffset>> there =
                Outcome.known(Optional.of(new LogOffset(anchor, Optional.empty(), OptionalInt.of(7))));
        Map<LogPoint, Map<TopicPartition, Outcome<Optional<LogOffset>>>> points = Map.of(
                LogPoint.Named.FIRST, Map.of(PARTITION, there),
                LogPoint.Named.LAST, Map.of(PARTITION, there));
        return new PositionResolver(points, Isolation.READ_UNCOMMITTED, NOW)
                .resolve(position, PARTITION, Optional.of(new Commit(anchor, OptionalInt.of(7), "")), Map.of());
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String text) {
        try {
            assertThat(Position.parse(Position.parse(text).toString())).isEqualTo(Position.parse(text));
        } catch (PositionSyntaxException e) {
            assertThat(e).hasMessageContaining("position");
        }
    }

    @Property
    void longAgoIsNeverBeforeLogsBegan(@ForAll("spans") Duration span) {
        Instant now = Instant.parse("2026-11-20T10:15:00Z");

        assertThat(new Ago(span).point(now).orElseThrow())
                .isInstanceOfSatisfying(
                        LogPoint.AtOrAfter.class, at -> assertThat(at.instant()).isBetween(Instant.EPOCH, now));
    }

    @Provide
    Arbitrary<Shifted> shifts() {
        Arbitrary<Long> forward = Arbitraries.longs().greaterOrEqual(0);
        return Arbitraries.oneOf(
                forward.map(by -> new Shifted(Anchor.EARLIEST, by)),
                forward.map(by -> new Shifted(Anchor.LATEST, -by)),
                Arbitraries.longs().map(by -> new Shifted(Anchor.CURRENT, by)));
    }

    @Provide
    Arbitrary<Duration> spans() {
        return Arbitraries.longs().between(0, Long.MAX_VALUE / 1000).map(Duration::ofSeconds);
    }

    @Provide
    Arbitrary<Position> positions() {
        return Arbitraries.oneOf(
                shifts().map(shifted -> (Position) shifted),
                Arbitraries.longs().greaterOrEqual(0).map(Absolute::new),
                Arbitraries.longs()
                        .between(-62_135_596_800_000L, 253_402_300_799_999L)
                        .map(millis -> new At(Instant.ofEpochMilli(millis))),
                spans().map(Ago::new),
                Arbitraries.of(Named.class).map(named -> (Position) named),
                Arbitraries.strings().map(OfGroup::new),
                Arbitraries.just(new None()));
    }
}
