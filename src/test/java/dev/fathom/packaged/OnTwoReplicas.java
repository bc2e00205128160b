package dev.fathom.packaged;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two replicas that are processes of their own, with managed consumers on both; and what is left of them. */
abstract class OnTwoReplicas {

    private static final String BROKER = Brokers.main().bootstrapServers();

    /** A pool of its own. */
    static final String PREFIX = "__fathom_" + Kafka.unique("it") + "_";

    /** The replicas of one class's tests; which of them a test ended is started again for the next. */
    private static final List<PackagedService> STARTED = new ArrayList<>();

    Kafka kafka;
    PackagedService one;
    PackagedService two;
    Consumers consumers;
    Consumers seenByTwo;

    static PackagedService replica() {
        PackagedService replica = PackagedService.serving(
                BROKER,
                "fathom.pool.topic-prefix=" + PREFIX,
                "fathom.pool.webhook.allowed-hosts=localhost",
                "fathom.pool.webhook.allowed-cidrs=127.0.0.0/8");
        STARTED.add(replica);
        return replica;
    }

    @BeforeEach
    void connect() {
        kafka = new Kafka(BROKER);
        STARTED.stream().filter(replica -> !replica.isAlive()).forEach(PackagedService::close);
        STARTED.removeIf(replica -> !replica.isAlive());
        while (STARTED.size() < 2) {
            replica();
        }
        one = STARTED.get(0);
        two = STARTED.get(1);
        consumers = new Consumers(one.api(), "local");
        seenByTwo = new Consumers(two.api(), "local");
    }

    @AfterEach
    void disconnect() {
        // Whichever is left.
        for (Consumers each : List.of(consumers, seenByTwo)) {
            try {
                each.close();
            } catch (RuntimeException e) {
                // Its replica was killed by the test.
            }
        }
        kafka.close();
    }

    @AfterAll
    static void end() {
        STARTED.forEach(PackagedService::close);
        STARTED.clear();
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
