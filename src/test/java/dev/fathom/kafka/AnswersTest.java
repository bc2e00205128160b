package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Reachability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.apache.kafka.common.protocol.types.SchemaException;
import org.junit.jupiter.api.Test;

/** What one item of a batch does to the others. */
class AnswersTest {

    private final Answers answers = new Answers(
            Deadline.in(Duration.ofSeconds(10)),
            new Translator("local", () -> new Reachability(Reachability.Status.UP, Instant.EPOCH, Optional.empty())),
            new Answers.Listener() {
                @Override
                public void heard() {}

                @Override
                public void heard(Throwable failure) {}
            });

    private final List<Integer> asked = new ArrayList<>();

    /** As the client answers: with one item it cannot read it reads none of them. */
    private Map<Integer, Outcome<String>> batch(Collection<Integer> items, Predicate<Integer> unreadable) {
        asked.add(items.size());
        boolean spoilt = items.stream().anyMatch(unreadable);
        Map<Integer, KafkaFuture<String>> futures = new LinkedHashMap<>();
        items.forEach(item -> futures.put(
                item,
                spoilt ? failed(new SchemaException("Buffer underflow")) : KafkaFuture.completedFuture("" + item)));
        return answers.outcomes(futures, text -> text, item -> "read " + item);
    }

    private static KafkaFuture<String> failed(RuntimeException why) {
        KafkaFutureImpl<String> future = new KafkaFutureImpl<>();
        future.completeExceptionally(why);
        return future;
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static Set<Integer> failed(Map<Integer, Outcome<String>> outcomes) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getValue().problem().isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Test
    void oneThatCannotBeReadAmongAThousandFailsAloneForTwentyCalls() {
        Predicate<Integer> unreadable = item -> item == 777;

        Map<Integer, Outcome<String>> outcomes =
                answers.apart(batch(numbers(1000), unreadable), some -> batch(some, unreadable));

        assertThat(outcomes).hasSize(1000);
        assertThat(failed(outcomes)).containsExactly(777);
        assertThat(asked).hasSizeBetween(19, 21);
    }

    @Test
    void twoThatCannotBeReadFailAlone() {
        Set<Integer> unreadable = Set.of(3, 96);

        Map<Integer, Outcome<String>> outcomes =
                answers.apart(batch(numbers(100), unreadable::contains), some -> batch(some, unreadable::contains));

        assertThat(failed(outcomes)).isEqualTo(unreadable);
    }

    @Test
    void whereNothingCanBeReadTheCallsEnd() {
        Map<Integer, Outcome<String>> outcomes =
                answers.apart(batch(numbers(1000), item -> true), some -> batch(some, item -> true));

        assertThat(failed(outcomes)).hasSize(1000);
        assertThat(asked.size()).isLessThanOrEqualTo(66);
    }

    @Test
    void whatABrokerRefusedIsNotAskedAgain() {
        Map<Integer, KafkaFuture<String>> futures = Map.of(
                1, failed(new GroupAuthorizationException("no")), 2, failed(new GroupAuthorizationException("no")));

        Map<Integer, Outcome<String>> outcomes = answers.apart(
                answers.outcomes(futures, text -> text, item -> "read " + item), some -> batch(some, item -> false));

        assertThat(asked).isEmpty();
        assertThat(outcomes.get(1).problem().orElseThrow().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
    }

    @Test
    void oneThatCannotBeTakenInFailsAlone() {
        Map<Integer, KafkaFuture<String>> futures =
                Map.of(1, KafkaFuture.completedFuture("1"), 2, KafkaFuture.completedFuture("two"));

        Map<Integer, Outcome<Integer>> outcomes = answers.outcomes(futures, Integer::valueOf, item -> "read " + item);

        assertThat(outcomes.get(1).value()).contains(1);
        assertThat(outcomes.get(2).problem()).isPresent();
    }
}
