package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private static final int GRACE = 250;

    @Test
    void halfwayLeavesTheOtherHalf() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(10));

        assertThat(deadline.halfway().millisLeft()).isBetween(4000, 5000);
        assertThat(deadline.halfway().halfway().millisLeft()).isBetween(2000, 2500);
    }

    /** Steps after the deadline, each with a part of it, would otherwise add up a grace each. */
    @Test
    void whatIsLeftOfAPassedDeadlineHasNoGraceOfItsOwn() {
        Deadline passed = Deadline.in(Duration.ofMillis(-GRACE));

        assertThat(passed.halfway().passed()).isTrue();
        assertThat(passed.halfway().graceLeft(GRACE)).isZero();
        assertThat(passed.halfway().halfway().graceLeft(GRACE)).isZero();
    }
}
