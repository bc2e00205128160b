package dev.fathom.http;

import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What the service answers while brokers are stopped, hung or lost. */
@Order(1)
@FathomTest
class BrokersInTroubleTest {

    private static final Duration RIGHT_AWAY = Duration.ofMillis(5500);

    private final Api api = Api.underTest();

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
            } finally {
                nodes.get(coordinator - 1).restart();
            }
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

    @Test
    void aGroupThatACoordinatorNotAnsweringMightKnowIsNot404() throws IOException, InterruptedException {
        List<Broker> nodes = Brokers.three();
        assertServes("three");

        nodes.get(2).freeze();
        try {
            Api.Answer answer = timed("/api/v1/clusters/three/groups/no-such-group?fresh=true");
            assertThat(answer.status()).as(answer.text()).isIn(503, 504);
        } finally {
            nodes.get(2).thaw();
        }

        assertServes("three");
    }
}
