package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.progress.TimeLag.Method;
import dev.fathom.progress.TimeLag.Note;
import dev.fathom.progress.TimeLag.Place;
import dev.fathom.progress.TimeLag.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TimeLagTest {

    private static final long NOW = Duration.ofDays(20_000).toMillis();

    private static EndRuns seen(long end, long at) {
        EndRuns runs = new EndRuns();
        runs.saw(end, at, at, 64);
        return runs;
    }

    private static TimeLag of(Place place, EndRuns runs, FirstUnread read) {
        return TimeLag.of(place, runs, Optional.empty(), Optional.ofNullable(read), NOW, NOW);
    }

    @Test
    void nothingUnreadIsNoTime() {
        assertThat(of(new Place(10, 0, 10), seen(10, NOW - 5000), null)).isEqualTo(TimeLag.CAUGHT_UP);
    }

    @Test
    void aCommitBeyondTheEndIsNotCaughtUp() {
        TimeLag lag = of(new Place(11, 0, 10), seen(10, NOW - 5000), null);
        assertThat(lag.value()).isNull();
        assertThat(lag.reason()).isEqualTo(Reason.BEYOND_LAST);
    }

    @Test
    void aLogThatLostWhatIsUnreadBeginsAtItsStart() {
        EndRuns runs = seen(10, NOW - 60_000);
        runs.saw(20, NOW - 30_000, NOW - 30_000, 64);
        TimeLag lag = of(new Place(3, 15, 20), runs, null);
        assertThat(lag.method()).isEqualTo(Method.SAMPLED);
        assertThat(lag.value()).isEqualTo(Duration.ofSeconds(45));
        assertThat(lag.errorBound()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void whatArrivedAfterTheLastLookIsBoundedByTheAnswerItself() {
        TimeLag lag = of(new Place(10, 0, 12), seen(10, NOW - 8000), null);
        assertThat(lag.method()).isEqualTo(Method.SAMPLED);
        assertThat(lag.value()).isEqualTo(Duration.ofSeconds(4));
        assertThat(lag.errorBound()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void whatWasThereAtTheFirstLookIsAtLeastSoOld() {
        TimeLag lag = of(new Place(3, 0, 10), seen(10, NOW - 60_000), null);
        assertThat(lag.method()).isEqualTo(Method.AT_LEAST);
        assertThat(lag.value()).isEqualTo(Duration.ofSeconds(60));
        assertThat(lag.errorBound()).isNull();
    }

    @Nested
    class ByTheRecord {

        private final EndRuns runs = seen(10, NOW - 60_000);

        private TimeLag with(long timestamp, boolean appendTime) {
            return of(new Place(3, 0, 10), runs, new FirstUnread.Found(3, 5, timestamp, appendTime));
        }

        @Test
        void theBrokersTimeIsTaken() {
            TimeLag lag = with(NOW - 7_200_000, true);
            assertThat(lag.method()).isEqualTo(Method.RECORD);
            assertThat(lag.value()).isEqualTo(Duration.ofHours(2));
            assertThat(lag.notes()).isEmpty();
        }

        @Test
        void theProducersIsTakenWhereItFitsAndSaysSo() {
            TimeLag lag = with(NOW - 7_200_000, false);
            assertThat(lag.method()).isEqualTo(Method.RECORD);
            assertThat(lag.notes()).containsExactly(Note.PRODUCER_CLOCK);
        }

        @Test
        void aYearInTheFutureIsNotBelieved() {
            TimeLag lag = with(NOW + Duration.ofDays(365).toMillis(), false);
            assertThat(lag.method()).isEqualTo(Method.AT_LEAST);
            assertThat(lag.value()).isEqualTo(Duration.ofSeconds(60));
            assertThat(lag.notes()).containsExactly(Note.TIMESTAMP_UNTRUSTED);
        }

        @Test
        void neitherIsZeroNorYearsOffNorAfterTheFirstLook() {
            assertThat(with(0, false).notes()).containsExactly(Note.TIMESTAMP_UNTRUSTED);
            assertThat(with(-1, false).notes()).containsExactly(Note.TIMESTAMP_UNTRUSTED);
            assertThat(with(NOW - Duration.ofDays(3 * 366).toMillis(), false).method())
                    .isEqualTo(Method.AT_LEAST);
            assertThat(with(NOW - 1000, false).method()).isEqualTo(Method.AT_LEAST);
        }

        @Test
        void whatWasFoundElsewhereDoesNotCount() {
            assertThat(of(new Place(4, 0, 10), runs, new FirstUnread.Found(3, 5, NOW - 100_000, true))
                            .method())
                    .isEqualTo(Method.AT_LEAST);
        }

        @Test
        void betweenTwoLooksItIsNotNeeded() {
            runs.saw(20, NOW - 10_000, NOW - 10_000, 64);
            TimeLag lag = of(new Place(12, 0, 20), runs, new FirstUnread.Found(12, 12, NOW - 1, true));
            assertThat(lag.method()).isEqualTo(Method.SAMPLED);
        }

        @Test
        void itsAgeIsAnotherThing() {
            Place place = new Place(3, 0, 10);
            assertThat(TimeLag.recordAge(place, Optional.of(new FirstUnread.Found(3, 5, NOW - 9000, false)), NOW))
                    .contains(Duration.ofSeconds(9));
            assertThat(TimeLag.recordAge(place, Optional.of(new FirstUnread.Found(3, 5, NOW + 9000, false)), NOW))
                    .isEmpty();
            assertThat(TimeLag.recordAge(place, Optional.empty(), NOW)).isEmpty();
        }
    }

    @Nested
    class NothingReadable {

        @Test
        void markersAtTheEndAreNoLagForEver() {
            TimeLag lag = of(new Place(9, 0, 10), seen(10, NOW - 60_000), new FirstUnread.Nothing(9, 10));
            assertThat(lag.value()).isZero();
            assertThat(lag.notes()).containsExactly(Note.NOTHING_READABLE);
        }

        @Test
        void whatCameSinceIsNotKnownToBeNothing() {
            assertThat(of(new Place(9, 0, 11), seen(11, NOW - 60_000), new FirstUnread.Nothing(9, 10))
                            .method())
                    .isEqualTo(Method.AT_LEAST);
        }
    }

    @Nested
    class AtStart {

        private final Anchors anchors =
                new Anchors(new long[] {NOW - 3_600_000, NOW - 900_000, NOW - 60_000}, new long[] {100, 200, 300});

        private TimeLag at(long commit) {
            return TimeLag.of(
                    new Place(commit, 0, 310), seen(310, NOW - 1000), Optional.of(anchors), Optional.empty(), NOW, NOW);
        }

        @Test
        void anAnchorOnEachSideIsAnEstimateWithItsBound() {
            assertThat(at(150).method()).isEqualTo(Method.ESTIMATED);
            assertThat(at(150).value()).isEqualTo(Duration.ofMillis((3_600_000 + 900_000) / 2));
            assertThat(at(150).errorBound()).isEqualTo(Duration.ofMillis((3_600_000 - 900_000) / 2));
        }

        @Test
        void afterTheLastAnchorTheFirstLookIsTheOtherSide() {
            assertThat(at(305).value()).isEqualTo(Duration.ofMillis((60_000 + 1000) / 2));
        }

        @Test
        void beforeTheFirstAnchorItIsAtLeastSoOldAsTheFirstLookSays() {
            assertThat(at(50).method()).isEqualTo(Method.AT_LEAST);
        }
    }

    /** Ten minutes of bursts and pauses, of a consumer that commits in steps: the truth lies in the bound at every look. */
    @Property(tries = 60)
    void theTruthLiesInTheAnswersOwnBound(@ForAll long seed) {
        Random random = new Random(seed);
        World world = new World(1).withMembers(1);
        world.commits[0] = 0;
        AtomicInteger burst = new AtomicInteger();
        int readPerSecond = 1 + random.nextInt(40);
        int commitEvery = 1 + random.nextInt(30);
        long[] position = {0};
        int[] second = {0};
        int[] judged = {0};
        world.pass(Duration.ofMinutes(10), () -> {
            if (burst.get() <= 0 && random.nextInt(20) == 0) {
                burst.set(random.nextInt(40));
            }
            if (burst.getAndDecrement() > 0) {
                world.produce(0, random.nextInt(60));
            }
            position[0] = Math.min(world.end(0), position[0] + readPerSecond);
            if (second[0]++ % commitEvery == 0) {
                world.commits[0] = position[0];
            }
            if (second[0] > 1) {
                Place place = new Place(world.commits[0], 0, world.end(0));
                TimeLag lag =
                        world.group().timeLag(new dev.fathom.cluster.TopicPartition(World.TOPIC, 0), place, world.now);
                long truth = world.trueTimeLag(0);
                if (lag.method() == Method.AT_LEAST) {
                    assertThat(lag.value().toMillis()).isLessThanOrEqualTo(truth);
                } else {
                    judged[0]++;
                    assertThat(Math.abs(lag.value().toMillis() - truth))
                            .isLessThanOrEqualTo(lag.errorBound().toMillis());
                }
            }
        });
        assertThat(judged[0]).as("answers that commit themselves").isGreaterThan(400);
    }
}
