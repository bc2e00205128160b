package dev.fathom.lag;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.FaultyCluster;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one topic that cannot be asked about does to the others. */
@FathomTest
class OneOfManyTest extends WithKafka {

    @Inject
    Clusters clusters;

    @Inject
    Lag lag;

    private String good;
    private String bad;
    private GroupListing onGood;
    private GroupListing onBoth;

    @BeforeEach
    void fill() {
        good = kafka.topic(1);
        bad = kafka.topic(1);
        kafka.produce(good, 0, 5);
        kafka.produce(bad, 0, 5);
        onGood = group(Map.of(partition(good), 1L));
        onBoth = group(Map.of(partition(good), 2L, partition(bad), 2L));
    }

    private static org.apache.kafka.common.TopicPartition partition(String topic) {
        return new org.apache.kafka.common.TopicPartition(topic, 0);
    }

    private GroupListing group(Map<org.apache.kafka.common.TopicPartition, Long> commits) {
        String id = unique("many");
        kafka.commit(id, commits);
        return new GroupListing(id, GroupType.CLASSIC, GroupState.EMPTY, "", true);
    }

    /** Its topics cannot be described, for a reason that is no topic's own. */
    private Cluster without(String... topics) {
        return FaultyCluster.of(clusters.named("local", true), (real, method, arguments) -> {
            Object answer = method.invoke(real, arguments);
            if (method.getName().equals("topics")) {
                Map<String, Object> outcomes = new HashMap<>((Map<String, ?>) answer);
                for (String topic : topics) {
                    outcomes.replace(
                            topic, Outcome.failed(new ClusterException(Reason.UNEXPECTED, "Not to be understood.")));
                }
                return outcomes;
            }
            return answer;
        });
    }

    @Test
    void isTheProblemOfItsOwnRows() {
        Map<String, Outcome<GroupSummary>> summaries = lag.summaries(without(bad), List.of(onGood, onBoth), true);

        LagTotals untouched = summaries.get(onGood.id()).orThrow().lag().orElseThrow();
        assertThat(untouched.total()).isEqualTo(4);
        assertThat(untouched.unknown()).isEmpty();
        LagTotals partly = summaries.get(onBoth.id()).orThrow().lag().orElseThrow();
        assertThat(partly.total()).isEqualTo(3);
        assertThat(partly.unknown())
                .containsExactly(new LagTotals.Unknown(new TopicPartition(bad, 0), PartitionStatus.LEADER_UNAVAILABLE));
        GroupOffsets offsets =
                lag.offsets(without(bad), onBoth, OffsetsQuery.DEFAULT).value();
        assertThat(offsets.rows()).extracting(PartitionLag::lag).containsExactlyInAnyOrder(3L, null);
    }

    @Test
    void isThrownWhereNothingCouldBeAskedAbout() {
        assertThatThrownBy(() -> lag.summaries(without(good, bad), List.of(onGood, onBoth), true))
                .hasMessage("Not to be understood.");
    }

    @Test
    void whoAsksAboutOneTopicDoesNotHaveTheOthersMeasured() {
        List<String> asked = new ArrayList<>();
        Cluster watched = FaultyCluster.of(clusters.named("local", true), (real, method, arguments) -> {
            if (method.getName().equals("offsets")) {
                ((Collection<?>) arguments[1]).forEach(partition -> asked.add(((TopicPartition) partition).topic()));
            }
            return method.invoke(real, arguments);
        });

        GroupOffsets offsets = lag.offsets(
                        watched, onBoth, new OffsetsQuery(Isolation.READ_UNCOMMITTED, false, Optional.of(good)))
                .value();

        assertThat(offsets.rows()).singleElement().satisfies(row -> {
            assertThat(row.partition()).isEqualTo(new TopicPartition(good, 0));
            assertThat(row.lag()).isEqualTo(3);
        });
        assertThat(asked).isNotEmpty().containsOnly(good);
    }

    @Test
    void aTopicThatTheGroupHasNothingToDoWithHasNoRows() {
        GroupOffsets offsets = lag.offsets(
                        clusters.named("local", true),
                        onGood,
                        new OffsetsQuery(Isolation.READ_UNCOMMITTED, false, Optional.of(bad)))
                .value();

        assertThat(offsets.rows()).isEmpty();
    }
}
