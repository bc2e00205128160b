package dev.fathom.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.diagnosis.Replay.Pace;
import dev.fathom.diagnosis.Replay.Part;
import dev.fathom.progress.GroupEvent;
import dev.fathom.progress.GroupHistory;
import dev.fathom.progress.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** How long a replay takes, by the numbers alone. */
class ReplayTest {

    private static final Instant NOW = Instant.parse("2026-11-21T05:40:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private static Part part(int partition, long unread, Duration age, Duration kept) {
        return new Part(
                new TopicPartition("orders", partition), unread, Optional.ofNullable(age), Optional.ofNullable(kept));
    }

    @Test
    void takesFromTheQuickestToTheUsualPaceLessWhatIsWritten() {
        Replay replay = Replay.of(
                List.of(part(0, 600, null, null), part(1, 300, null, null)), Optional.of(new Pace(10, 40, 1)));
        assertThat(replay.offsets()).isEqualTo(900);
        assertThat(replay.shortest()).contains(Duration.ofMillis(23_077));
        assertThat(replay.longest()).contains(Duration.ofSeconds(100));
        assertThat(replay.reason()).isEmpty();
        assertThat(replay.outlived()).isEmpty();
    }

    @Test
    void neverEndsWhereAsMuchIsWrittenAsIsRead() {
        Replay replay = Replay.of(List.of(part(0, 600, null, WEEK)), Optional.of(new Pace(10, 12, 10)));
        assertThat(replay.shortest()).contains(Duration.ofSeconds(300));
        assertThat(replay.longest()).isEmpty();
        assertThat(replay.reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("may never"));
        Replay slower = Replay.of(List.of(part(0, 600, null, WEEK)), Optional.of(new Pace(5, 8, 10)));
        assertThat(slower.shortest()).isEmpty();
        assertThat(slower.outlived()).hasSize(1);
    }

    @Test
    void isNotKnownWhereTheGroupWasNotSeenToRead() {
        Replay replay = Replay.of(List.of(part(0, 600, Duration.ofDays(1), WEEK)), Optional.empty());
        assertThat(replay.shortest()).isEmpty();
        assertThat(replay.longest()).isEmpty();
        assertThat(replay.reason()).isPresent();
        assertThat(replay.outlived()).isEmpty();
    }

    @Test
    void outlivesRetentionWhereReadingTakesLongerThanRecordsAreKept() {
        Optional<Pace> slow = Optional.of(new Pace(1, 1, 0));
        Replay replay = Replay.of(
                List.of(
                        part(0, 7200, Duration.ofMinutes(30), Duration.ofHours(1)),
                        part(1, 7200, Duration.ofMinutes(30), WEEK)),
                slow);
        assertThat(replay.outlived())
                .singleElement()
                .satisfies(each -> assertThat(each.partition().partition()).isZero());
    }

    @Test
    void outlivesRetentionWhereTheFirstRecordsAreAboutToBeDeleted() {
        Optional<Pace> quick = Optional.of(new Pace(1000, 1000, 0));
        Replay replay = Replay.of(
                List.of(part(0, 100, WEEK.minusMinutes(5), WEEK), part(1, 100, Duration.ofDays(6), WEEK)), quick);
        assertThat(replay.outlived()).singleElement().satisfies(each -> assertThat(each.detail())
                .contains("may be deleted"));
        assertThat(Replay.of(List.of(part(0, 100, WEEK.minusMinutes(5), null)), quick)
                        .outlived())
                .as("kept for ever")
                .isEmpty();
    }

    private static GroupHistory.Point point(int minute, int members, double consumed, double produced) {
        return new GroupHistory.Point(
                NOW.plusSeconds(60L * minute),
                0L,
                Duration.ZERO,
                OptionalDouble.of(consumed),
                OptionalDouble.of(produced),
                members,
                Verdict.OK);
    }

    @Test
    void thePaceIsWhatWasSeenWhileTheSameMembersRead() {
        GroupEvent joined = new GroupEvent(NOW.plusSeconds(200), GroupEvent.Kind.MEMBERS, "1 members, stable");
        GroupHistory history = new GroupHistory(
                Duration.ofMinutes(1),
                List.of(
                        point(0, 1, 0, 0),
                        point(1, 1, 10, 5),
                        point(2, 1, 30, 5),
                        point(3, 1, 20, 6),
                        point(4, 1, 1e6, 7),
                        point(5, 0, 1e6, 8)),
                List.of(joined));
        assertThat(Pace.of(history)).contains(new Pace(20, 30, 8));
        assertThat(Pace.of(new GroupHistory(Duration.ofMinutes(1), List.of(point(0, 1, 5, 5)), List.of())))
                .isEmpty();
    }
}
