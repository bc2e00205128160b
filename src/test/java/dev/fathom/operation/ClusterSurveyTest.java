package dev.fathom.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Outcome;
import dev.fathom.testing.FaultyCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several clusters asked the same, some of which do not answer. */
class ClusterSurveyTest {

    private static final Duration CALL = Duration.ofMillis(800);

    private final ClusterSurvey survey = new ClusterSurvey();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void end() {
        never.countDown();
        survey.close();
    }

    /** One that is asked nothing but its name and how much time is left. */
    private static Cluster named(String name) {
        long end = System.nanoTime() + CALL.toNanos();
        return FaultyCluster.of(null, (real, method, arguments) -> switch (method.getName()) {
            case "name" -> name;
            case "left" -> Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    /** Hangs where the name says so, longer than anybody waits. */
    private Optional<String> ask(Cluster cluster) {
        if (cluster.name().startsWith("hangs")) {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw ClusterException.interrupted(e);
            }
        }
        return cluster.name().startsWith("empty") ? Optional.empty() : Optional.of(cluster.name());
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void whatOneAnsweredIsThereAndTheOthersAreProblemsByTheEnd() {
        long begun = System.nanoTime();

        Map<String, Outcome<Optional<String>>> told =
                survey.ask(List.of(named("hangs 1"), named("b"), named("hangs 2"), named("empty")), this::ask);

        assertThat(told.keySet()).containsExactly("hangs 1", "b", "hangs 2", "empty");
        assertThat(told.get("b").orThrow()).contains("b");
        assertThat(told.get("empty").orThrow()).isEmpty();
        assertThat(told.get("hangs 1").failed(Reason.TIMED_OUT)).isTrue();
        assertThat(told.get("hangs 2").failed(Reason.TIMED_OUT)).isTrue();
        assertThat(since(begun)).isBetween(CALL, CALL.plusMillis(700));
    }

    @Test
    void whoSearchesWaitsForNobodyOnceItIsFound() {
        long begun = System.nanoTime();

        Map<String, Outcome<Optional<String>>> told =
                survey.ask(List.of(named("hangs 1"), named("empty"), named("c")), this::ask, Optional::isPresent);

        assertThat(told.get("c").orThrow()).contains("c");
        assertThat(told).doesNotContainKey("hangs 1");
        assertThat(since(begun)).isLessThan(CALL);
    }

    /** However few threads there are, and whoever holds them. */
    @Test
    void theEndIsTheSameWhereNoThreadIsFree() {
        List<Cluster> clusters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clusters.add(named("hangs " + i));
        }
        clusters.add(named("b"));
        long begun = System.nanoTime();

        Map<String, Outcome<Optional<String>>> told = survey.ask(clusters, this::ask);

        assertThat(told).hasSize(101);
        assertThat(told.values()).allSatisfy(outcome -> assertThat(outcome.failed(Reason.TIMED_OUT))
                .isTrue());
        assertThat(since(begun)).isLessThan(CALL.plusMillis(700));
    }

    @Test
    void theTimeOfTheQuestionsLeavesSomeForTheAnswer() {
        Arrival request = Arrival.now();

        assertThat(request.nanos() - ClusterSurvey.leavingTime(request).nanos())
                .isEqualTo(Duration.ofMillis(400).toNanos());
    }
}
