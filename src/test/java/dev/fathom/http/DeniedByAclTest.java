package dev.fathom.http;

import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the service answers where Kafka's ACLs let it see only a part. */
@FathomTest
class DeniedByAclTest {

    private static final String SASL = "/api/v1/clusters/sasl";

    private final Api api = Api.underTest();
    private Kafka kafka;

    @BeforeEach
    void connect() {
        kafka = new Kafka(Brokers.sasl().bootstrapServers(), Brokers.saslProperties("admin", "admin-secret"));
    }

    @AfterEach
    void disconnect() {
        kafka.close();
    }

    private void allowDescribe(ResourceType type, String... names) {
        get(kafka.admin()
                .createAcls(Stream.of(names)
                        .map(name -> new AclBinding(
                                new ResourcePattern(type, name, PatternType.LITERAL),
                                new AccessControlEntry(
                                        "User:fathom", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW)))
                        .toList())
                .all());
    }

    @Test
    void aDeniedGroupIsNotListedAndNotFound() {
        String topic = kafka.topic(1);
        String seen = unique("seen");
        String hidden = unique("hidden");
        kafka.commit(seen, Map.of(new TopicPartition(topic, 0), 0L));
        kafka.commit(hidden, Map.of(new TopicPartition(topic, 0), 0L));
        allowDescribe(ResourceType.GROUP, seen);

        await().untilAsserted(() -> {
            JsonNode list = api.get(SASL + "/groups?fresh=true").ok();
            assertThat(list.findValuesAsText("id")).contains(seen).doesNotContain(hidden);
        });
        assertThat(api.get(SASL + "/groups/" + hidden).problem()).isEqualTo("group-not-found");
    }

    @Test
    void aDeniedTopicIsARowOfItsOwnAndTheOthersAreRight() {
        String allowed = kafka.topic(1);
        String denied = kafka.topic(1);
        kafka.produce(allowed, 0, 5);
        kafka.produce(denied, 0, 5);
        String group = unique("half");
        allowDescribe(ResourceType.GROUP, group);
        allowDescribe(ResourceType.TOPIC, allowed);
        try (LiveGroup member = kafka.join(group, List.of(allowed, denied), Map.of())) {
            member.awaitAssigned();

            await().untilAsserted(() -> {
                JsonNode rows = api.get(SASL + "/groups/" + group + "/offsets?fresh=true")
                        .ok();
                assertThat(row(rows, allowed, 0).get("status").asText()).isEqualTo("ok");
                assertThat(row(rows, allowed, 0).get("lag").asLong()).isZero();
                assertThat(row(rows, denied, 0).get("status").asText()).isEqualTo("kafka-not-authorized");
                assertThat(row(rows, denied, 0).get("lag").isNull()).isTrue();
            });
            JsonNode lag =
                    api.get(SASL + "/groups/" + group + "/lag?fresh=true").ok();
            assertThat(lag.get("total").asLong()).isZero();
            assertThat(lag.get("complete").asBoolean()).isFalse();
            assertThat(lag.at("/unknown/0/status").asText()).isEqualTo("kafka-not-authorized");
        }
    }

    @Test
    void totalsSayThatTopicsMayBeHiddenFromThem() {
        String topic = kafka.topic(1);
        String group = unique("incomplete");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
        allowDescribe(ResourceType.GROUP, group);

        await().untilAsserted(() -> {
            JsonNode lag =
                    api.get(SASL + "/groups/" + group + "/lag?fresh=true").ok();
            assertThat(lag.get("complete").asBoolean()).isFalse();
            assertThat(lag.get("total").isNull()).as("nothing is known").isTrue();
        });
    }

    @Test
    void aDeniedTopicInThePathIs403AndNamesTheAcl() {
        String denied = kafka.topic(1);

        for (String path : new String[] {"", "/offsets", "/groups", "/partitions/0/seek?position=0"}) {
            Api.Answer answer = api.get(SASL + "/topics/" + denied + path);
            assertThat(answer.status()).as(answer.text()).isEqualTo(403);
            assertThat(answer.problem()).isEqualTo("kafka-not-authorized");
            assertThat(answer.json().get("detail").asText())
                    .contains("Describe")
                    .contains(denied);
        }
    }

    @Test
    void recordsNeedReadAndSaySo() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 1);
        allowDescribe(ResourceType.TOPIC, topic);

        await().untilAsserted(() -> {
            Api.Answer answer = api.get(SASL + "/topics/" + topic + "/partitions/0/records?position=earliest");
            assertThat(answer.problem()).isEqualTo("kafka-not-authorized");
            assertThat(answer.json().get("detail").asText()).contains("Read");
        });
    }
}
