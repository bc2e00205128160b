package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EndRunsTest {

    @Test
    void anIdleLogIsOneRunHoweverLong() {
        EndRuns runs = new EndRuns();
        for (long at = 0; at < 1_000_000; at += 10) {
            runs.saw(42, at, at + 1, 64);
        }
        assertThat(runs.size()).isEqualTo(1);
        assertThat(runs.arrivalOf(41)).isEqualTo(new EndRuns.Bracket(OptionalLong.empty(), OptionalLong.of(1)));
        assertThat(runs.arrivalOf(42)).isEqualTo(new EndRuns.Bracket(OptionalLong.of(999_990), OptionalLong.empty()));
    }

    @Test
    void whatWasThereAtTheFirstLookHasNoLowerEnd() {
        EndRuns runs = new EndRuns();
        runs.saw(10, 1000, 1200, 64);
        runs.saw(20, 2000, 2300, 64);
        assertThat(runs.arrivalOf(9)).isEqualTo(new EndRuns.Bracket(OptionalLong.empty(), OptionalLong.of(1200)));
    }

    @Test
    void anArrivalLiesBetweenAskingAndHavingTheAnswer() {
        EndRuns runs = new EndRuns();
        runs.saw(10, 1000, 1200, 64);
        runs.saw(20, 2000, 2300, 64);
        assertThat(runs.arrivalOf(10))
                .as("after the first look was asked for, before the second was answered")
                .isEqualTo(new EndRuns.Bracket(OptionalLong.of(1000), OptionalLong.of(2300)));
    }

    @Test
    void aLogThatWasCutIsAnotherLog() {
        EndRuns runs = new EndRuns();
        runs.saw(10, 1000, 1000, 64);
        runs.saw(20, 2000, 2000, 64);
        assertThat(runs.saw(15, 3000, 3000, 64)).isTrue();
        assertThat(runs.arrivalOf(12)).isEqualTo(new EndRuns.Bracket(OptionalLong.empty(), OptionalLong.of(3000)));
    }

    @Test
    void anAnswerThatComesLateIsNotTaken() {
        EndRuns runs = new EndRuns();
        runs.saw(20, 2000, 2000, 64);
        assertThat(runs.saw(10, 1000, 2500, 64)).isFalse();
        assertThat(runs.end()).hasValue(20);
    }

    @Test
    void theOldestStaysWhateverHasToGo() {
        EndRuns runs = new EndRuns();
        for (int i = 0; i < 10_000; i++) {
            runs.saw(i, i * 10L, i * 10L, 16);
        }
        assertThat(runs.size()).isLessThanOrEqualTo(16);
        assertThat(runs.arrivalOf(0).after()).hasValue(0);
        OptionalLong before = runs.arrivalOf(9_990).before();
        assertThat(before).as("what is new is known well").isPresent();
        assertThat(before.getAsLong() - runs.arrivalOf(9_990).after().getAsLong())
                .isLessThan(2_000);
    }

    /** However looks and arrivals fall, and however little is kept: the truth lies in the bracket. */
    @Property(tries = 300)
    void theTruthLiesInTheBracket(
            @ForAll @Size(min = 2, max = 120) List<@IntRange(max = 20) Integer> arriving,
            @ForAll @IntRange(min = 1, max = 9) int duration,
            @ForAll @IntRange(min = 4, max = 20) int capacity) {
        EndRuns runs = new EndRuns();
        List<Long> arrivals = new ArrayList<>();
        long now = 0;
        for (int records : arriving) {
            for (int i = 0; i < records; i++) {
                arrivals.add(now + i % 10);
            }
            long asked = now + 3;
            long readAt = asked + duration / 2;
            long end = arrivals.stream().filter(at -> at <= readAt).count();
            runs.saw(end, asked, asked + duration, capacity);
            now += 10;
        }
        arrivals.sort(Long::compare);
        for (int offset = 0; offset < arrivals.size(); offset++) {
            EndRuns.Bracket bracket = runs.arrivalOf(offset);
            long truth = arrivals.get(offset);
            assertThat(bracket.after().orElse(Long.MIN_VALUE)).isLessThanOrEqualTo(truth);
            assertThat(bracket.before().orElse(Long.MAX_VALUE)).isGreaterThanOrEqualTo(truth);
        }
    }
}
