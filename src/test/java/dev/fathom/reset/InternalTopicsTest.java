package dev.fathom.reset;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.WithKafka;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which topics are taken for those of a Kafka Streams application, and of which. */
@FathomTest
class InternalTopicsTest extends WithKafka {

    private final Api api = Api.underTest();
    private String group;
    private String source;

    @BeforeEach
    void aGroupBehindItsSource() {
        group = unique("app");
        source = kafka.topic(1);
        kafka.produce(source, 0, 10);
        commit(group, source);
    }

    private void commit(String id, String... topics) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (String topic : topics) {
            offsets.put(new TopicPartition(topic, 0), 5L);
        }
        kafka.commit(id, offsets);
    }

    private Api.Answer plan(String id, String fields) {
        return api.post(
                "/api/v1/clusters/local/groups/" + id + "/resets",
                "{\"dryRun\":true,\"to\":\"earliest\"" + fields + "}");
    }

    private static String reasons(Api.Answer plan) {
        return String.join(",", plan.ok().get("blockers").findValuesAsText("reason"));
    }

    @Test
    void theGroupWithTheLongestIdThatFitsOwnsAChangelog() {
        String longer = group + "-2";
        kafka.topic(longer + "-store-changelog", 1, Map.of());
        assertThat(reasons(plan(group, ""))).as("nobody else fits").isEqualTo("state-kept");

        commit(longer, source);

        assertThat(reasons(plan(group, ""))).isEmpty();
        assertThat(plan(group, "").ok().get("warnings")).isEmpty();
        assertThat(reasons(plan(longer, ""))).isEqualTo("state-kept");
    }

    @Test
    void whatTheGroupCommitsOnIsASourceWhateverItIsCalled() {
        String changes = kafka.topic(group + "-orders-changelog", 1, Map.of());
        kafka.produce(changes, 0, 10);
        commit(group, source, changes);

        JsonNode all = plan(group, "").ok();
        Api.Answer one = plan(group, ",\"targets\":[{\"topic\":\"" + changes + "\"}]");

        assertThat(all.get("applicable").asBoolean()).isTrue();
        assertThat(all.findValuesAsText("topic")).contains(changes, source);
        assertThat(one.ok().get("applicable").asBoolean()).isTrue();
    }

    @Test
    void anApplicationIsLeftItsRepartitionTopics() {
        String repartition = kafka.topic(group + "-by-key-repartition", 1, Map.of());
        kafka.produce(repartition, 0, 10);
        kafka.topic(group + "-totals-changelog", 1, Map.of());
        commit(group, source, repartition);

        JsonNode plan = plan(group, ",\"acknowledgeStateKept\":true").ok();

        assertThat(plan.get("partitions").findValuesAsText("topic")).containsExactly(source);
        assertThat(plan.at("/warnings/0/topics")).hasSize(2);
    }

    @Test
    void theCallerCanSayThatATopicIsASource() {
        String named = kafka.topic(group + "-facts-changelog", 1, Map.of());
        kafka.produce(named, 0, 10);
        String target = ",\"targets\":[{\"topic\":\"" + named + "\"}]";

        Api.Answer refused = plan(group, target);
        JsonNode said =
                plan(group, target + ",\"sourceTopics\":[\"" + named + "\"]").ok();

        assertThat(refused.problem()).isEqualTo("unprocessable");
        assertThat(refused.json().get("detail").asText()).contains("sourceTopics");
        assertThat(said.get("applicable").asBoolean()).isTrue();
        assertThat(said.at("/applyBody/sourceTopics/0").asText()).isEqualTo(named);
    }
}
