package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.KafkaFuture;

/** The one bridge from the client's futures to answers: waits under the request's deadline, translates what failed. */
final class Answers {

    /** The client ends its calls at the deadline itself and says why; this is how much later we stop listening. */
    private static final int GRACE_MILLIS = 250;

    private final Deadline deadline;
    private final Translator translator;

    Answers(Deadline deadline, Translator translator) {
        this.deadline = deadline;
        this.translator = translator;
    }

    <T> T await(KafkaFuture<T> future, String asked) {
        try {
            return future.get(deadline.millisLeftAnd(GRACE_MILLIS), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(ClusterException.Reason.UNAVAILABLE, "The service is shutting down.", e);
        } catch (ExecutionException | TimeoutException e) {
            throw translator.translate(e, asked);
        }
    }

    <T> Outcome<T> outcome(KafkaFuture<T> future, String asked) {
        try {
            return Outcome.known(await(future, asked));
        } catch (ClusterException e) {
            return Outcome.failed(e);
        }
    }

    /** Waits for all, each on its own: one that fails is one failed outcome. */
    <K, T, R> Map<K, Outcome<R>> outcomes(
            Map<K, KafkaFuture<T>> futures, Function<T, R> reading, Function<K, String> asked) {
        Map<K, Outcome<R>> outcomes = new LinkedHashMap<>();
        futures.forEach((key, future) ->
                outcomes.put(key, outcome(future, asked.apply(key)).map(reading)));
        return outcomes;
    }
}
