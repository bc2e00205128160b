package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Managed consumers on two replicas that are processes of their own, and on what is left of them. */
@Execution(ExecutionMode.CONCURRENT)
class ConsumersIT {

    private static final String BROKER = Brokers.fragile().bootstrapServers();
    private static final Duration SESSION = Duration.ofSeconds(15);

    private Kafka kafka;
    private PackagedService one;
    private PackagedService two;
    private Consumers consumers;
    private Consumers seenByTwo;

    /** A pool of its own for each test, so that they can run beside each other. */
    private final String prefix = "__fathom_" + Kafka.unique("it") + "_";

    private PackagedService replica() {
        return PackagedService.serving(
                BROKER,
                "fathom.pool.topic-prefix=" + prefix,
                "fathom.pool.webhook.allowed-hosts=localhost",
                "fathom.pool.webhook.allowed-cidrs=127.0.0.0/8");
    }

    @BeforeEach
    void start() {
        kafka = new Kafka(BROKER);
        one = replica();
        two = replica();
        consumers = new Consumers(one.api(), "local");
        seenByTwo = new Consumers(two.api(), "local");
    }

    @AfterEach
    void stop() {
        // Whichever is left.
        for (Consumers each : List.of(consumers, seenByTwo)) {
            try {
                each.close();
            } catch (RuntimeException e) {
                // Its replica was killed by the test.
            }
        }
        one.close();
        two.close();
        kafka.close();
    }

    private static String webhook(Hook hook) {
        return "'sink':{'type':'webhook','url':'" + hook.url() + "'}";
    }

    private static Set<String> replicas(JsonNode consumer) {
        Set<String> replicas = new HashSet<>();
        consumer.get("members").forEach(member -> {
            if (member.get("state").asText().equals("running")
                    && !member.get("stale").asBoolean()) {
                replicas.add(member.get("replica").asText());
            }
        });
        return replicas;
    }

    private String onBoth(String topic, String more) {
        String name = consumers.define("'topics':['" + topic + "'],'startFrom':'earliest'," + more);
        seenByTwo.await(
                name, "members on both replicas", consumer -> replicas(consumer).size() == 2);
        return name;
    }

    @Test
    void whoIsLeftOwnsEverythingSoonAfterTheOtherWasKilled() {
        String topic = kafka.topic(4);
        try (Hook hook = Hook.taking()) {
            String name = onBoth(topic, "'members':4," + webhook(hook));
            consumers.awaitState(name, "running");
            kafka.produce(topic, 0, 50);

            one.kill();
            long killed = System.nanoTime();
            for (int partition = 0; partition < 4; partition++) {
                kafka.produce(topic, partition, 25);
            }

            await().atMost(SESSION.plusSeconds(30)).untilAsserted(() -> {
                Set<String> seen = new HashSet<>();
                hook.calls().forEach(call -> seen.add(call.place()));
                assertThat(seen).hasSize(150);
            });
            Duration took = Duration.ofNanos(System.nanoTime() - killed);
            assertThat(took).isLessThan(SESSION.plusSeconds(5));
            seenByTwo.await(
                    name,
                    "all members here",
                    consumer -> replicas(consumer).size() == 1
                            && consumer.get("state").asText().equals("running"));
            seenByTwo.awaitDone(name);
            System.out.println("After a kill -9 the other replica had delivered everything within " + took);
            delete(two, name);
        }
    }

    /** Has the replica that is left delete what the one that is gone defined. */
    private void delete(PackagedService left, String name) {
        left.api().delete(seenByTwo.base() + "/" + name);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> left.api().get(seenByTwo.base() + "/" + name).status() == 404);
    }

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
            kafka.deleteTopic(prefix + "consumers");

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
        for (int round = 0; round < 5; round++) {
            long version = consumers.get(name).get("version").asLong();
            String lanes = ",'lanes':" + (10 + round);
            String path = consumers.base() + "/" + name + "?version=" + version;
            var first = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> one.api().put(path, Consumers.body(name, spec + lanes + ",'members':2")));
            var second = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> two.api().put(path, Consumers.body(name, spec + lanes + ",'members':3")));
            statuses.merge(first.get().status(), 1, Integer::sum);
            statuses.merge(second.get().status(), 1, Integer::sum);
            long now = version + 1;
            consumers.await(
                    name,
                    "the next version",
                    consumer -> consumer.get("version").asLong() >= now);
        }

        assertThat(statuses).isEqualTo(Map.of(202, 5, 409, 5));
    }
}
