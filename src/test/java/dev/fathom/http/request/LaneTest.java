package dev.fathom.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.http.request.Lane.End;
import dev.fathom.http.request.Lane.Place;
import dev.fathom.http.request.Lane.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Who may work when, on a made-up clock. */
class LaneTest {

    private static final Duration BUDGET = Duration.ofSeconds(5);

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    /** A lane of which it is known what an answer takes. */
    private static Lane<String> measured(int working, int waiting, long tookMillis) {
        Lane<String> lane = new Lane<>(working, waiting, BUDGET);
        for (int i = 0; i < 40; i++) {
            lane.enter("measured", 0, 0);
            lane.leave("measured", millis(tookMillis), End.ANSWERED);
        }
        return lane;
    }

    @Example
    void theOneThatCameFirstIsNext() {
        Lane<String> lane = new Lane<>(1, 2, BUDGET);

        assertThat(lane.enter("a", 0, 0)).isEqualTo(Place.WORKS);
        assertThat(lane.enter("b", 0, 0)).isEqualTo(Place.WAITS);
        assertThat(lane.enter("c", 0, 0)).isEqualTo(Place.WAITS);
        assertThat(lane.enter("d", 0, 0)).isEqualTo(Place.REFUSED);
        assertThat(lane.leave("a", millis(10), End.ANSWERED).begin()).containsExactly("b");
        assertThat(lane.leave("b", millis(20), End.ANSWERED).begin()).containsExactly("c");
        assertThat(lane.leave("c", millis(30), End.ANSWERED).begin()).isEmpty();
        assertThat(lane.isBusy()).isFalse();
    }

    @Example
    void oneThatCouldNotBeAnsweredInTimeIsRefusedAsItComes() {
        Lane<String> lane = measured(1, 100, 1000);

        assertThat(lane.enter("works", 0, 0)).isEqualTo(Place.WORKS);
        for (int turn = 1; turn <= 3; turn++) {
            assertThat(lane.enter("waits " + turn, 0, 0)).isEqualTo(Place.WAITS);
        }
        assertThat(lane.enter("too late", 0, 0)).isEqualTo(Place.REFUSED);
        assertThat(lane.worked()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
    }

    @Example
    void theTimeThatWasSpentBeforeCountsToo() {
        Lane<String> lane = measured(1, 100, 1000);
        lane.enter("works", 0, 0);

        assertThat(lane.enter("late", 0, millis(3500))).isEqualTo(Place.REFUSED);
        assertThat(lane.enter("not late", millis(3500), millis(3500))).isEqualTo(Place.WAITS);
    }

    @Example
    void oneThatWaitedTooLongIsNotBegun() {
        Lane<String> lane = measured(1, 100, 1000);
        lane.enter("works", 0, 0);
        lane.enter("waits", 0, 0);

        assertThat(lane.look(millis(3200)).refuse()).isEmpty();
        assertThat(lane.look(millis(3300)).refuse()).containsExactly("waits");
        assertThat(lane.leave("works", millis(4200), End.ANSWERED).begin()).isEmpty();
    }

    /** A cluster that hangs: who waits is told so and not that there are too many. */
    @Example
    void whatGotNoAnswerSaysNothingOfHowLongAnswersTake() {
        Lane<String> lane = new Lane<>(1, 100, BUDGET);
        lane.enter("works", 0, 0);
        lane.enter("waits", 0, 0);
        lane.enter("waits too", 0, 0);

        assertThat(lane.leave("works", millis(2500), End.FAILED).begin()).containsExactly("waits");
        assertThat(lane.leave("waits", millis(5100), End.FAILED).refuse()).containsExactly("waits too");
    }

    @Example
    void oneWhoseCallerHasGoneTakesNoTurn() {
        Lane<String> lane = new Lane<>(1, 2, BUDGET);
        lane.enter("a", 0, 0);
        lane.enter("b", 0, 0);
        lane.enter("c", 0, 0);

        assertThat(lane.leave("b", 0, End.GONE).begin()).isEmpty();
        assertThat(lane.leave("a", 0, End.ANSWERED).begin()).containsExactly("c");
    }

    @Example
    void whatCostsNothingWaitsForNobodyAndIsNotMeasured() {
        Lane<String> lane = measured(1, 1, 1000);
        Duration before = lane.worked();
        lane.enter("works", 0, 0);

        assertThat(lane.enterBeside("cheap")).isTrue();
        assertThat(lane.enterBeside("cheap too")).isTrue();
        assertThat(lane.enterBeside("there is a bound")).isFalse();
        lane.leave("cheap", millis(1), End.GONE);

        assertThat(lane.worked()).isEqualTo(before);
        assertThat(lane.isBusy()).isTrue();
    }

    @Example
    void allWhoWaitAreLetInWhereThereIsNothingToWaitFor() {
        Lane<String> lane = measured(1, 10, 1000);
        lane.enter("works", 0, 0);
        lane.enter("b", 0, 0);
        lane.enter("c", 0, 0);

        assertThat(lane.open()).containsExactly("b", "c");
        assertThat(lane.hasWaiting()).isFalse();
        assertThat(lane.worked()).isZero();
    }

    @Property(tries = 200)
    void nobodyIsLostAndNoBoundIsPassed(
            @ForAll @IntRange(min = 1, max = 70) int mostWorking,
            @ForAll @IntRange(min = 0, max = 100) int mostWaiting,
            @ForAll long seed) {
        Random random = new Random(seed);
        Lane<Integer> lane = new Lane<>(mostWorking, mostWaiting, BUDGET);
        Set<Integer> working = new HashSet<>();
        Set<Integer> waiting = new HashSet<>();
        long now = 0;
        for (int next = 0; next < 2000; next++) {
            now += millis(random.nextInt(200));
            int what = random.nextInt(3);
            if (what == 0 && !working.isEmpty()) {
                Integer done = working.iterator().next();
                working.remove(done);
                apply(lane.leave(done, now, End.values()[random.nextInt(3)]), working, waiting);
            } else if (what == 1) {
                apply(lane.look(now), working, waiting);
            } else {
                switch (lane.enter(next, now, now)) {
                    case WORKS -> working.add(next);
                    case WAITS -> waiting.add(next);
                    case REFUSED -> assertThat(working).isNotEmpty();
                }
            }
            assertThat(working.size()).isLessThanOrEqualTo(mostWorking);
            assertThat(waiting.size()).isLessThanOrEqualTo(mostWaiting);
            assertThat(lane.isBusy()).isEqualTo(!working.isEmpty() || !waiting.isEmpty());
            assertThat(waiting.isEmpty() || !working.isEmpty())
                    .as("somebody works while others wait")
                    .isTrue();
        }
    }

    private static void apply(Turns<Integer> turns, Set<Integer> working, Set<Integer> waiting) {
        turns.begin().forEach(turn -> {
            assertThat(waiting.remove(turn)).isTrue();
            working.add(turn);
        });
        turns.refuse().forEach(turn -> assertThat(waiting.remove(turn)).isTrue());
    }

    /** A caller who asks again as soon as he is answered, and a little later where he is refused. */
    private static final class Caller {
        private final Duration impatience;
        private long asksAt;
        private long came = -1;
        private double left = -1;

        private Caller(Duration impatience) {
            this.impatience = impatience;
        }
    }

    /** What came of it, after a while to settle. */
    private record Outcome(double answeredASecond, double lateShare, int limit) {}

    /**
     * Callers of a cluster that does so many units of work a second for all together, and one for each no faster than in
     * {@code alone}.
     */
    private static Outcome run(int callers, double capacity, Duration alone, Duration impatience, Duration length) {
        Lane<Caller> lane = new Lane<>(64, 256, BUDGET);
        List<Caller> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(new Caller(impatience));
        }
        List<Caller> working = new ArrayList<>();
        Duration step = Duration.ofMillis(Math.max(1, Math.min(10, alone.toMillis() / 10)));
        long settled = length.toNanos() / 2;
        int answered = 0;
        int late = 0;
        for (long now = 0; now < length.toNanos(); now += step.toNanos()) {
            for (Caller caller : all) {
                if (caller.came < 0 && caller.asksAt <= now) {
                    ask(lane, caller, working, now);
                }
            }
            double pace = Math.min(1 / (alone.toNanos() / 1e9), capacity / Math.max(1, working.size()))
                    * step.toNanos()
                    / 1e9;
            for (Caller caller : List.copyOf(working)) {
                caller.left -= pace;
                boolean failed = now - caller.came > BUDGET.toNanos();
                if (caller.left <= 0 || failed) {
                    answered += now > settled && !failed ? 1 : 0;
                    late += now > settled && failed ? 1 : 0;
                    working.remove(caller);
                    caller.came = -1;
                    caller.asksAt = now;
                    begin(lane.leave(caller, now, failed ? End.FAILED : End.ANSWERED), working, now);
                }
            }
            begin(lane.look(now), working, now);
        }
        double seconds = (length.toNanos() - settled) / 1e9;
        return new Outcome(answered / seconds, late / (double) Math.max(1, answered + late), lane.limit());
    }

    private static void ask(Lane<Caller> lane, Caller caller, List<Caller> working, long now) {
        caller.left = 1;
        switch (lane.enter(caller, now, now)) {
            case WORKS -> {
                caller.came = now;
                working.add(caller);
            }
            case WAITS -> caller.came = now;
            case REFUSED -> caller.asksAt = now + caller.impatience.toNanos();
        }
    }

    private static void begin(Turns<Caller> turns, List<Caller> working, long now) {
        working.addAll(turns.begin());
        turns.refuse().forEach(caller -> {
            caller.came = -1;
            caller.asksAt = now + caller.impatience.toNanos();
        });
    }

    /** However many call, and however soon they come back: nearly all that the cluster can do is answers in time. */
    @Property(tries = 40)
    void moreCallersThanItCanServeGetAllThatItCanDo(
            @ForAll @IntRange(min = 2, max = 400) int capacity,
            @ForAll @IntRange(min = 5, max = 500) int aloneMillis,
            @ForAll @IntRange(min = 50, max = 200) int callers,
            @ForAll @LongRange(min = 20, max = 1000) long impatienceMillis) {
        Duration alone = Duration.ofMillis(aloneMillis);
        // What so many callers, of whom 64 are at work, can get out of it at best.
        double best = Math.min(capacity, Math.min(64, callers) * 1000.0 / aloneMillis);

        Outcome outcome = run(callers, capacity, alone, Duration.ofMillis(impatienceMillis), Duration.ofSeconds(60));

        assertThat(outcome.answeredASecond()).isGreaterThan(0.8 * best);
        assertThat(outcome.lateShare()).isLessThan(0.05);
    }

    /** Slow is not crowded: a cluster that takes its time whatever is asked is asked by as many at once as are allowed. */
    @Property(tries = 12)
    void aSlowClusterIsNotTakenForACrowdedOne(@ForAll @IntRange(min = 300, max = 4000) int aloneMillis) {
        Outcome outcome =
                run(64, 1_000_000, Duration.ofMillis(aloneMillis), Duration.ofMillis(100), Duration.ofSeconds(250));

        assertThat(outcome.answeredASecond()).isGreaterThan(0.8 * 64 * 1000.0 / aloneMillis);
    }

    @Example
    void fewCallersAreNeverRefused() {
        Outcome outcome = run(16, 30, Duration.ofMillis(25), Duration.ofSeconds(3600), Duration.ofSeconds(60));

        assertThat(outcome.answeredASecond()).isGreaterThan(29);
    }
}
