package dev.fathom.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.WithConsumers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How quickly many managed consumers are defined. */
@FathomTest
class ManagedConsumersTest extends WithConsumers {

    private static final Duration IN_TIME = Duration.ofSeconds(5);
    private static final int ROUNDS = 3;

    ManagedConsumersTest() {
        super(Api.underTest());
    }

    /** The best of some rounds counts, since the machine may do something else in one of them. */
    @Test
    void aHundredAtOnceAreDefinedWithinFiveSeconds() throws Exception {
        String topic = kafka.topic(1);
        // The first of all makes the pool's topics.
        consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
        Round best = defineAHundred(topic);
        for (int round = 1; round < ROUNDS && !best.isGood(); round++) {
            best = defineAHundred(topic);
        }
        assertThat(best.answers())
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(201));
        assertThat(best.took()).isLessThan(IN_TIME);
    }

    private record Round(List<Answer> answers, Duration took) {

        private boolean isGood() {
            return took.compareTo(IN_TIME) < 0 && answers.stream().allMatch(answer -> answer.status() == 201);
        }
    }

    private Round defineAHundred(String topic) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(100);
        try {
            List<String> names =
                    IntStream.range(0, 100).mapToObj(i -> Kafka.unique("many")).toList();
            names.forEach(consumers::alsoDelete);
            List<CompletableFuture<Answer>> defining = new ArrayList<>();
            long began = System.nanoTime();
            for (String name : names) {
                String body = Consumers.body(name, reading(topic, "'sink':{'type':'log','level':'debug'}"))
                        .replaceFirst("\\{", "{\"desired\":\"stopped\",");
                defining.add(CompletableFuture.supplyAsync(() -> api.post(consumers.base(), body), callers));
            }
            List<Answer> answers = new ArrayList<>();
            for (CompletableFuture<Answer> answer : defining) {
                answers.add(answer.get());
            }
            return new Round(answers, Duration.ofNanos(System.nanoTime() - began));
        } finally {
            callers.shutdownNow();
        }
    }
}
