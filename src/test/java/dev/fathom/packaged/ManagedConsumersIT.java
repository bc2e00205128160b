package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import dev.fathom.testing.WithConsumers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How managed consumers share what they have, and what they say of themselves, on a real broker and a real webhook. Beside each other: they mostly wait. */
@Order(5)
@Execution(ExecutionMode.CONCURRENT)
class ManagedConsumersIT extends WithConsumers {

    private static final String SLOW_TO_RETRY = "'retry':{'initial':'PT50S','max':'PT60S','jitter':'none'},";
    private static final Duration SOON = Duration.ofSeconds(20);

    ManagedConsumersIT() {
        super(SharedService.api());
    }

    private static long of(Hook hook, int partition) {
        return hook.calls().stream()
                .filter(call -> call.partition() == partition)
                .count();
    }

    private JsonNode partition(String name) {
        return consumers.stats(name).get("members").get(0).get("partitions").get(0);
    }

    private void awaitLag(String name, long lag) {
        consumers.await(name, "lag " + lag, known -> known.path("lag").asLong(-1) == lag);
    }

    @Nested
    class ItsQueue {

        @Test
        void isNotFilledByAPartitionThatBacksOff() {
            String topic = kafka.topic(3);
            kafka.produce(topic, 0, 300);
            try (Hook hook = Hook.answering(call -> Reply.of(call.partition() == 0 ? 500 : 200))) {
                String name = consumers.define(reading(topic, SLOW_TO_RETRY + to(hook)));
                consumers.awaitState(name, "degraded");

                kafka.produce(topic, 1, 300);
                kafka.produce(topic, 2, 300);

                await().atMost(SOON).until(() -> of(hook, 1) == 300 && of(hook, 2) == 300);
                assertThat(of(hook, 0)).isEqualTo(1);
                assertThat(consumers.total(name, "queueLength")).isLessThanOrEqualTo(100);
                // Nothing of it is lost: what was given back is fetched again.
                hook.script(call -> Reply.of(200));
                consumers.tell(name, "restart");
                consumers.awaitDone(name);
                assertThat(of(hook, 0)).isEqualTo(301);
            }
        }

        @Test
        void isSharedByAllPartitionsWhileTheyCatchUp() {
            String topic = kafka.topic(4);
            IntStream.range(0, 4).forEach(partition -> kafka.produce(topic, partition, 200));
            try (Hook hook = Hook.answering(call -> new Reply(200, Map.of(), 5))) {
                consumers.define(reading(topic, to(hook)));

                await().atMost(SOON).until(() -> hook.calls().size() >= 400);

                IntStream.range(0, 4).forEach(partition -> assertThat(
                                hook.calls().stream().limit(400).filter(call -> call.partition() == partition))
                        .as("of partition " + partition)
                        .hasSizeGreaterThan(50));
            }
        }
    }

    @Nested
    class ItsLag {

        @Test
        void isThatOfTheLogsAlsoWhileItDoesNotFetch() {
            String topic = kafka.topic(1);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                kafka.produce(topic, 0, 10);
                consumers.awaitDone(name);
                awaitLag(name, 0);

                consumers.tell(name, "pause");
                consumers.awaitState(name, "paused");
                kafka.produce(topic, 0, 200);
                awaitLag(name, 200);
                assertThat(partition(name).get("lastOffset").asLong()).isEqualTo(210);
                assertThat(partition(name).get("lag").asLong()).isEqualTo(200);
                assertThat(Duration.parse(partition(name).get("timeLag").asText()))
                        .isPositive();

                consumers.tell(name, "stop");
                consumers.awaitState(name, "stopped");
                kafka.produce(topic, 0, 5);
                awaitLag(name, 205);
                assertThat(partition(name).get("lastOffset").asLong()).isEqualTo(215);
                assertThat(partition(name).get("position").asLong()).isEqualTo(10);
                assertThat(partition(name).has("timeLag")).isTrue();

                hook.script(call -> Reply.of(503));
                consumers.tell(name, "start");
                consumers.await(
                        name, "the breaker opens", any -> consumers.events(name).contains("breaker-opened"));
                kafka.produce(topic, 0, 200);
                await().atMost(SOON).untilAsserted(() -> {
                    JsonNode stats = consumers.stats(name);
                    long held = stats.at("/total/queueLength").asLong();
                    assertThat(partition(name).get("lastOffset").asLong()).isEqualTo(415);
                    assertThat(partition(name).get("lag").asLong()).isEqualTo(405 - held);
                });
                long held = consumers.total(name, "queueLength");
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(api.get("/q/metrics").text())
                                .containsPattern("fathom_pool_consumer_lag\\{[^}]*consumer=\"" + name + "\"[^}]*\\} "
                                        + (405 - held) + "\\.0"));
            }
        }

        @Test
        void isNotWhatMakesItHealthyWhileARecordIsTriedAgain() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 2);
            AtomicInteger calls = new AtomicInteger();
            // It fails at once, and then hangs: for most of the time it is neither taken nor put off.
            try (Hook hook = Hook.answering(
                    call -> calls.getAndIncrement() == 0 ? Reply.of(500) : new Reply(200, Map.of(), 4000))) {
                String name = consumers.define(
                        reading(topic, "'retry':{'initial':'PT0.05S'},'handlerTimeout':'PT60S'," + to(hook)));
                await().atMost(SOON).until(() -> hook.calls().size() == 2);

                JsonNode degraded = consumers.awaitState(name, "degraded");

                assertThat(degraded.get("reason").asText()).contains("500").contains(topic + "-0@0");
                assertThat(hook.calls()).hasSize(2);
                consumers.awaitState(name, "running");
            }
        }
    }

    @Nested
    class ItsCommits {

        private String resets(String name) {
            return consumers.base() + "/" + name + "/resets";
        }

        private void awaitCalls(Hook hook, int count) {
            await().atMost(SOON).until(() -> hook.calls().size() == count);
        }

        private String toNothing(String topic) {
            return "{\"dryRun\":false,\"targets\":[{\"topic\":\"" + topic + "\",\"to\":\"none\"}]}";
        }

        /** The place they were at is not to come back from what members said. */
        @Test
        void areGoneOnceTheyWereTakenAway() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 6);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitDone(name);
                awaitCalls(hook, 6);

                Answer running = api.post(resets(name), toNothing(topic));
                assertThat(running.status()).as(running.text()).isEqualTo(202);
                awaitCalls(hook, 12);
                consumers.awaitDone(name);
                consumers.awaitEvent(name, "position-chosen");

                consumers.tell(name, "stop");
                consumers.awaitState(name, "stopped");
                String group = consumers.get(name).get("group").asText();
                Answer stopped = api.post(group + "/resets", toNothing(topic));
                assertThat(stopped.status()).as(stopped.text()).isEqualTo(200);
                consumers.tell(name, "start");
                awaitCalls(hook, 18);
                consumers.awaitDone(name);
            }
        }

        @Test
        void areMadeWayForByAnUndoThatSaysSo() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 6);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitDone(name);
                awaitCalls(hook, 6);
                Answer moving = api.post(resets(name), "{\"dryRun\":false,\"to\":\"latest-2\"}");
                assertThat(moving.status()).as(moving.text()).isEqualTo(202);
                awaitCalls(hook, 8);
                consumers.awaitState(name, "running");
                consumers.awaitDone(name);
                String undo = moving.json().get("operation").asText() + "/undo";

                Answer refused = api.post(undo, "{\"dryRun\":false,\"overwriteChanged\":true}");
                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.text()).contains("pauseConsumers");
                String pausing = ",\"overwriteChanged\":true,\"pauseConsumers\":true}";
                Answer plan = api.post(undo, "{\"dryRun\":true" + pausing);
                assertThat(plan.ok().get("applicable").asBoolean())
                        .as(plan.text())
                        .isTrue();
                kafka.produce(topic, 0, 1);
                awaitCalls(hook, 9);
                Answer undone = api.post(
                        undo,
                        "{\"dryRun\":false" + pausing,
                        "If-Match",
                        plan.header("ETag").orElseThrow());

                assertThat(undone.status()).as(undone.text()).isEqualTo(202);
                // Back to 6, of what is 7 by now.
                awaitCalls(hook, 10);
                await().atMost(SOON).untilAsserted(() -> assertThat(
                                api.get(undone.json().get("operation").asText())
                                        .ok()
                                        .get("status")
                                        .asText())
                        .isEqualTo("applied"));
                consumers.awaitState(name, "running");

                // The service's own first move, undone, leaves nothing: as when it began.
                String first = first(consumers.get(name).get("group").asText()) + "/undo";
                Answer again = api.post(first, "{\"dryRun\":true" + pausing);
                Answer absent = api.post(
                        first,
                        "{\"dryRun\":false" + pausing,
                        "If-Match",
                        again.header("ETag").orElseThrow());
                assertThat(absent.status()).as(absent.text()).isEqualTo(202);
                awaitCalls(hook, 17);
                consumers.awaitDone(name);
            }
        }

        private String first(String group) {
            JsonNode all = api.get(
                            "/api/v1/operations?cluster=local&group=" + group.substring(group.lastIndexOf('/') + 1))
                    .ok()
                    .get("items");
            return all.get(all.size() - 1).get("self").asText();
        }
    }
}
