package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.GroupState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One word for what is the matter; wrong words are worse than none. */
class VerdictTest {

    private final World world = new World(1);

    /** Produces and reads at so many records a second; the member commits every so many seconds. */
    private void run(Duration time, int produced, int consumed, int commitEvery) {
        long[] read = {world.commits[0]};
        int[] second = {0};
        world.pass(time, () -> {
            world.produce(0, produced);
            read[0] = Math.min(world.end(0), read[0] + consumed);
            if (++second[0] % commitEvery == 0) {
                world.commits[0] = read[0];
            }
        });
    }

    private Set<Verdict> verdictsDuring(Duration time, Runnable eachSecond) {
        Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
        world.pass(time, () -> {
            eachSecond.run();
            if (world.progress.groups().size() == 1) {
                seen.add(world.verdict());
            }
        });
        return seen;
    }

    @Nested
    class Ok {

        @Test
        void isAGroupThatKeepsUp() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(10), 10, 10, 5);
            assertThat(world.verdict()).isEqualTo(Verdict.OK);
        }

        @Test
        void isAGroupThatStaysAFixedWayBehind() {
            world.produce(0, 500);
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(15), 10, 10, 5);
            assertThat(world.verdict()).isEqualTo(Verdict.OK);
            assertThat(world.report(0).reason()).contains("does not grow");
        }

        /** Idle: no growth, no division by nothing, nobody has stopped. */
        @Test
        void isAGroupOfAnIdleTopicWithAndWithoutMembers() {
            world.produce(0, 100);
            world.withMembers(1).commits[0] = 100;
            assertThat(verdictsDuring(Duration.ofMinutes(20), () -> {})).containsOnly(Verdict.UNKNOWN, Verdict.OK);
            world.withMembers(0);
            assertThat(verdictsDuring(Duration.ofMinutes(20), () -> {})).containsOnly(Verdict.OK);
            assertThat(world.report().consumed().orElse(0)).isZero();
            assertThat(world.report(0).timeLag()).isEqualTo(TimeLag.CAUGHT_UP);
        }

        @Test
        void isNotSaidBeforeTwoLooksAgree() {
            world.withMembers(1).commits[0] = 0;
            world.look();
            assertThat(world.verdict()).isEqualTo(Verdict.UNKNOWN);
            world.now += 10_000;
            world.look();
            assertThat(world.verdict()).isEqualTo(Verdict.OK);
        }
    }

    @Nested
    class Stalled {

        @Test
        void isAMemberThatHasALotToReadAndDoesNotCommit() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 10, 10, 5);
            long stood = world.now;
            run(Duration.ofMinutes(2), 10, 0, 5);
            PartitionReport report = world.report(0);
            assertThat(report.verdict()).isEqualTo(Verdict.STALLED);
            assertThat(report.since())
                    .isBetween(Instant.ofEpochMilli(stood - 11_000), Instant.ofEpochMilli(stood + 11_000));
            assertThat(report.reason()).contains("every", "as a rule").contains(Told.records(report.lag()));
        }

        /** Members that commit once in two minutes do so: they have not stalled in between. */
        @Test
        void isNotAMemberThatCommitsSeldom() {
            world.withMembers(1).commits[0] = 0;
            long[] read = {0};
            int[] second = {0};
            Set<Verdict> seen = verdictsDuring(Duration.ofMinutes(60), () -> {
                world.produce(0, 10);
                read[0] += 10;
                if (++second[0] % 120 == 0) {
                    world.commits[0] = read[0];
                }
            });
            assertThat(seen).doesNotContain(Verdict.STALLED, Verdict.STOPPED, Verdict.BEHIND);
        }

        @Test
        void aStrangerGetsMoreTimeAndTheReasonSaysSo() {
            world.withMembers(1).commits[0] = 0;
            world.produce(0, 100);
            world.pass(Duration.ofSeconds(290));
            assertThat(world.verdict()).isNotEqualTo(Verdict.STALLED);
            world.pass(Duration.ofSeconds(60));
            assertThat(world.verdict()).isEqualTo(Verdict.STALLED);
            assertThat(world.report(0).reason()).contains("is not known");
        }

        /** A minute nobody could look is not a minute in which nobody committed. */
        @Test
        void isNotAGroupThatNobodyCouldLookAt() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 10, 10, 5);
            world.reachable = false;
            run(Duration.ofMinutes(2), 10, 0, 5);
            world.reachable = true;
            assertThat(verdictsDuring(Duration.ofSeconds(50), () -> world.produce(0, 10)))
                    .doesNotContain(Verdict.STALLED, Verdict.STOPPED);
        }

        @Test
        void isStillStalledAfterTheBrokerWasDown() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 10, 10, 5);
            run(Duration.ofMinutes(3), 10, 0, 5);
            Instant since = world.report(0).since();
            world.reachable = false;
            world.pass(Duration.ofMinutes(2));
            world.reachable = true;
            world.pass(Duration.ofSeconds(30));
            assertThat(world.verdict()).isEqualTo(Verdict.STALLED);
            assertThat(world.report(0).since()).isEqualTo(since);
        }

        /** The producer stops, the lag stays: it is older every second. */
        @Test
        void itsTimeLagGoesOnGrowingWhenNobodyProduces() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 10, 10, 5);
            run(Duration.ofMinutes(1), 10, 0, 5);
            Duration before = world.report(0).timeLag().value();
            world.pass(Duration.ofMinutes(30));
            Duration after = world.report(0).timeLag().value();
            assertThat(after.minus(before)).isEqualTo(Duration.ofMinutes(30));
            assertThat(world.trueTimeLag(0) - after.toMillis())
                    .isBetween(
                            -after.toMillis(),
                            world.report(0).timeLag().errorBound().toMillis());
        }

        @Test
        void markersAtTheEndAreNothingToRead() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(2), 10, 10, 5);
            world.produce(0, 1);
            world.pass(Duration.ofSeconds(20));
            world.group()
                    .read(
                            new dev.fathom.cluster.TopicPartition(World.TOPIC, 0),
                            new FirstUnread.Nothing(world.commits[0], world.end(0)));
            assertThat(verdictsDuring(Duration.ofHours(2), () -> {})).containsOnly(Verdict.OK);
            assertThat(world.report(0).timeLag().notes()).containsExactly(TimeLag.Note.NOTHING_READABLE);
        }
    }

    @Nested
    class Stopped {

        @Test
        void isAGroupNobodyIsInAndNobodyCommits() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(2), 10, 10, 5);
            world.withMembers(0);
            long left = world.now;
            world.pass(Duration.ofSeconds(90), () -> world.produce(0, 10));
            assertThat(world.verdict()).isEqualTo(Verdict.STOPPED);
            assertThat(world.report(0).since())
                    .isBetween(Instant.ofEpochMilli(left - 11_000), Instant.ofEpochMilli(left + 11_000));
        }

        @Test
        void isNotAConsumerThatAssignsItself() {
            world.commits[0] = 0;
            long[] read = {0};
            assertThat(verdictsDuring(Duration.ofMinutes(20), () -> {
                        world.produce(0, 10);
                        read[0] = Math.max(0, world.end(0) - 25);
                        world.commits[0] = read[0];
                    }))
                    .doesNotContain(Verdict.STOPPED, Verdict.STALLED);
        }

        @Test
        void isNotSaidOfARestartThatTakesHalfAMinute() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(3), 10, 10, 5);
            world.withMembers(0);
            Set<Verdict> seen = verdictsDuring(Duration.ofSeconds(30), () -> world.produce(0, 10));
            world.withMembers(1);
            seen.addAll(verdictsDuring(Duration.ofSeconds(30), () -> world.commits[0] = world.end(0)));
            assertThat(seen).doesNotContain(Verdict.STOPPED);
        }
    }

    /** A job that works for five minutes of every hour. */
    @Nested
    class Periodic {

        private Set<Verdict> hours(int hours) {
            int[] second = {0};
            return verdictsDuring(Duration.ofHours(hours), () -> {
                world.produce(0, 5);
                boolean working = second[0]++ % 3600 < 300;
                world.withMembers(working ? 1 : 0);
                if (working) {
                    world.commits[0] = Math.min(world.end(0), world.commits[0] + 100);
                }
            });
        }

        @Test
        void isNotStoppedOnceItsPeriodIsKnown() {
            world.commits[0] = 0;
            hours(5);
            Set<Verdict> seen = hours(4);
            assertThat(seen).doesNotContain(Verdict.STOPPED, Verdict.STALLED).contains(Verdict.PERIODIC);
        }

        @Test
        void isStoppedWhenItsTimeIsLongOver() {
            world.commits[0] = 0;
            hours(6);
            world.withMembers(0);
            world.pass(Duration.ofMinutes(25), () -> world.produce(0, 5));
            assertThat(world.verdict()).isEqualTo(Verdict.PERIODIC);
            world.pass(Duration.ofMinutes(30), () -> world.produce(0, 5));
            assertThat(world.verdict()).isEqualTo(Verdict.STOPPED);
        }
    }

    @Nested
    class Behind {

        @Test
        void isAGroupThatCommitsAndFallsBack() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 20, 10, 5);
            assertThat(world.verdict()).isEqualTo(Verdict.BEHIND);
            assertThat(world.report().consumed().orElseThrow()).isBetween(8.0, 12.0);
            assertThat(world.report().produced().orElseThrow()).isBetween(16.0, 24.0);
            assertThat(world.report().catchUp()).isEmpty();
            run(Duration.ofMinutes(15), 10, 60, 5);
            assertThat(world.verdict()).isEqualTo(Verdict.OK);
        }
    }

    @Nested
    class Rewound {

        @Test
        void isACommitThatFellUntilItIsBack() {
            world.produce(0, 1000);
            world.withMembers(1).commits[0] = 900;
            world.pass(Duration.ofSeconds(30));
            world.commits[0] = 100;
            world.pass(Duration.ofSeconds(30));
            assertThat(world.verdict()).isEqualTo(Verdict.REWOUND);
            assertThat(world.report(0).reason()).contains("from 900").contains("800 records");
            world.commits[0] = 950;
            world.pass(Duration.ofSeconds(30));
            assertThat(world.verdict()).isNotEqualTo(Verdict.REWOUND);
        }

        @Test
        void isNotATopicThatWasMadeAgain() {
            world.produce(0, 1000);
            world.withMembers(1).commits[0] = 900;
            world.pass(Duration.ofSeconds(30));
            world.topicId = "second";
            world.arrivals.get(0).clear();
            world.produce(0, 10);
            world.commits[0] = 5;
            assertThat(verdictsDuring(Duration.ofMinutes(2), () -> {})).doesNotContain(Verdict.REWOUND);
            assertThat(world.report(0).timeLag().method())
                    .as("what was seen of the old log says nothing of the new one")
                    .isEqualTo(TimeLag.Method.AT_LEAST);
        }
    }

    @Nested
    class Blocked {

        @Test
        void isACommitAtTheLastStableOffset() {
            world.produce(0, 100);
            world.withMembers(1).commits[0] = 100;
            world.pass(Duration.ofSeconds(30));
            world.stable[0] = 100;
            world.pass(Duration.ofMinutes(2), () -> world.produce(0, 5));
            assertThat(world.verdict()).isEqualTo(Verdict.BLOCKED);
            assertThat(world.report(0).reason()).contains("last stable offset, 100");
        }

        /** A short transaction of a producer, met by a group that has been idle for long. */
        @Test
        void isNotAnIdleGroupThatMeetsAShortTransaction() {
            world.produce(0, 100);
            world.withMembers(1).commits[0] = 100;
            world.pass(Duration.ofHours(1));
            world.stable[0] = 100;
            world.produce(0, 5);
            assertThat(verdictsDuring(Duration.ofSeconds(40), () -> {})).doesNotContain(Verdict.BLOCKED);
        }
    }

    @Nested
    class Losing {

        @Test
        void isACommitThatFellOffTheLog() {
            world.produce(0, 100);
            world.commits[0] = 10;
            world.firsts[0] = 50;
            world.pass(Duration.ofSeconds(30));
            assertThat(world.verdict()).isEqualTo(Verdict.LOSING);
            assertThat(world.report(0).reason()).contains("40 records").contains("begins at 50");
        }

        @Test
        void isAStandingCommitWhoseRecordIsAboutToBeDeleted() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 1, 1, 5);
            world.progress.topic(World.TOPIC).orElseThrow().keep(new Loss.Keeps(3_600_000, 600_000), world.now);
            run(Duration.ofMinutes(50), 1, 0, 5);
            assertThat(world.verdict()).isEqualTo(Verdict.STALLED);
            Loss loss = world.report(0).loss().orElseThrow();
            long arrived = world.now - world.trueTimeLag(0);
            assertThat(loss.earliest().orElseThrow().toEpochMilli()).isLessThanOrEqualTo(arrived + 3_600_000);
            assertThat(loss.latest().toEpochMilli()).isGreaterThanOrEqualTo(arrived + 4_200_000);
            run(Duration.ofMinutes(6), 1, 0, 5);
            assertThat(world.verdict()).isEqualTo(Verdict.LOSING);
        }

        @Test
        void isNotAGroupThatCatchesUpOnOldRecords() {
            world.produce(0, 6000);
            world.progress.saw(
                    new Look(world.now, java.util.List.of(), java.util.Optional.empty(), java.util.Map.of()));
            world.withMembers(1).commits[0] = 0;
            world.pass(Duration.ofSeconds(10));
            world.progress.topic(World.TOPIC).orElseThrow().keep(new Loss.Keeps(600_000, 60_000), world.now);
            run(Duration.ofMinutes(9), 1, 3, 5);
            long[] read = {world.commits[0]};
            assertThat(verdictsDuring(Duration.ofMinutes(15), () -> {
                        world.produce(0, 1);
                        world.commits[0] = read[0] += 3;
                    }))
                    .doesNotContain(Verdict.LOSING);
        }

        @Test
        void isALogWhoseStartComesNear() {
            world.withMembers(1).commits[0] = 0;
            run(Duration.ofMinutes(5), 10, 10, 5);
            world.pass(Duration.ofMinutes(5), () -> {
                world.produce(0, 10);
                world.firsts[0] = Math.max(0, Math.min(world.commits[0] - 10, world.end(0) - 3200));
            });
            world.pass(Duration.ofMinutes(2), () -> {
                world.produce(0, 10);
                world.firsts[0] = Math.max(0, Math.min(world.commits[0] - 10, world.end(0) - 3200));
            });
            assertThat(world.verdict()).isEqualTo(Verdict.LOSING);
        }
    }

    @Nested
    class Unstable {

        @Test
        void isAGroupThatRebalancesAgainAndAgain() {
            world.withMembers(2).commits[0] = 0;
            int[] second = {0};
            world.pass(Duration.ofMinutes(4), () -> {
                world.produce(0, 10);
                world.commits[0] = world.end(0) - 5;
                if (++second[0] % 30 == 0) {
                    world.epoch++;
                }
            });
            assertThat(world.verdict()).isEqualTo(Verdict.UNSTABLE);
        }

        @Test
        void isAGroupThatIsOutOfStableHalfOfTheTime() {
            world.withMembers(2).commits[0] = 0;
            int[] second = {0};
            world.pass(Duration.ofMinutes(6), () -> {
                world.state = ++second[0] % 30 < 20 ? GroupState.PREPARING_REBALANCE : GroupState.STABLE;
            });
            assertThat(world.verdict()).isEqualTo(Verdict.UNSTABLE);
        }

        @Test
        void isNotAGroupThatWasRolledOnce() {
            world.withMembers(1).commits[0] = 0;
            world.pass(Duration.ofMinutes(2));
            world.epoch++;
            world.pass(Duration.ofSeconds(20));
            world.epoch++;
            assertThat(verdictsDuring(Duration.ofMinutes(5), () -> {})).doesNotContain(Verdict.UNSTABLE);
        }
    }

    @Nested
    class Unknown {

        @Test
        void isACommitBeyondTheEnd() {
            world.produce(0, 10);
            world.withMembers(1).commits[0] = 20;
            world.pass(Duration.ofMinutes(10));
            assertThat(world.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(world.report(0).timeLag().reason()).isEqualTo(TimeLag.Reason.BEYOND_LAST);
            assertThat(world.report(0).reason()).contains("beyond the end");
        }
    }

    /** Whatever noise there is on a group that keeps up, it is not said to fall behind. */
    @Property(tries = 40)
    void aGroupThatKeepsUpUnevenlyIsNotBehind(@ForAll long seed) {
        World noisy = new World(1).withMembers(1);
        noisy.commits[0] = 0;
        Random random = new Random(seed);
        int[] second = {0};
        long[] owed = {0};
        int[] wrong = {0};
        noisy.pass(Duration.ofMinutes(60), () -> {
            int records = random.nextInt(41);
            noisy.produce(0, records);
            owed[0] = 200 + random.nextInt(200);
            if (++second[0] % 7 == 0) {
                noisy.commits[0] = Math.max(noisy.commits[0], noisy.end(0) - owed[0]);
            }
            if (noisy.progress.groups().size() == 1 && noisy.verdict() == Verdict.BEHIND && second[0] > 600) {
                wrong[0]++;
            }
        });
        assertThat(wrong[0]).as("seconds of an hour").isLessThan(180);
    }

    @Test
    void aPartitionThatIsAddedIsTakenIn() {
        World grown = new World(3).withMembers(1);
        grown.commits[0] = 0;
        grown.pass(Duration.ofMinutes(1), () -> {
            grown.produce(0, 1);
            grown.commits[0] = grown.end(0);
        });
        grown.commits[2] = 0;
        grown.produce(2, 50);
        grown.pass(Duration.ofMinutes(1), () -> grown.commits[0] = grown.end(0));
        assertThat(grown.report().partitions()).hasSize(2);
        assertThat(grown.report(2).timeLag().value()).isGreaterThanOrEqualTo(Duration.ofSeconds(50));
        assertThat(grown.report(0).verdict()).isEqualTo(Verdict.OK);
    }

    /** One is read to its end, the other has records and an owner of whom nothing is known yet. */
    @Test
    void aGroupIsNotOkWhileOneOfItsPartitionsIsNotJudged() {
        World two = new World(2).withMembers(1);
        two.produce(1, 100);
        two.commits[0] = 0;
        two.commits[1] = 10;
        two.pass(Duration.ofMinutes(1));
        assertThat(two.report(0).verdict()).isEqualTo(Verdict.OK);
        assertThat(two.verdict()).isEqualTo(Verdict.UNKNOWN);
        GroupReport report = two.report();
        assertThat(report.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(report.reason()).startsWith("orders-1: ");

        two.pass(Duration.ofMinutes(2), () -> two.commits[1] = two.end(1));
        assertThat(two.verdict()).isEqualTo(Verdict.OK);
        assertThat(two.report().verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void aGroupThatNobodyReadsIsNotOkUntilItIsKnownToHaveStopped() {
        World two = new World(2).withMembers(0);
        two.produce(1, 100);
        two.commits[0] = 0;
        two.commits[1] = 10;
        two.pass(Duration.ofSeconds(30));
        assertThat(two.report(0).verdict()).isEqualTo(Verdict.OK);
        assertThat(two.verdict()).isEqualTo(Verdict.UNKNOWN);
        two.pass(Duration.ofSeconds(60));
        assertThat(two.verdict()).isEqualTo(Verdict.STOPPED);
    }

    @Test
    void theGroupsIsTheWorstOfItsPartitions() {
        World two = new World(2).withMembers(1);
        two.produce(1, 100);
        two.firsts[1] = 50;
        two.commits[0] = 0;
        two.commits[1] = 10;
        two.pass(Duration.ofMinutes(1));
        GroupReport report = two.report();
        assertThat(report.verdict()).isEqualTo(Verdict.LOSING);
        assertThat(report.counts()).containsEntry(Verdict.LOSING, 1).containsEntry(Verdict.OK, 1);
        assertThat(report.reason()).startsWith("orders-1: ");
        assertThat(two.group().report(topic -> false, two.now).verdict())
                .as("of what a caller may not see nothing is told")
                .isEqualTo(Verdict.UNKNOWN);
    }
}
