package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CatchUpTest {

    /** A group that catches up at its own uneven pace; what it said after four minutes, and when it was there. */
    private record Case(Optional<CatchUp> said, Instant truth) {}

    private static Case simulated(long seed) {
        Random random = new Random(seed);
        World world = new World(1).withMembers(1);
        world.produce(0, 20_000 + random.nextInt(20_000));
        world.commits[0] = 0;
        int produced = 5 + random.nextInt(20);
        int consumed = produced + 30 + random.nextInt(40);
        int commitEvery = 3 + random.nextInt(12);
        double noise = random.nextDouble();
        long[] read = {0};
        int[] second = {0};
        Runnable step = () -> {
            world.produce(0, Math.max(0, (int) (produced * (1 + noise * random.nextGaussian()))));
            int progress = Math.max(0, (int) (consumed * (1 + noise * random.nextGaussian())));
            read[0] = Math.min(world.end(0), read[0] + progress);
            if (++second[0] % commitEvery == 0) {
                world.commits[0] = read[0];
            }
        };
        world.pass(Duration.ofMinutes(4), step);
        Optional<CatchUp> said = world.report().catchUp();
        while (world.commits[0] < world.end(0) && second[0] < 50_000) {
            world.pass(Duration.ofSeconds(1), step);
        }
        return new Case(said, Instant.ofEpochMilli(world.now));
    }

    @Test
    void theTrueEndLiesInTheRangeInNineOfTenCases() {
        int said = 0;
        int held = 0;
        for (long seed = 0; seed < 200; seed++) {
            Case one = simulated(seed);
            if (one.said().isPresent()) {
                said++;
                boolean within = !one.truth().isBefore(one.said().get().earliest())
                        && !one.truth().isAfter(one.said().get().latest());
                held += within ? 1 : 0;
            }
        }
        assertThat(said).as("cases in which a range was said").isGreaterThan(150);
        assertThat(held / (double) said).as(held + " of " + said).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void thereIsNoneWhereItMayNeverBe() {
        World world = new World(1).withMembers(1);
        world.produce(0, 1000);
        world.commits[0] = 0;
        world.pass(Duration.ofMinutes(5), () -> {
            world.produce(0, 10);
            world.commits[0] += 10;
        });
        assertThat(world.report().catchUp()).isEmpty();
    }

    @Test
    void thereIsNoneForACommitThatStands() {
        World world = new World(1).withMembers(1);
        world.produce(0, 100_000);
        world.commits[0] = 0;
        world.pass(Duration.ofMinutes(3), () -> world.commits[0] += 10);
        assertThat(world.report().catchUp()).isPresent();
        world.pass(Duration.ofMinutes(3));
        assertThat(world.report().catchUp()).isEmpty();
        assertThat(world.report().consumed()).hasValue(0);
    }
}
