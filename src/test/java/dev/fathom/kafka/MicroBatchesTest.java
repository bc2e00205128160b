package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.kafka.MicroBatches.Limits;
import dev.fathom.kafka.MicroBatches.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The laws of what travels together, by a clock that only the test moves. */
class MicroBatchesTest {

    private static final Limits LIMITS = new Limits(2, 5, 10);

    /** A clock with what is to happen at its times. */
    private static final class VirtualTime {
        private record Due(long at, Runnable task) {}

        private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
        private long millis = 1_000_000;

        Time time() {
            return new Time(
                    () -> TimeUnit.MILLISECONDS.toNanos(millis),
                    (task, after) -> due.add(new Due(millis + after, task)));
        }

        void pass(long span) {
            long until = millis + span;
            while (!due.isEmpty() && due.peek().at() <= until) {
                Due next = due.remove();
                millis = next.at();
                next.task().run();
            }
            millis = until;
        }
    }

    /** A broker that answers when it is told to. */
    private static final class Broker {
        private record Request(List<Integer> keys, Deadline until, Map<Integer, CompletableFuture<String>> answers) {}

        private final List<Request> requests = new ArrayList<>();

        Map<Integer, CompletableFuture<String>> send(List<Integer> keys, Deadline until) {
            Map<Integer, CompletableFuture<String>> answers = new HashMap<>();
            keys.forEach(key -> answers.put(key, new CompletableFuture<>()));
            requests.add(new Request(keys, until, answers));
            return answers;
        }

        void answer(int request) {
            requests.get(request).answers().forEach((key, answer) -> answer.complete(request + ":" + key));
        }

        List<List<Integer>> sent() {
            return requests.stream().map(Request::keys).toList();
        }
    }

    private final VirtualTime clock = new VirtualTime();
    private final Broker broker = new Broker();
    private final MicroBatches<Integer, String> batches =
            new MicroBatches<>(LIMITS, key -> 1, broker::send, clock.time());

    private static Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds));
    }

    private Map<Integer, CompletableFuture<String>> ask(Integer... keys) {
        return batches.ask(List.of(keys), in(5));
    }

    @Example
    void whoComesAloneIsSentAtOnce() {
        ask(1);
        ask(2);

        assertThat(broker.sent()).containsExactly(List.of(1), List.of(2));
    }

    @Example
    void whoComesWhileOthersAreOnTheirWayTravelsTogether() {
        ask(1);
        ask(2);
        ask(3);
        ask(4);
        assertThat(broker.sent()).hasSize(2);

        broker.answer(0);

        assertThat(broker.sent()).containsExactly(List.of(1), List.of(2), List.of(3, 4));
    }

    @Example
    void nobodyWaitsLongerThanAFewMillisecondsForThoseOnTheirWay() {
        ask(1);
        ask(2);
        ask(3);
        clock.pass(4);
        assertThat(broker.sent()).hasSize(2);
        ask(4);
        clock.pass(1);

        assertThat(broker.sent()).containsExactly(List.of(1), List.of(2), List.of(3, 4));
    }

    @Example
    void aSilentBrokerIsSentARequestEveryFewMillisecondsAndNoMore() {
        ask(1);
        ask(2);
        for (int i = 3; i < 103; i++) {
            ask(i);
            clock.pass(1);
        }

        assertThat(broker.sent().size()).isBetween(10, 2 + 100 / 5);
    }

    @Example
    void anAnswerIsNeverOneThatWasBegunBeforeItWasAskedFor() {
        Map<Integer, CompletableFuture<String>> before = ask(1);
        ask(2);
        Map<Integer, CompletableFuture<String>> after = ask(1);
        broker.answer(0);

        assertThat(before.get(1)).isCompletedWithValue("0:1");
        assertThat(after.get(1)).isNotDone();
        broker.answer(2);
        assertThat(after.get(1)).isCompletedWithValue("2:1");
    }

    @Example
    void theSameQuestionOfSeveralWhoWaitIsAskedOnce() {
        ask(1);
        ask(2);
        Map<Integer, CompletableFuture<String>> one = ask(3);
        Map<Integer, CompletableFuture<String>> other = ask(3);
        broker.answer(0);
        broker.answer(2);

        assertThat(broker.sent()).containsExactly(List.of(1), List.of(2), List.of(3));
        assertThat(one.get(3)).isCompletedWithValue("2:3");
        assertThat(other.get(3)).isCompletedWithValue("2:3");
    }

    @Example
    void whoGivesUpTakesTheAnswerFromNobody() {
        ask(1);
        ask(2);
        Map<Integer, CompletableFuture<String>> one = ask(3);
        Map<Integer, CompletableFuture<String>> other = ask(3);
        one.get(3).cancel(true);
        broker.answer(0);
        broker.answer(2);

        assertThat(other.get(3)).isCompletedWithValue("2:3");
    }

    @Example
    void aRequestLivesAsLongAsTheLongestDeadline() {
        Deadline late = in(60);
        ask(1);
        ask(2);
        batches.ask(List.of(3), in(1));
        batches.ask(List.of(4), late);
        batches.ask(List.of(3), in(2));
        broker.answer(0);

        assertThat(broker.requests.get(2).until()).isSameAs(late);
    }

    @Example
    void whatFailsIsTheProblemOfItsOwnKey() {
        ask(1);
        ask(2);
        Map<Integer, CompletableFuture<String>> answers = ask(3, 4);
        broker.answer(0);
        broker.requests.get(2).answers().get(3).completeExceptionally(new IllegalStateException("no"));
        broker.requests.get(2).answers().get(4).complete("yes");

        assertThat(answers.get(4)).isCompletedWithValue("yes");
        assertThatThrownBy(answers.get(3)::join).hasRootCauseMessage("no");
    }

    @Example
    void whereNothingCanBeSentEveryoneIsToldAndTheNextAreTriedAnew() {
        List<List<Integer>> tried = new ArrayList<>();
        MicroBatches<Integer, String> closed = new MicroBatches<>(
                LIMITS,
                key -> 1,
                (keys, until) -> {
                    tried.add(keys);
                    throw new IllegalStateException("closed");
                },
                clock.time());
        for (int i = 0; i < 10; i++) {
            Map<Integer, CompletableFuture<String>> answers = closed.ask(List.of(1, 2), in(5));
            assertThatThrownBy(answers.get(1)::join).hasRootCauseMessage("closed");
            assertThatThrownBy(answers.get(2)::join).hasRootCauseMessage("closed");
        }

        assertThat(tried).hasSize(10);
        assertThat(closed.inFlight()).isZero();
    }

    @Example
    void aKeyThatTheAnswerLacksIsToldSo() {
        MicroBatches<Integer, String> forgetful =
                new MicroBatches<>(LIMITS, key -> 1, (keys, until) -> Map.of(), clock.time());

        assertThat(forgetful.ask(List.of(1), in(5)).get(1)).isCompletedExceptionally();
        assertThat(forgetful.inFlight()).isZero();
    }

    @Property(tries = 200)
    void everyoneIsAnsweredOnceAndNoRequestIsTooHeavy(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 60) int steps) {
        VirtualTime time = new VirtualTime();
        Broker slow = new Broker();
        MicroBatches<Integer, String> asked = new MicroBatches<>(LIMITS, key -> 1 + key % 4, slow::send, time.time());
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        Set<Integer> wanted = new HashSet<>();
        int answered = 0;
        for (int step = 0; step < steps; step++) {
            Collection<Integer> keys = IntStream.range(0, 1 + random.nextInt(4))
                    .map(i -> random.nextInt(30))
                    .boxed()
                    .toList();
            wanted.addAll(keys);
            waiting.addAll(asked.ask(keys, in(5)).values());
            time.pass(random.nextInt(4));
            if (random.nextBoolean() && answered < slow.requests.size()) {
                slow.answer(answered++);
            }
        }
        while (waiting.stream().anyMatch(answer -> !answer.isDone())) {
            time.pass(5);
            while (answered < slow.requests.size()) {
                slow.answer(answered++);
            }
        }

        assertThat(asked.inFlight()).isZero();
        assertThat(slow.sent().stream().flatMap(List::stream)).containsAll(wanted);
        assertThat(slow.sent()).allSatisfy(keys -> {
            assertThat(keys).doesNotHaveDuplicates();
            assertThat(keys.stream().mapToInt(key -> 1 + key % 4).sum()).isLessThanOrEqualTo(10);
        });
        assertThat(waiting).allSatisfy(answer -> assertThat(answer).isCompleted());
    }
}
