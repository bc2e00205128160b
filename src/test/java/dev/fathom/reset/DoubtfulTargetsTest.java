package dev.fathom.reset;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Targets that are probably not what was meant, and what is said of them. */
@FathomTest
class DoubtfulTargetsTest extends WithKafka {

    private static final String LOCAL = "/api/v1/clusters/local";
    private static final String HINT =
            "It looks like epoch milliseconds: to go to that time send \"2024-11-25T12:00:00Z\".";

    private final Api api = Api.underTest();
    private String topic;
    private String group;

    @BeforeEach
    void fill() {
        topic = kafka.topic(unique("doubtful"), 1, Map.of("message.timestamp.after.max.ms", "9223372036854775807"));
        kafka.produce(topic, 0, 5);
        group = unique("doubtful");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));
    }

    private Api.Answer plan(String to, String fields, String... headers) {
        return api.post(
                LOCAL + "/groups/" + group + "/resets", "{\"dryRun\":true,\"to\":" + to + fields + "}", headers);
    }

    @Test
    void anOffsetOutsideTheLogThatReadsLikeATimeIsTold() {
        Api.Answer refused = plan("1732536000000", "");
        JsonNode clamped =
                plan("1732536000000", ",\"outOfRange\":\"clamp\"").ok().at("/partitions/0");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/message").asText()).endsWith(HINT);
        assertThat(clamped.get("note").asText()).isEqualTo("clamped-to-last");
        assertThat(clamped.get("warning").asText()).endsWith(HINT);
        assertThat(api.get(LOCAL + "/topics/" + topic + "/partitions/0/seek?position=1732536000000")
                        .json()
                        .get("detail")
                        .asText())
                .endsWith(HINT);
        assertThat(plan("1732536000", "").json().get("detail").asText()).contains("epoch seconds");
        assertThat(plan("1000", "").json().get("detail").asText()).doesNotContain("epoch");
    }

    @Test
    void aRecordDatedInTheFutureDrawsAWarning() {
        Instant future = Instant.parse("2090-01-01T00:00:00Z");
        kafka.produce(List.of(new ProducerRecord<>(topic, 0, future.toEpochMilli(), new byte[1], new byte[1])));
        kafka.produce(topic, 0, 5);

        JsonNode byTime = plan("\"2089-01-01T00:00:00Z\"", "").ok().at("/partitions/0");
        JsonNode byOffset = api.post(LOCAL + "/groups/" + group + "/resets?include=time", "{\"dryRun\":true,\"to\":5}")
                .ok()
                .at("/partitions/0");

        assertThat(byTime.at("/to/offset").asLong()).isEqualTo(5);
        assertThat(byTime.get("warning").asText())
                .contains("2090-01-01T00:00:00Z")
                .contains("in the future");
        assertThat(byOffset.get("warning").asText()).contains("in the future");
        assertThat(plan("\"-PT1H\"", "").ok().at("/partitions/0").has("warning"))
                .isFalse();
    }

    @Test
    void aPlanFileThatWouldLeaveOutADeletionIsRefused() {
        Api.Answer refused = plan("\"none\"", "", "Accept", "text/csv");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("incomplete");
        Api.Answer part = api.send(
                "POST",
                LOCAL + "/groups/" + group + "/resets?partial=true",
                "{\"dryRun\":true,\"to\":\"none\"}".getBytes(StandardCharsets.UTF_8),
                "Accept",
                "text/csv",
                "Content-Type",
                "application/json");
        assertThat(part.status()).isEqualTo(200);
        assertThat(part.header("X-Complete")).hasValue("false");
        assertThat(part.header("ETag")).isPresent();
    }
}
