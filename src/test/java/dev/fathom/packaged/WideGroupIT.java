package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Kafka;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A group on ten thousand partitions, which is the most one reset may move. */
class WideGroupIT {

    private static final int PARTITIONS = 10_000;

    @Test
    void isMovedAndPutBackAsAWhole() {
        Path target = Path.of("target").toAbsolutePath();
        try (EmbeddedBroker broker = EmbeddedBroker.startSingleNode(
                        target.resolve("kafka/lib"), target.resolve("kafka/test-wide"), 1024, Map.of(), List.of());
                Kafka kafka = new Kafka(broker.bootstrapServers());
                PackagedService service = PackagedService.serving(broker.bootstrapServers())) {
            String wide = kafka.topic("wide", PARTITIONS, Map.of());
            Map<TopicPartition, OffsetAndMetadata> before = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                before.put(new TopicPartition(wide, partition), new OffsetAndMetadata(3, "run " + partition % 7));
            }
            for (int from = 0; from < PARTITIONS; from += 5000) {
                Map<TopicPartition, OffsetAndMetadata> some = new HashMap<>();
                for (int partition = from; partition < from + 5000; partition++) {
                    some.put(new TopicPartition(wide, partition), before.get(new TopicPartition(wide, partition)));
                }
                kafka.commitWithMetadata("wide-group", some);
            }
            Api api = service.api();
            String resets = "/api/v1/clusters/local/groups/wide-group/resets";

            Answer plan = api.post(resets, "{\"dryRun\":true,\"to\":\"earliest\"}");
            JsonNode done = api.post(
                            resets,
                            "{\"dryRun\":false,\"to\":\"earliest\"}",
                            "If-Match",
                            plan.header("ETag").orElseThrow())
                    .ok();

            assertThat(done.at("/totals/moved").asInt()).isEqualTo(PARTITIONS);
            assertThat(done.findValuesAsText("verified")).hasSize(PARTITIONS).containsOnly("true");
            JsonNode operation = api.get(done.get("operation").asText()).ok();
            assertThat(operation.get("status").asText()).isEqualTo("applied");
            assertThat(operation.get("changes")).hasSize(PARTITIONS);

            api.post(done.get("operation").asText() + "/undo", "{\"dryRun\":false,\"acknowledgeOutOfRange\":true}")
                    .ok();
            assertThat(get(kafka.admin().listConsumerGroupOffsets("wide-group").partitionsToOffsetAndMetadata()))
                    .isEqualTo(before);

            kafka.topic("one-more", 1, Map.of());
            kafka.commit("wide-group", Map.of(new TopicPartition("one-more", 0), 0L));
            Answer tooMany = api.post(resets, "{\"dryRun\":true,\"to\":\"earliest\"}");
            assertThat(tooMany.problem()).isEqualTo("unprocessable");
            assertThat(tooMany.json().get("detail").asText()).contains("10001 partitions");
        }
    }
}
