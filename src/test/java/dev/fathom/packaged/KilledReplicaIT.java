package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Hook;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Who takes over from a replica that was killed, and how soon: by itself, since time is measured. */
@Isolated
class KilledReplicaIT extends OnTwoReplicas {

    private static final Duration SESSION = Duration.ofSeconds(15);

    @Test
    void whoIsLeftOwnsEverythingSoonAfterTheOtherWasKilled() {
        String topic = kafka.topic(4);
        try (Hook hook = Hook.taking()) {
            String name = onBoth(topic, "'members':4," + webhook(hook));
            consumers.awaitState(name, "running");
            kafka.produce(topic, 0, 50);
            awaitSettled(name);

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

    /**
     * Waits for the group's last rebalance to be over and each member to own a partition. Whoever dies in the middle of one is
     * kept by the broker until it ends, in a generation that is given out once more: that takes two sessions.
     */
    private void awaitSettled(String name) {
        String group = "/api/v1/clusters/local/groups/fathom." + name;
        await().untilAsserted(() -> {
            JsonNode seen = two.api().get(group).ok();
            assertThat(seen.get("state").asText()).isEqualTo("stable");
            assertThat(seen.get("members")).hasSize(4);
            assertThat(seen.get("members"))
                    .allSatisfy(member -> assertThat(member.get("assignment")).hasSize(1));
        });
    }
}
