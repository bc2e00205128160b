package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.LiveGroup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Several replicas on one cluster, and replicas that are killed: real processes. At the same time, since one of the tests
 * mostly waits for the minute that an intent stands.
 */
@Order(1)
@Execution(ExecutionMode.CONCURRENT)
class ReplicasIT extends GroupsToMove {

    @Test
    void aReplicaKilledBetweenApplyAndOutcomeLeavesAJournalThatTellsTheTruth() {
        Map<String, Long> targets = new HashMap<>();
        for (int kill = 0; kill < 3; kill++) {
            String group = group(150);
            targets.put(group, 20L + kill);
            try (PackagedService doomed = PackagedService.serving(Brokers.main().bootstrapServers())) {
                Thread caller = new Thread(() -> {
                    try {
                        doomed.api().post(resets(group), body(false, targets.get(group)));
                    } catch (RuntimeException e) {
                        // Its service is killed.
                    }
                });
                caller.start();
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> committed(group)
                                        .get(new TopicPartition(topic, 0))
                                        .offset()
                                != 150);
                doomed.kill();
            }
        }
        try (PackagedService next = PackagedService.serving(Brokers.main().bootstrapServers())) {
            targets.forEach(
                    (group, target) -> await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                        JsonNode operation = next.api()
                                .get("/api/v1/operations?group=" + group)
                                .ok()
                                .at("/items/0");
                        assertThat(operation.get("status").asText()).isEqualTo("applied");
                        assertThat(operation.at("/changes/0/before/offset").asLong())
                                .isEqualTo(150);
                        assertThat(operation.at("/changes/0/after/offset").asLong())
                                .isEqualTo(target);
                    }));
            String group = targets.keySet().iterator().next();
            String path = next.api()
                    .get("/api/v1/operations?group=" + group)
                    .ok()
                    .at("/items/0/self")
                    .asText();
            next.api().post(path + "/undo", "{\"dryRun\":false}").ok();
            assertThat(committed(group).get(new TopicPartition(topic, 0)).offset())
                    .isEqualTo(150);
        }
    }

    @Test
    void aKeyGivesTheSameAnswerOnEveryReplicaAndMovesOnce() {
        String group = group(150);
        String key = unique("key");
        String body = "{\"dryRun\":false,\"to\":\"current-10\",\"acknowledgeInUse\":true}";
        try (PackagedService one = PackagedService.serving(Brokers.main().bootstrapServers());
                PackagedService other = PackagedService.serving(Brokers.main().bootstrapServers())) {
            JsonNode first =
                    one.api().post(resets(group), body, "Idempotency-Key", key).ok();
            Answer second = other.api().post(resets(group), body, "Idempotency-Key", key);

            assertThat(second.ok()).isEqualTo(first);
            assertThat(second.header("Idempotent-Replayed")).contains("true");
            assertThat(other.api()
                            .get(first.get("operation").asText())
                            .ok()
                            .get("status")
                            .asText())
                    .isEqualTo("applied");
        }
        assertThat(committed(group).get(new TopicPartition(topic, 0)).offset()).isEqualTo(140);
    }

    @Test
    void aResetThatWaitsOutlivesTheReplicaThatTookIt() {
        String group = group(150);
        String operation;
        try (LiveGroup reader = kafka.join(group, List.of(topic), Map.of()).awaitAssigned()) {
            assertThat(reader).isNotNull();
            try (PackagedService doomed = PackagedService.serving(Brokers.main().bootstrapServers())) {
                operation = doomed.api()
                        .post(
                                resets(group),
                                "{\"dryRun\":false,\"to\":12,\"waitForEmpty\":\"PT5M\",\"targets\":[{\"topic\":\""
                                        + topic + "\"}]}")
                        .json()
                        .get("operation")
                        .asText();
            }
        }
        try (PackagedService next = PackagedService.serving(Brokers.main().bootstrapServers())) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            next.api().get(operation).ok().get("status").asText())
                    .isEqualTo("applied"));
        }
        assertThat(committed(group).get(new TopicPartition(topic, 1)).offset()).isEqualTo(12);
    }
}
