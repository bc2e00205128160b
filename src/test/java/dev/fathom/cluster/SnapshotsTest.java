package dev.fathom.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.ClusterException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Snapshots<String, Integer> snapshots = new Snapshots<>(LONG, 10, Clock.systemUTC());
    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        go.countDown();
        callers.shutdownNow();
    }

    /** The number of answers begun so far, told once all may go. */
    private int slowly() {
        int number = begun.incrementAndGet();
        try {
            go.await();
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        }
        return number;
    }

    private Future<Integer> ask(boolean fresh) {
        return callers.submit(
                () -> snapshots.get("question", fresh, LONG, this::slowly).value());
    }

    @Test
    void callersShareOneAnswer() throws ExecutionException, InterruptedException {
        List<Future<Integer>> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asked.add(ask(false));
        }
        await().until(() -> begun.get() == 1);
        go.countDown();

        for (Future<Integer> answer : asked) {
            assertThat(answer.get()).isEqualTo(1);
        }
    }

    @Test
    void aFreshAnswerIsNeverOneThatWasBegunBefore() throws ExecutionException, InterruptedException {
        Future<Integer> before = ask(false);
        await().until(() -> begun.get() == 1);
        Future<Integer> fresh = ask(true);
        await().until(() -> begun.get() == 2);
        go.countDown();

        assertThat(before.get()).isEqualTo(1);
        assertThat(fresh.get()).isEqualTo(2);
    }

    @Test
    void freshAnswersThatAreWantedTogetherAreShared() throws ExecutionException, InterruptedException {
        List<Future<Integer>> asked = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            asked.add(callers.submit(() -> {
                all.countDown();
                all.await();
                int before = begun.get();
                int answer = snapshots.get("question", true, LONG, this::slowly).value();
                assertThat(answer).isGreaterThan(before);
                return answer;
            }));
        }
        await().until(() -> begun.get() >= 3);
        go.countDown();
        for (Future<Integer> answer : asked) {
            answer.get();
        }

        // Two at once, and one every few milliseconds while those are on the way.
        assertThat(begun.get()).isLessThan(100);
    }

    @Test
    void aFreshAnswerThatFailsIsToldToAllWhoWaitForItAndTriedAnewByTheNext() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> snapshots.get("question", true, LONG, () -> {
                        throw new ClusterException(Reason.UNAVAILABLE, "down");
                    }))
                    .hasMessage("down");
        }

        assertThat(snapshots.get("question", true, LONG, () -> 7).value()).isEqualTo(7);
        assertThat(snapshots.get("question", false, LONG, () -> 8).value()).isEqualTo(7);
    }

    @Test
    void whoHasNoTimeLeftGivesUpWaitingAndTheOthersDoNot() throws ExecutionException, InterruptedException {
        Future<Integer> patient = ask(false);
        await().until(() -> begun.get() == 1);

        assertThatThrownBy(() -> snapshots.get("question", false, Duration.ZERO, this::slowly))
                .isInstanceOfSatisfying(
                        ClusterException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMED_OUT));
        go.countDown();
        assertThat(patient.get()).isEqualTo(1);
        assertThat(begun.get()).isEqualTo(1);
    }

    /** Two are on the way and a third is about to be begun; whoever joins that waits by a time of his own. */
    @Test
    void whoJoinsAFreshAnswerWaitsNoLongerThanHisOwnTime() throws ExecutionException, InterruptedException {
        Future<Integer> patient = ask(true);
        List<Future<Integer>> hurried = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            hurried.add(callers.submit(() -> {
                all.countDown();
                all.await();
                return snapshots
                        .get("question", true, Duration.ZERO, this::slowly)
                        .value();
            }));
        }
        // Those who joined give up, and those who make an answer wait for what they make.
        await().until(() -> hurried.stream().anyMatch(Future::isDone));
        int gaveUp = 0;
        go.countDown();
        for (Future<Integer> answer : hurried) {
            try {
                answer.get();
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(ClusterException.class, problem -> assertThat(problem.reason())
                                .isEqualTo(Reason.TIMED_OUT));
                gaveUp++;
            }
        }
        assertThat(gaveUp).isPositive();
        assertThat(patient.get()).isPositive();
    }
}
