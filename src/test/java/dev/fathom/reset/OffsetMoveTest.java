package dev.fathom.reset;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Cluster.Written;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Result;
import dev.fathom.operation.Result.Fate;
import dev.fathom.operation.Status;
import dev.fathom.position.Position;
import dev.fathom.reset.ResetRequest.Target;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.FaultyCluster;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the last step makes of brokers that fail in the middle of it. */
@FathomTest
class OffsetMoveTest extends WithKafka {

    @Inject
    Clusters clusters;

    @Inject
    SnapshotReader reader;

    private String topic;
    private String group;
    private TopicPartition zero;
    private TopicPartition one;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        group = unique("group");
        zero = new TopicPartition(topic, 0);
        one = new TopicPartition(topic, 1);
        kafka.produce(topic, 0, 20);
        kafka.produce(topic, 1, 20);
        kafka.commit(
                group,
                Map.of(
                        new org.apache.kafka.common.TopicPartition(topic, 0), 10L,
                        new org.apache.kafka.common.TopicPartition(topic, 1), 10L));
    }

    private Cluster local() {
        return clusters.named("local", true);
    }

    private OffsetMove move(FaultyCluster.Fault fault, String first, String second) {
        ResetRequest request = ResetRequest.of(Optional.empty(), List.of(target(0, first), target(1, second)));
        return new OffsetMove(() -> FaultyCluster.of(local(), fault), reader, planned(request), Guard.APPROVED);
    }

    private Planned planned(ResetRequest request) {
        ResetProposal proposal = new ResetProposal(group, request);
        return Planned.of(proposal, proposal.survey(reader, local()));
    }

    private Target target(int partition, String to) {
        return new Target(topic, Optional.of(List.of(partition)), Optional.of(Position.parse(to)), "/targets");
    }

    private Map<org.apache.kafka.common.TopicPartition, OffsetAndMetadata> committed() {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    @SuppressWarnings("unchecked")
    private static Map<TopicPartition, Commit> commits(Object[] arguments) {
        return (Map<TopicPartition, Commit>) arguments[1];
    }

    private static ClusterException timeout() {
        return new ClusterException(Reason.TIMED_OUT, "No answer in time.");
    }

    @Test
    void aTopicDeletedAtTheLastMomentFailsAloneAndTheOthersAreMoved() {
        String other = kafka.topic(1);
        ResetRequest request = ResetRequest.of(
                Optional.of(Position.parse("earliest")),
                List.of(
                        new Target(topic, Optional.empty(), Optional.empty(), "/targets/0"),
                        new Target(other, Optional.empty(), Optional.empty(), "/targets/1")));
        OffsetMove move = new OffsetMove(this::local, reader, planned(request), Guard.APPROVED);
        kafka.deleteTopic(other);

        Result result = move.carryOut();

        assertThat(result.status()).isEqualTo(Status.PARTIAL);
        assertThat(result.rows().get(zero).fate()).isEqualTo(Fate.APPLIED);
        assertThat(result.rows().get(zero).verified()).isTrue();
        Result.Row gone = result.rows().get(new TopicPartition(other, 0));
        assertThat(gone.fate()).isEqualTo(Fate.FAILED);
        assertThat(gone.problem().orElseThrow().reason()).isEqualTo(Reason.TOPIC_NOT_FOUND);
    }

    @Test
    void aTimeoutAfterWhichTheCommitIsThereIsApplied() {
        OffsetMove move = move(
                (real, method, arguments) -> {
                    Object answer = method.getName().equals("commit") ? method.invoke(real, arguments) : null;
                    if (answer == null) {
                        return method.invoke(real, arguments);
                    }
                    Map<TopicPartition, Outcome<Written>> late = new LinkedHashMap<>();
                    commits(arguments).keySet().forEach(partition -> late.put(partition, Outcome.failed(timeout())));
                    return late;
                },
                "earliest",
                "earliest");

        Result result = move.carryOut();

        assertThat(result.status()).isEqualTo(Status.APPLIED);
        assertThat(result.rows().get(zero).verified()).isTrue();
    }

    @Test
    void aTimeoutAfterWhichItIsNotThereIsUnknownAndNotTriedAgain() {
        int[] calls = {0};
        OffsetMove move = move(
                (real, method, arguments) -> {
                    if (!method.getName().equals("commit")) {
                        return method.invoke(real, arguments);
                    }
                    calls[0]++;
                    Map<TopicPartition, Outcome<Written>> lost = new LinkedHashMap<>();
                    commits(arguments).keySet().forEach(partition -> lost.put(partition, Outcome.failed(timeout())));
                    return lost;
                },
                "earliest",
                "earliest");

        Result result = move.carryOut();

        assertThat(result.status()).isEqualTo(Status.UNKNOWN);
        assertThat(result.rows().get(zero).fate()).isEqualTo(Fate.UNKNOWN);
        assertThat(calls[0]).isEqualTo(1);
        assertThat(committed()
                        .get(new org.apache.kafka.common.TopicPartition(topic, 0))
                        .offset())
                .isEqualTo(10);
    }

    @Test
    void commitsAreDeletedOnlyWhenAllOthersWereMoved() {
        OffsetMove move = move(
                (real, method, arguments) -> {
                    if (!method.getName().equals("commit")) {
                        return method.invoke(real, arguments);
                    }
                    Map<TopicPartition, Outcome<Written>> denied = new LinkedHashMap<>();
                    commits(arguments)
                            .keySet()
                            .forEach(partition -> denied.put(
                                    partition,
                                    Outcome.failed(new ClusterException(Reason.NOT_AUTHORIZED, "No Read."))));
                    return denied;
                },
                "earliest",
                "none");

        Result result = move.carryOut();

        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.rows().get(one).problem().orElseThrow()).hasMessageContaining("Left alone");
        assertThat(committed()).hasSize(2);
    }

    @Test
    void aWriterBesideUsShowsAsNotVerified() {
        OffsetMove move = move(
                (real, method, arguments) -> {
                    Object answer = method.invoke(real, arguments);
                    if (method.getName().equals("commit")) {
                        kafka.commit(group, Map.of(new org.apache.kafka.common.TopicPartition(topic, 1), 17L));
                    }
                    return answer;
                },
                "earliest",
                "earliest");

        Result result = move.carryOut();

        assertThat(result.rows().get(zero).verified()).isTrue();
        assertThat(result.rows().get(one).fate()).isEqualTo(Fate.APPLIED);
        assertThat(result.rows().get(one).verified()).isFalse();
    }

    @Test
    void whatCannotBeReadBackIsNotVerified() {
        OffsetMove move = move(
                (real, method, arguments) -> {
                    if (method.getName().equals("commitsOn")) {
                        throw timeout();
                    }
                    return method.invoke(real, arguments);
                },
                "earliest",
                "latest");

        Result result = move.carryOut();

        assertThat(result.status()).isEqualTo(Status.APPLIED);
        assertThat(result.rows().get(zero).verified()).isFalse();
    }

    @Test
    void aMemberThatJoinsAtTheLastMomentIsInTheWay() {
        OffsetMove move = move((real, method, arguments) -> method.invoke(real, arguments), "earliest", "earliest");
        try (dev.fathom.testing.LiveGroup reader =
                kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
            assertThat(reader).isNotNull();

            assertThatThrownBy(move::again)
                    .isInstanceOf(dev.fathom.operation.RefusedException.class)
                    .hasMessageContaining("1 member");
            Result late = move.carryOut();

            assertThat(late.status()).isIn(Status.FAILED, Status.UNKNOWN);
            late.rows().values().stream()
                    .filter(row -> row.fate() == Fate.FAILED)
                    .forEach(row ->
                            assertThat(row.problem().orElseThrow().reason()).isEqualTo(Reason.GROUP_NOT_EMPTY));
        }
    }

    @Test
    void aMoveOfMoreThanABatchHoldsIsMadeInSeveral() {
        // A coordinator writes a request as one batch of at most a megabyte; these are eight hundred kilobytes.
        String wide = kafka.topic(200);
        Map<TopicPartition, Commit> commits = new LinkedHashMap<>();
        for (int partition = 0; partition < 200; partition++) {
            commits.put(
                    new TopicPartition(wide, partition),
                    new Commit(0, java.util.OptionalInt.empty(), "m".repeat(4000)));
        }
        GroupListing listing = reader.committed(local(), group, new GroupReader.Look.Nowhere(), false)
                .orElseThrow()
                .listing();

        Map<TopicPartition, Outcome<Written>> outcomes = local().commit(listing, commits);

        assertThat(outcomes.values()).allMatch(outcome -> outcome.value().isPresent());
        assertThat(committed()).hasSize(202);
    }
}
