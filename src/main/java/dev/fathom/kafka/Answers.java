package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.ApiException;

/** The one bridge from the client's futures to answers: waits under the request's deadline, translates what failed. */
final class Answers {

    /** The client ends its calls at the deadline itself and says why; this is how much later we stop listening. */
    private static final int GRACE_MILLIS = 250;

    /** Enough to find three bad items among a thousand. */
    private static final int MOST_CALLS_APART = 64;

    private final Deadline deadline;
    private final Translator translator;
    private final Listener listener;

    /** Is told the outcome of each question: a broker that answers is up, however slow. */
    interface Listener {

        void heard();

        /** A question failed, which may be an answer too. */
        void heard(Throwable failure);
    }

    Answers(Deadline deadline, Translator translator, Listener listener) {
        this.deadline = deadline;
        this.translator = translator;
        this.listener = listener;
    }

    <T> T await(KafkaFuture<T> future, String asked) {
        T answer = gathered(future, asked);
        listener.heard();
        return answer;
    }

    /** For what the client gathers from several brokers: it succeeds even where none of them answered. */
    <T> T gathered(KafkaFuture<T> future, String asked) {
        try {
            return future.get(deadline.graceLeft(GRACE_MILLIS).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            listener.heard(e);
            throw translator.translate(e, asked);
        }
    }

    <T> Outcome<T> outcome(KafkaFuture<T> future, String asked) {
        return outcome(() -> await(future, asked), asked);
    }

    /** @param reading of the answer; where it fails, so does this item */
    <T, R> Outcome<R> outcome(KafkaFuture<T> future, Function<? super T, ? extends R> reading, String asked) {
        return outcome(() -> reading.apply(await(future, asked)), asked);
    }

    <T> Outcome<T> outcome(Supplier<T> answer, String asked) {
        try {
            return Outcome.known(answer.get());
        } catch (RuntimeException e) {
            return Outcome.failed(translator.translate(e, asked));
        }
    }

    /** Waits for all, each on its own: one that fails is one failed outcome. */
    <K, T, R> Map<K, Outcome<R>> outcomes(
            Map<K, KafkaFuture<T>> futures, Function<T, R> reading, Function<K, String> asked) {
        Map<K, Outcome<R>> outcomes = new LinkedHashMap<>();
        futures.forEach((key, future) -> outcomes.put(key, outcome(future, reading, asked.apply(key))));
        return outcomes;
    }

    /** Whether there was an answer that the client could not read. */
    static boolean unread(ClusterException problem) {
        Throwable cause = problem.getCause();
        return cause instanceof RuntimeException
                && !(cause instanceof ApiException)
                && !(cause instanceof ClusterException);
    }

    static <K, R> List<K> unread(Map<K, Outcome<R>> outcomes) {
        return outcomes.entrySet().stream()
                .filter(entry ->
                        entry.getValue().problem().filter(Answers::unread).isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Asks again for what failed because the client could not read an answer. It takes an answer in as a whole, so
     * one item it cannot read spoils all that were asked for with it. By halves, so that one among a thousand takes twenty
     * calls to find. For questions only: a change that was sent is not sent again.
     */
    <K, R> Map<K, Outcome<R>> apart(Map<K, Outcome<R>> outcomes, Function<Set<K>, Map<K, Outcome<R>>> ask) {
        Deque<List<K>> spoilt = new ArrayDeque<>(List.of(unread(outcomes)));
        int calls = 0;
        while (!spoilt.isEmpty() && calls < MOST_CALLS_APART && !deadline.passed()) {
            List<K> together = spoilt.remove();
            int half = together.size() / 2;
            if (half > 0) {
                for (List<K> part : List.of(together.subList(0, half), together.subList(half, together.size()))) {
                    Map<K, Outcome<R>> again = ask.apply(new LinkedHashSet<>(part));
                    outcomes.putAll(again);
                    spoilt.add(unread(again));
                    calls++;
                }
            }
        }
        return outcomes;
    }
}
