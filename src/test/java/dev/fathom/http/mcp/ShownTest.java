package dev.fathom.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.http.mcp.Shown.Plan;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShownTest {

    private final AtomicLong now = new AtomicLong();
    private final Shown shown = new Shown(Caffeine.newBuilder().ticker(now::get).executor(Runnable::run));

    private static Plan plan(String etag, int bytes) {
        return new Plan.Reset("local", "a/b", new byte[bytes], etag);
    }

    @Test
    void aPlanIsWhoevers() {
        Plan plan = plan("\"x\"", 1);

        assertThat(shown.remember("vera", plan)).isEqualTo("x");

        assertThat(shown.find("vera", "x")).containsSame(plan);
        assertThat(shown.find("vera", "\"x\"")).containsSame(plan);
        assertThat(shown.find("tina", "x")).isEmpty();
        assertThat(shown.find("vera", "y")).isEmpty();
    }

    @Test
    void aPlanIsForgottenAfterAQuarterOfAnHour() {
        shown.remember("vera", plan("x", 1));

        now.set(Shown.KEPT.toNanos() - 1);
        assertThat(shown.find("vera", "x")).isPresent();
        now.set(Shown.KEPT.toNanos());
        assertThat(shown.find("vera", "x")).isEmpty();
    }

    @Test
    void plansTakeNoMoreMemoryThanTheyMay() {
        for (int i = 0; i < 200; i++) {
            shown.remember("vera", plan("x" + i, 1 << 20));
        }

        long kept = 0;
        for (int i = 0; i < 200; i++) {
            kept += shown.find("vera", "x" + i).isPresent() ? 1 : 0;
        }
        assertThat(kept).isPositive().isLessThan(33);
    }

    @Test
    void aPlanNamesTheCallThatCarriesItOut() {
        assertThat(plan("x", 1).path()).isEqualTo("/api/v1/clusters/local/groups/a%2Fb/resets");
        assertThat(new Plan.Undo("01", new byte[0], "x").path()).isEqualTo("/api/v1/operations/01/undo");
    }
}
