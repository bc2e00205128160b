package dev.fathom.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {

    private static Changes lags(long... lags) {
        Changes changes = new Changes(32);
        IntStream.range(0, lags.length).forEach(i -> changes.add(100 * i, 1000, 1000 + lags[i], -1));
        return changes;
    }

    @Test
    void steadyGrowthGrows() {
        assertThat(Trend.grows(lags(1, 2, 3, 4, 5, 6), 0)).isTrue();
    }

    @Test
    void oneOutlierMakesNoTrend() {
        assertThat(Trend.grows(lags(5, 5, 5, 5, 5, 5, 5, 900), 0)).isFalse();
    }

    @Test
    void noiseMakesNone() {
        assertThat(Trend.grows(lags(5, 9, 2, 7, 4, 8, 3, 9, 5, 6), 0)).isFalse();
    }

    @Test
    void tooLittleSaysNothing() {
        assertThat(Trend.grows(lags(1, 2, 3, 4, 5), 0)).isFalse();
        assertThat(Trend.known(lags(1, 2, 3, 4, 5), 0)).isFalse();
    }

    @Test
    void whatWasBeforeTheWindowDoesNotCount() {
        assertThat(Trend.grows(lags(1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6), 600)).isFalse();
    }
}
