package dev.fathom.http;

import static dev.fathom.testing.Api.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.NeedsBroker;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

@FathomTest
class ClustersTest {

    private final Api api = Api.underTest();

    @Test
    void listsEveryClusterAndWhichOfThemAnswer() {
        JsonNode list = api.get("/api/v1/clusters").ok();

        assertThat(list.findValuesAsText("name"))
                .startsWith(
                        "down",
                        "faulty",
                        "fragile",
                        "guarded",
                        "local",
                        "nowhere",
                        "readonly",
                        "sasl",
                        "three",
                        "wrong-password");
        assertThat(item(list, "name", "local").get("reachable").asBoolean()).isTrue();
        assertThat(item(list, "name", "three").get("brokers").asInt()).isEqualTo(3);
        assertThat(item(list, "name", "down").get("reachable").asBoolean()).isFalse();
        assertThat(item(list, "name", "down").has("clusterId")).isFalse();
        assertThat(list.get("problems").findValuesAsText("id")).contains("down", "nowhere", "wrong-password");
        assertThat(list.get("problems").findValuesAsText("type")).containsOnly("/api/v1/problems/cluster-unavailable");
    }

    @NeedsBroker("4.2")
    @Test
    void describesACluster() {
        JsonNode cluster = api.get("/api/v1/clusters/three").ok();

        assertThat(cluster.get("nodes").findValuesAsText("id")).containsExactly("1", "2", "3");
        assertThat(cluster.at("/features/consumerGroups").asText()).isEqualTo("supported");
        assertThat(cluster.at("/features/shareGroups").asText()).isEqualTo("supported");
        assertThat(cluster.at("/features/streamsGroups").asText()).isEqualTo("supported");
        assertThat(cluster.at("/features/tieredStorage").asText()).isEqualTo("unsupported");
        assertThat(cluster.get("canDescribeAllTopics").asBoolean()).isTrue();
        assertThat(cluster.get("self").asText()).isEqualTo("/api/v1/clusters/three");
    }

    @Test
    void saysWhatItCannotKnowOfAClusterItHasNoRightsOn() {
        JsonNode cluster = api.get("/api/v1/clusters/sasl").ok();

        assertThat(cluster.at("/features/tieredStorage").asText()).isEqualTo("unknown");
        assertThat(cluster.get("canDescribeAllTopics").asBoolean()).isFalse();
    }

    @Test
    void answersForAnUnknownClusterWith404() {
        Api.Answer answer = api.get("/api/v1/clusters/prod");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("cluster-not-found");
        assertThat(answer.json().get("detail").asText()).contains("\"prod\"");
    }

    @Test
    void answersForAClusterThatIsDownWith503AndForTheOthersAsEver() {
        for (String cluster : new String[] {"down", "nowhere", "wrong-password"}) {
            Api.Answer answer = api.get("/api/v1/clusters/" + cluster + "/groups");
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.problem()).isEqualTo("cluster-unavailable");
            assertThat(answer.json().get("detail").asText()).contains("\"" + cluster + "\"");
        }
        assertThat(api.get("/api/v1/clusters/local/groups").status()).isEqualTo(200);
    }

    @Test
    void saysWhatIsWrongWithAClusterAndWhatToCheck() {
        Map<String, String> told = Map.of(
                "down", "nothing listens there; check the port",
                "nowhere", "the name no-such-host.invalid is not known here; check the name",
                "wrong-password",
                        "refuses the service's credentials (SASL mechanism PLAIN); check the sasl.* properties");
        told.forEach((cluster, words) -> await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode problems = api.get("/api/v1/clusters").ok().get("problems");
            assertThat(problems.findValuesAsText("detail"))
                    .anyMatch(detail -> detail.contains("\"" + cluster + "\"") && detail.contains(words));
            assertThat(api.reachability(cluster)).startsWith("down since ").contains("bootstrap ", words);
            assertThat(api.get("/api/v1/clusters/" + cluster + "/groups").text())
                    .contains(words);
        }));
    }

    @Test
    void saysThatACredentialIsWrongAndNotWhichOne() {
        String detail = api.get("/api/v1/clusters/wrong-password/groups")
                .json()
                .get("detail")
                .asText();

        assertThat(detail).contains("credentials").doesNotContain("guessed");
    }
}
