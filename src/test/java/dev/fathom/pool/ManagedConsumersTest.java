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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How quickly many managed consumers are defined. */
@FathomTest
class ManagedConsumersTest extends WithConsumers {

    private static final Duration IN_TIME = Duration.ofSeconds(5);
    private static final int AT_ONCE = 100;
    private static final int ROUNDS = 3;
    private static final int TRIES = 30;

    ManagedConsumersTest() {
        super(Api.underTest());
    }

    /**
     * Or, on a machine that is too slow for that, no slower than one after the other. The best of some rounds counts, since the machine
     * may do something else in one of them.
     */
    @Test
    void aHundredAtOnceAreDefinedWithinFiveSeconds() throws Exception {
        String topic = kafka.topic(1);
        // The first of all makes the pool's topics.
        consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
        Duration oneAfterTheOther = defined(topic, 10, 1).multipliedBy(AT_ONCE / 10);
        Duration bound = Collections.max(List.of(IN_TIME, oneAfterTheOther));
        Duration best = defined(topic, AT_ONCE, AT_ONCE);
        for (int round = 1; round < ROUNDS && best.compareTo(bound) >= 0; round++) {
            best = Collections.min(List.of(best, defined(topic, AT_ONCE, AT_ONCE)));
        }
        assertThat(best).as("one after the other: %s", oneAfterTheOther).isLessThan(bound);
    }

    /** How long it takes so many callers to define so many, of whom each who is told to comes back later. */
    private Duration defined(String topic, int count, int callers) throws Exception {
        ExecutorService calling = Executors.newFixedThreadPool(callers);
        try {
            List<String> names = IntStream.range(0, count)
                    .mapToObj(i -> Kafka.unique("many"))
                    .toList();
            names.forEach(consumers::alsoDelete);
            List<CompletableFuture<Answer>> defining = new ArrayList<>();
            long began = System.nanoTime();
            for (String name : names) {
                String body = Consumers.body(name, reading(topic, "'sink':{'type':'log','level':'debug'}"))
                        .replaceFirst("\\{", "{\"desired\":\"stopped\",");
                defining.add(CompletableFuture.supplyAsync(() -> define(body), calling));
            }
            for (CompletableFuture<Answer> answer : defining) {
                assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(201);
            }
            return Duration.ofNanos(System.nanoTime() - began);
        } finally {
            calling.shutdownNow();
        }
    }

    private Answer define(String body) {
        Answer answer = api.post(consumers.base(), body);
        for (int again = 0; again < TRIES && answer.status() == 429; again++) {
            LockSupport.parkNanos(Duration.ofSeconds(
                            Long.parseLong(answer.header("Retry-After").orElseThrow()))
                    .toNanos());
            answer = api.post(consumers.base(), body);
        }
        return answer;
    }
}
