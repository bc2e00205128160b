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

    ManagedConsumersTest() {
        super(Api.underTest());
    }

    @Test
    void aHundredAtOnceAreDefinedWithinFiveSeconds() throws Exception {
        String topic = kafka.topic(1);
        // The first of all makes the pool's topics.
        consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
        ExecutorService callers = Executors.newFixedThreadPool(100);
        try {
            List<String> names =
                    IntStream.range(0, 100).mapToObj(i -> Kafka.unique("many")).toList();
            names.forEach(consumers::alsoDelete);
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            long began = System.nanoTime();
            for (String name : names) {
                String body = Consumers.body(name, reading(topic, "'sink':{'type':'log','level':'debug'}"))
                        .replaceFirst("\\{", "{\"desired\":\"stopped\",");
                answers.add(CompletableFuture.supplyAsync(() -> api.post(consumers.base(), body), callers));
            }
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(201);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertThat(took).isLessThan(Duration.ofSeconds(5));
        } finally {
            callers.shutdownNow();
        }
    }
}
