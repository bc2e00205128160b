package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.definition.Spec.Jitter;
import dev.fathom.pool.definition.Spec.Retry;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.worker.Breaker.Bearing;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final EndpointFault OUTAGE = EndpointFault.outage("connection refused");
    private static final EndpointFault ERROR =
            new EndpointFault(OptionalInt.of(500), false, Optional.empty(), "It answered 500.");

    private final Breaker breaker = new Breaker();

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private void fail(int times, EndpointFault fault) {
        IntStream.range(0, times).forEach(i -> breaker.fault("r", false, fault, 0));
    }

    @Test
    void opensAfterFiveOutagesInARow() {
        fail(4, OUTAGE);
        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);

        fail(1, OUTAGE);

        assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
        assertThat(breaker.lets(seconds(1) - 1)).isFalse();
    }

    @Test
    void oneRecordThatAlwaysFailsDoesNotOpenIt() {
        fail(50, ERROR);

        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
    }

    @Test
    void threeRecordsThatFailDo() {
        breaker.fault("a", false, ERROR, 0);
        breaker.fault("b", false, ERROR, 0);
        breaker.fault("a", false, ERROR, 0);
        breaker.fault("b", false, ERROR, 0);
        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);

        breaker.fault("c", false, ERROR, 0);

        assertThat(breaker.state()).isEqualTo(Breaker.State.OPEN);
    }

    @Test
    void aSuccessBreaksTheRow() {
        fail(4, OUTAGE);
        breaker.answered();
        fail(4, OUTAGE);

        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
    }

    @Test
    void probesWithOneRecordAfterASecondDoublingToAMinute() {
        fail(5, OUTAGE);
        long now = 0;
        long[] waits = {1, 2, 4, 8, 16, 32, 60, 60};
        for (long wait : waits) {
            assertThat(breaker.lets(now + seconds(wait) - 1)).isFalse();
            now += seconds(wait);
            assertThat(breaker.lets(now)).isTrue();
            assertThat(breaker.offering()).as("a probe").isTrue();
            assertThat(breaker.lets(now)).as("a second record").isFalse();
            assertThat(breaker.fault("r", true, OUTAGE, now)).isEqualTo(Bearing.PROBE);
        }
        now += seconds(60);
        assertThat(breaker.lets(now)).isTrue();
        breaker.offering();

        assertThat(breaker.answered()).isTrue();

        assertThat(breaker.state()).isEqualTo(Breaker.State.CLOSED);
        assertThat(breaker.lets(now)).isTrue();
    }

    @Test
    void faultsWhileItIsOpenAreNoAttempts() {
        fail(5, OUTAGE);

        assertThat(breaker.fault("other", false, OUTAGE, 1)).isEqualTo(Bearing.ECHO);
        assertThat(breaker.probeAt()).isEqualTo(seconds(1));
    }

    /** A call that ran out of time long after the breaker opened is not what was asked for. */
    @Test
    void aFaultThatComesLateIsNoProbe() {
        fail(5, OUTAGE);
        assertThat(breaker.lets(seconds(1))).isTrue();
        breaker.offering();

        assertThat(breaker.fault("late", false, OUTAGE, seconds(1))).isEqualTo(Bearing.ECHO);

        assertThat(breaker.state()).isEqualTo(Breaker.State.HALF_OPEN);
        assertThat(breaker.lets(seconds(1))).as("a second record").isFalse();
    }

    @Test
    void aSecondOpinionIsPartOfTheProbe() {
        fail(5, OUTAGE);
        breaker.lets(seconds(1));
        breaker.offering();
        breaker.fault("r", true, OUTAGE, seconds(1));

        assertThat(breaker.offeringToo()).isTrue();
        assertThat(breaker.lets(seconds(9))).as("a third record").isFalse();
        breaker.fault("other", true, OUTAGE, seconds(1));

        assertThat(breaker.lets(seconds(3) - 1)).isFalse();
        assertThat(breaker.lets(seconds(3))).isTrue();
    }

    @Test
    void waitsForAsLongAsTheSinkAsks() {
        fail(4, OUTAGE);
        breaker.fault(
                "r", false, new EndpointFault(OptionalInt.of(503), true, Optional.of(Duration.ofSeconds(30)), ""), 0);

        assertThat(breaker.lets(seconds(30) - 1)).isFalse();
        assertThat(breaker.lets(seconds(30))).isTrue();
    }

    @Test
    void backoffGrowsToItsLimitAndJitterOnlyShortensIt() {
        Retry steady = new Retry(10, Duration.ofMillis(100), 2, Duration.ofSeconds(1), Jitter.NONE, Duration.ZERO);
        Retry jittered = new Retry(10, Duration.ofMillis(100), 2, Duration.ofSeconds(1), Jitter.FULL, Duration.ZERO);

        assertThat(IntStream.rangeClosed(1, 6)
                        .mapToObj(i -> Backoff.after(i, steady).toMillis()))
                .containsExactly(100L, 200L, 400L, 800L, 1000L, 1000L);
        assertThat(IntStream.rangeClosed(1, 200).mapToObj(i -> Backoff.after(3, jittered)))
                .allMatch(wait -> !wait.isNegative() && wait.compareTo(Duration.ofMillis(400)) <= 0);
        assertThat(Backoff.after(Integer.MAX_VALUE, steady)).isEqualTo(Duration.ofSeconds(1));
    }
}
