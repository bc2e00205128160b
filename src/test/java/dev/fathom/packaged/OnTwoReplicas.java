package dev.fathom.packaged;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two replicas that are processes of their own, with managed consumers on both; and what is left of them. */
abstract class OnTwoReplicas {

    private static final String BROKER = Brokers.fragile().bootstrapServers();

    Kafka kafka;
    PackagedService one;
    PackagedService two;
    Consumers consumers;
    Consumers seenByTwo;

    /** A pool of its own for each test, so that they can run beside each other. */
    final String prefix = "__fathom_" + Kafka.unique("it") + "_";

    PackagedService replica() {
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

    static String webhook(Hook hook) {
        return "'sink':{'type':'webhook','url':'" + hook.url() + "'}";
    }

    static Set<String> replicas(JsonNode consumer) {
        Set<String> replicas = new HashSet<>();
        consumer.get("members").forEach(member -> {
            if (member.get("state").asText().equals("running")
                    && !member.get("stale").asBoolean()) {
                replicas.add(member.get("replica").asText());
            }
        });
        return replicas;
    }

    String onBoth(String topic, String more) {
        String name = consumers.define("'topics':['" + topic + "'],'startFrom':'earliest'," + more);
        seenByTwo.await(
                name, "members on both replicas", consumer -> replicas(consumer).size() == 2);
        return name;
    }

    /** Has the replica that is left delete what the one that is gone defined. */
    void delete(PackagedService left, String name) {
        left.api().delete(seenByTwo.base() + "/" + name);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> left.api().get(seenByTwo.base() + "/" + name).status() == 404);
    }
}
