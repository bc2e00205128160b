package dev.fathom.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.operation.Blocker.Acknowledgement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeferralTest {

    @Property
    void holdsWhatIsAcknowledgedAsFlags(@ForAll Set<Acknowledgement> acknowledged) {
        Deferral deferral = Deferral.of(
                Instant.EPOCH, "latest", List.of(), "reject", "reject", true, null, null, acknowledged, false, null);

        assertThat(deferral.acknowledged()).isEqualTo(acknowledged);
        assertThat(deferral.acknowledgeInUse()).isEqualTo(acknowledged.contains(Acknowledgement.IN_USE));
        assertThat(deferral.overwriteChanged()).isEqualTo(acknowledged.contains(Acknowledgement.CHANGED_SINCE));
    }
}
