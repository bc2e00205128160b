package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Managed consumers on two replicas. */
@Order(2)
class ConsumersIT extends OnTwoReplicas {

    @Test
    void endingUnderLoadDrainsCommitsAndLeaves() throws InterruptedException {
        String topic = kafka.topic(2);
        for (int partition = 0; partition < 2; partition++) {
            kafka.produce(topic, partition, 2000);
        }
        try (Hook hook = Hook.answering(call -> new Reply(200, Map.of(), 10))) {
            String name = onBoth(topic, "'members':2," + webhook(hook));
            await().until(() -> hook.calls().size() > 100);

            Duration took = one.terminate();

            assertThat(took).isLessThan(Duration.ofSeconds(25));
            // It left: nobody waits for its session to end.
            await().atMost(Duration.ofSeconds(8)).untilAsserted(() -> {
                JsonNode members = two.api()
                        .get("/api/v1/clusters/local/groups/fathom." + name + "/members?fresh=true")
                        .ok()
                        .get("items");
                List<Integer> owned = new ArrayList<>();
                members.forEach(member -> member.get("assignment")
                        .forEach(topics -> topics.get("partitions").forEach(number -> owned.add(number.asInt()))));
                assertThat(owned).containsExactlyInAnyOrder(0, 1);
            });
            await().atMost(Duration.ofSeconds(60)).until(() -> hook.calls().size() >= 4000);
            seenByTwo.awaitDone(name);
            Map<String, Integer> times = new TreeMap<>();
            hook.calls().forEach(call -> times.merge(call.place(), 1, Integer::sum));
            assertThat(times).hasSize(4000);
            // What it had in hand was taken and committed before it left.
            assertThat(times.values()).allMatch(count -> count == 1);
            // What it counted while it drained, and another member had its slot, is not forgotten.
            seenByTwo.awaitTotal(name, "delivered", 4000);
            delete(two, name);
        }
    }

    @Test
    void aSinkThatHangsHoldsNoEndUpForLongerThanPromised() throws InterruptedException {
        String topic = kafka.topic(2);
        try (Hook hook = Hook.answering(call -> Reply.never())) {
            String name = onBoth(topic, "'members':2,'handlerTimeout':'PT5M','drainTimeout':'PT5M'," + webhook(hook));
            kafka.produce(topic, 0, 5);
            kafka.produce(topic, 1, 5);
            await().until(() -> hook.calls().size() == 2);

            Duration took = one.terminate();

            assertThat(took).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(25));
            hook.script(call -> Reply.of(200));
            two.terminate();
            two = replica();
            seenByTwo = new Consumers(two.api(), "local");
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Set<String> seen = new HashSet<>();
                hook.calls().forEach(call -> seen.add(call.place()));
                assertThat(seen).hasSize(10);
            });
            delete(two, name);
        }
    }

    @Test
    void anotherReplicaFinishesTheResetOfOneThatWasKilled() {
        String topic = kafka.topic(2);
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        try (Hook hook = Hook.taking()) {
            String name = onBoth(topic, "'members':2," + webhook(hook));
            seenByTwo.awaitDone(name);

            Answer moving =
                    one.api().post(consumers.base() + "/" + name + "/resets", "{\"dryRun\":false,\"to\":\"earliest\"}");
            one.kill();

            assertThat(moving.status()).as(moving.text()).isEqualTo(202);
            seenByTwo.await(name, "read again", any -> hook.calls().size() >= 40);
            seenByTwo.await(name, "not resetting", consumer -> !consumer.get("state")
                    .asText()
                    .equals("resetting"));
            seenByTwo.awaitDone(name);
            delete(two, name);
        }
    }

    @Test
    void withoutItsTopicOfDefinitionsItRunsOnRefusesChangesAndIsRestored() {
        String topic = kafka.topic(2);
        try (Hook hook = Hook.taking()) {
            String name = onBoth(topic, "'members':2," + webhook(hook));
            consumers.awaitState(name, "running");
            kafka.deleteTopic(PREFIX + "consumers");

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Answer refused = consumers.scale(name, 1);
                assertThat(refused.problem()).isEqualTo("cluster-unavailable");
                assertThat(refused.text()).contains("restore");
            });
            kafka.produce(topic, 0, 5);
            await().atMost(Duration.ofSeconds(20)).until(() -> hook.calls().size() == 5);
            assertThat(seenByTwo.get(name).get("name").asText()).isEqualTo(name);

            Answer restored = one.api().post(consumers.base() + "/restore", "{}");

            assertThat(restored.ok().get("consumers").asInt()).isPositive();
            assertThat(consumers.scale(name, 1).status()).isEqualTo(202);
            seenByTwo.await(
                    name, "one member", consumer -> consumer.at("/spec/members").asInt() == 1);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(seenByTwo.scale(name, 2).status()).isEqualTo(202));
        }
    }

    @Test
    void ofTwoReplicasThatEditOneVersionOneWins() throws Exception {
        String topic = kafka.topic(1);
        String spec = "'topics':['" + topic + "'],'sink':{'type':'log','level':'debug'}";
        String name = consumers.define(spec);
        consumers.awaitState(name, "running");
        seenByTwo.awaitState(name, "running");
        Map<Integer, Integer> statuses = new HashMap<>();
        List<String> said = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            long version = consumers.get(name).get("version").asLong();
            String lanes = ",'lanes':" + (10 + round);
            String path = consumers.base() + "/" + name + "?version=" + version;
            var first = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> one.api().put(path, Consumers.body(name, spec + lanes + ",'members':2")));
            var second = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> two.api().put(path, Consumers.body(name, spec + lanes + ",'members':3")));
            for (Answer answer : List.of(first.get(), second.get())) {
                statuses.merge(answer.status(), 1, Integer::sum);
                said.add(answer.text());
            }
            long now = version + 1;
            consumers.await(
                    name,
                    "the next version",
                    consumer -> consumer.get("version").asLong() >= now);
        }

        assertThat(statuses).as(() -> String.join("\n", said)).isEqualTo(Map.of(202, 5, 409, 5));
    }
}
