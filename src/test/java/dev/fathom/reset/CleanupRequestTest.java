package dev.fathom.reset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ids a pattern fits. */
class CleanupRequestTest {

    private static boolean fits(String pattern, String id) {
        return new CleanupRequest(Duration.ZERO, pattern, Set.of(), Optional.empty()).fits(id);
    }

    @ParameterizedTest
    @CsvSource({
        "test-*, test-1, true",
        "test-*, test-, true",
        "test-*, atest-1, false",
        "*-test, a-test, true",
        "*-test, a-test-b, false",
        "*, anything, true",
        "a*b*c, aXbYc, true",
        "a*b*c, abc, true",
        "a*b*c, ac, false",
        "aa*aa, aaa, false",
        "a**b, ab, true",
        "exact, exact, true",
        "exact, Exact, false",
        "(a+)+$, aaaa, false",
        "a.c, abc, false",
    })
    void asAWhole(String pattern, String id, boolean fits) {
        assertThat(fits(pattern, id)).isEqualTo(fits);
    }

    @Test
    void inTimeThatDoesNotExplode() {
        String id = "a".repeat(200_000);

        assertThat(fits("*a".repeat(1000) + "*b", id)).isFalse();
    }
}
