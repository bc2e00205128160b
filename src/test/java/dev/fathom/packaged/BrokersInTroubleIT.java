package dev.fathom.packaged;

import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the service answers while brokers are stopped, hung or lost. */
@Order(6)
@ResourceLock(Brokers.THE_FRAGILE)
class BrokersInTroubleIT {

    private static final Duration RIGHT_AWAY = Duration.ofMillis(5500);
    private static final int OFFSETS_PARTITIONS = 6;

    private final Api api = SharedService.inTrouble();

    private Api.Answer timed(String path) {
        return timed(path, () -> api.get(path));
    }

    private static Api.Answer timed(String path, Supplier<Api.Answer> call) {
        Instant before = Instant.now();
        Api.Answer answer = call.get();
        assertThat(Duration.between(before, Instant.now())).as(path).isLessThan(RIGHT_AWAY);
        return answer;
    }

    private void assertServes(String cluster) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(api.get("/api/v1/clusters/" + cluster + "/groups?fresh=true")
                            .status())
                    .isEqualTo(200);
            assertThat(api.reachability(cluster)).startsWith("up");
        });
    }

    private void assertAnswersWithoutTheCluster() {
        for (String path :
                List.of("", "/groups", "/groups/any", "/groups/any/offsets", "/topics", "/topics/any", "/lag")) {
            Api.Answer answer = timed("/api/v1/clusters/fragile" + path);
            assertThat(answer.status()).as(path + " " + answer.text()).isIn(503, 504);
            assertThat(answer.problem()).isIn("cluster-unavailable", "timeout");
            assertThat(answer.json().get("detail").asText()).contains("fragile");
        }
        String group = "/api/v1/clusters/fragile/groups/any";
        for (boolean dryRun : List.of(true, false)) {
            String body = "{\"dryRun\":" + dryRun + ",\"to\":\"latest\",\"targets\":[{\"topic\":\"any\"}]}";
            assertThat(timed("reset", () -> api.post(group + "/resets", body)).status())
                    .isIn(503, 504);
            assertThat(timed("delete", () -> api.delete(group + "?dryRun=" + dryRun))
                            .status())
                    .isIn(503, 504);
        }
        assertThat(timed("/api/v1/operations?cluster=fragile").status()).isIn(503, 504);
        assertThat(timed("/api/v1/clusters/local/groups").status()).isEqualTo(200);
        assertThat(timed("/q/health/ready").status()).isEqualTo(200);
        assertThat(timed("/q/health/live").status()).isEqualTo(200);
    }

    @Test
    void aBrokerThatWasStoppedIs503AndServedAgainOnceItIsBack() {
        Broker broker = Brokers.fragile();
        assertServes("fragile");

        broker.kill();

        assertAnswersWithoutTheCluster();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(api.reachability("fragile")).startsWith("down"));
        broker.restart();
        assertServes("fragile");
    }

    @Test
    void aBrokerThatHangsIs503Or504AndServedAgainOnceItGoesOn() {
        Broker broker = Brokers.fragile();
        assertServes("fragile");

        broker.freeze();
        try {
            assertAnswersWithoutTheCluster();
        } finally {
            broker.thaw();
        }

        assertServes("fragile");
    }

    @Test
    void aLostCoordinatorMovesAndALostLeaderIsARowOfItsOwn() {
        List<Broker> nodes = Brokers.three();
        String group = unique("moving");
        String safe = unique("safe");
        String leaderless = unique("leaderless");
        String bootstrap = nodes.stream().map(Broker::bootstrapServers).collect(Collectors.joining(","));
        try (Kafka kafka = new Kafka(bootstrap)) {
            kafka.topic(safe, 3, Map.of());
            kafka.produce(safe, 0, 5);
            assertServes("three");
            kafka.commit(group, Map.of(new TopicPartition(safe, 0), 1L));
            int coordinator = api.get("/api/v1/clusters/three/groups/" + group)
                    .ok()
                    .at("/coordinator/id")
                    .asInt();
            Kafka.get(kafka.admin()
                    .createTopics(List.of(new NewTopic(leaderless, Map.of(0, List.of(coordinator)))))
                    .all());
            await().ignoreExceptions()
                    .untilAsserted(() -> kafka.commit(
                            group, Map.of(new TopicPartition(safe, 0), 1L, new TopicPartition(leaderless, 0), 0L)));

            // Groups of this one partition have no other coordinator.
            int alone = (partitionOf(group) + 1) % OFFSETS_PARTITIONS;
            String lost = keptIn(alone);
            kafka.commit(lost, Map.of(new TopicPartition(safe, 0), 1L));
            keep(kafka, alone, List.of(coordinator));

            nodes.get(coordinator - 1).kill();
            try {
                await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                    Api.Answer answer = timed("/api/v1/clusters/three/groups/" + group + "/offsets?fresh=true");
                    JsonNode rows = answer.ok();
                    assertThat(row(rows, safe, 0).get("lag").asLong()).isEqualTo(4);
                    assertThat(row(rows, safe, 0).get("status").asText()).isEqualTo("ok");
                    assertThat(row(rows, leaderless, 0).get("status").asText()).isEqualTo("leader-unavailable");
                    assertThat(row(rows, leaderless, 0).get("lag").isNull()).isTrue();
                });
                JsonNode moved =
                        api.get("/api/v1/clusters/three/groups/" + group).ok();
                assertThat(moved.at("/coordinator/id").asInt()).isNotEqualTo(coordinator);
                assertThat(api.get("/api/v1/clusters/three/topics/" + leaderless)
                                .ok()
                                .at("/partitions/0")
                                .has("leader"))
                        .isFalse();
                assertThat(api.get("/api/v1/clusters/three/groups?include=lag&fresh=true")
                                .ok()
                                .findValuesAsText("id"))
                        .contains(group);
                assertSaysWhatIsMissing(lost, group, alone);
            } finally {
                nodes.get(coordinator - 1).restart();
                keep(kafka, alone, List.of(1, 2, 3));
            }
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                JsonNode list =
                        api.get("/api/v1/clusters/three/groups?fresh=true").ok();
                assertThat(list.findValuesAsText("id")).contains(lost);
                assertThat(list.get("problems")).isEmpty();
                assertThat(api.get("/api/v1/clusters/three/groups/" + keptIn(alone))
                                .problem())
                        .isEqualTo("group-not-found");
            });
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(row(
                                    api.get("/api/v1/clusters/three/groups/" + group + "/offsets?fresh=true")
                                            .ok(),
                                    leaderless,
                                    0)
                            .get("status")
                            .asText())
                    .isEqualTo("ok"));
        }
    }

    private void assertSaysWhatIsMissing(String lost, String present, int partition) {
        String groups = "/api/v1/clusters/three/groups";
        for (String query : List.of("?fresh=true", "?fresh=true&include=lag", "?fresh=true&state=empty")) {
            JsonNode list = timed(groups + query).ok();
            assertThat(list.get("items").findValuesAsText("id"))
                    .contains(present)
                    .doesNotContain(lost);
            assertThat(list.get("problems")).as(query).hasSize(1);
            assertThat(list.at("/problems/0/status").asInt()).isEqualTo(503);
            assertThat(list.at("/problems/0/detail").asText())
                    .contains("partition " + partition + " (of " + OFFSETS_PARTITIONS + ")")
                    .contains("__consumer_offsets");
        }
        for (String path : List.of("/" + lost, "/" + lost + "/offsets?fresh=true", "/" + keptIn(partition))) {
            Api.Answer answer = timed(groups + path);
            assertThat(answer.status()).as(path + answer.text()).isEqualTo(503);
            assertThat(answer.json().get("detail").asText())
                    .contains("cannot be known")
                    .contains("partition " + partition);
        }
        String reset = "{\"dryRun\":true,\"createGroup\":true,\"to\":\"latest\"}";
        assertThat(timed("reset", () -> api.post(groups + "/" + lost + "/resets", reset))
                        .status())
                .isEqualTo(503);
        String typo = keptIn(partitionOf(present));
        assertThat(timed(groups + "/" + typo).problem()).isEqualTo("group-not-found");
        JsonNode queried = api.post(
                        "/api/v1/clusters/three/lag/query",
                        "{\"groups\":[\"" + lost + "\",\"" + present + "\",\"" + typo + "\"]}")
                .ok();
        assertThat(queried.get("items").findValuesAsText("id")).containsExactly(present);
        assertThat(queried.get("problems").findValuesAsText("status")).containsExactlyInAnyOrder("503", "404");
    }

    /** The partition a group's commits lie in, whose leader coordinates it. */
    private static int partitionOf(String group) {
        return Utils.abs(group.hashCode()) % OFFSETS_PARTITIONS;
    }

    private static String keptIn(int partition) {
        return Stream.generate(() -> unique("kept"))
                .filter(id -> partitionOf(id) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static void keep(Kafka kafka, int partition, List<Integer> nodes) {
        TopicPartition kept = new TopicPartition("__consumer_offsets", partition);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            Kafka.get(kafka.admin()
                    .alterPartitionReassignments(Map.of(kept, Optional.of(new NewPartitionReassignment(nodes))))
                    .all());
            return true;
        });
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            TopicPartitionInfo now = Kafka.get(kafka.admin()
                            .describeTopics(List.of(kept.topic()))
                            .topicNameValues()
                            .get(kept.topic()))
                    .partitions()
                    .get(partition);
            return now.replicas().size() == nodes.size() && now.isr().size() == nodes.size();
        });
    }

    @Test
    void aGroupThatACoordinatorNotAnsweringMightKnowIsNot404() throws IOException, InterruptedException {
        List<Broker> nodes = Brokers.three();
        assertServes("three");

        // Where no group was there yet, it is remembered for a while that the topic they are kept in is missing.
        api.get("/api/v1/clusters/three/groups/none?fresh=true");
        String group;
        try (Kafka kafka = new Kafka(nodes.get(0).bootstrapServers())) {
            // The first group makes that topic.
            String topic = kafka.topic(1);
            await().ignoreExceptions().until(() -> {
                kafka.commit(unique("first"), Map.of(new TopicPartition(topic, 0), 0L));
                return true;
            });
            group = keptIn(Kafka.get(kafka.admin()
                            .describeTopics(List.of("__consumer_offsets"))
                            .topicNameValues()
                            .get("__consumer_offsets"))
                    .partitions()
                    .stream()
                    .filter(partition -> partition.leader().id() == 3)
                    .findFirst()
                    .orElseThrow()
                    .partition());
        }

        nodes.get(2).freeze();
        try {
            Api.Answer answer = timed("/api/v1/clusters/three/groups/" + group + "?fresh=true");
            assertThat(answer.status()).as(answer.text()).isIn(503, 504);
            Api.Answer file =
                    timed("file", () -> api.get("/api/v1/clusters/three/groups?fresh=true", "Accept", "text/csv"));
            if (file.status() == 200) {
                // The others have taken over what it coordinated, so that nothing is missing any more.
                assertThat(file.header("X-Complete")).contains("true");
                assertThat(file.text()).contains("first-");
            } else {
                assertThat(file.status())
                        .as("a list that lacks a broker's groups")
                        .isIn(503, 504);
            }
        } finally {
            nodes.get(2).thaw();
        }

        assertServes("three");
    }
}
