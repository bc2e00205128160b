package dev.fathom.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.position.Position.Absolute;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetRequest.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResetRequestTest {

    private static final Target TARGET =
            new Target("t", Optional.of(List.of(0, 1)), Optional.of(new Absolute(5)), "/targets/0");

    /** A plan's tag is made of it, and a replica of another version may be asked to apply the plan. */
    @Test
    void whatDecidesItsTagIsWrittenAsInTheFirstRelease() {
        ResetRequest plain = ResetRequest.of(Optional.empty(), List.of(TARGET));
        Policy policy =
                new Policy(OutOfRange.CLAMP, NoRecord.SKIP, false, true, Optional.of("m"), List.of("a-changelog"));
        ResetRequest full = new ResetRequest(
                Optional.of(new Absolute(7)),
                List.of(),
                policy,
                Set.of(Acknowledgement.IN_USE, Acknowledgement.STATE_KEPT),
                new Waiting(Optional.of(Duration.ofMinutes(2)), true),
                Optional.of("why"));

        assertThat(plain.canonical())
                .isEqualTo("Optional.empty|REJECT|REJECT|true|false|Optional.empty|Optional.empty|false|false|false|[]"
                        + "|t\0Optional[[0, 1]]\0Optional[5]");
        assertThat(full.canonical())
                .isEqualTo("Optional[7]|CLAMP|SKIP|false|true|Optional[m]|Optional[PT2M]|true|true|true|[a-changelog]");
    }

    @Test
    void aConsumerThatMakesWayIsWaitedForAndItsGroupMayBeForgotten() {
        ResetRequest asked = ResetRequest.of(Optional.empty(), List.of(TARGET));

        ResetRequest pausing = asked.pausingConsumers(Duration.ofMinutes(5));

        assertThat(pausing.waiting()).isEqualTo(new Waiting(Optional.of(Duration.ofMinutes(5)), true));
        assertThat(pausing.policy().createGroup()).isTrue();
        assertThat(pausing.withoutWaiting().waiting()).isEqualTo(new Waiting(Optional.empty(), true));
        assertThat(pausing.pausingConsumers(Duration.ofHours(1)).waiting().forEmpty())
                .contains(Duration.ofMinutes(5));
    }
}
