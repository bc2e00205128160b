package dev.fathom.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Member;
import dev.fathom.cluster.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Racks of members and replicas, by the numbers alone. */
class BrokerFindingsTest {

    private static final Map<Integer, String> RACKS = Map.of(1, "a", 2, "b", 3, "c");

    private static Member member(String rack, Integer... partitions) {
        return new Member(
                "member-1",
                Optional.empty(),
                "client-1",
                "10.0.0.1",
                Optional.of(rack),
                OptionalInt.empty(),
                Optional.empty(),
                new TreeMap<>(Map.of("orders", List.of(partitions))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Topic.Partition partition(int number, Integer... replicas) {
        return new Topic.Partition(number, OptionalInt.of(replicas[0]), List.of(replicas), List.of(replicas));
    }

    private static List<Finding> found(Member member, Map<Integer, String> racks, Topic.Partition... partitions) {
        return BrokerFindings.racks(
                List.of(member), List.of(new Topic("orders", "id", false, List.of(partitions))), racks);
    }

    @Test
    void namesTheMemberWhosePartitionsHaveNoReplicaNear() {
        List<Finding> found = found(member("c", 0, 1), RACKS, partition(0, 1, 2), partition(1, 2, 3));
        assertThat(found).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(FindingKind.RACK_MISMATCH);
            assertThat(finding.member().orElseThrow().clientId()).isEqualTo("client-1");
            assertThat(finding.evidence().get("withoutReplicaInRack").longValue())
                    .isEqualTo(1);
            assertThat(finding.evidence().get("partitions").longValue()).isEqualTo(2);
            assertThat(finding.message()).doesNotContain("no broker is in it");
        });
    }

    @Test
    void aFollowerNearIsNearEnough() {
        assertThat(found(member("b", 0), RACKS, partition(0, 1, 2))).isEmpty();
    }

    @Test
    void aRackThatNoBrokerIsInIsSaid() {
        assertThat(found(member("z", 0), RACKS, partition(0, 1, 2)))
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("no broker is in it"));
    }

    @Test
    void nothingFollowsWhereABrokerTellsNoRack() {
        assertThat(found(member("c", 0), Map.of(1, "a"), partition(0, 1, 2))).isEmpty();
        assertThat(found(member("c", 0), Map.of(), partition(0, 1, 2))).isEmpty();
        assertThat(found(member("c", 7), RACKS, partition(0, 1, 2)))
                .as("what a classic group assigns may be of no partition")
                .isEmpty();
    }
}
