package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A group on a thousand partitions; {@code -Dpartitions=10000} for the most that one reset may move. */
@Order(8)
class WideGroupIT {

    private static final String OBSERVED = "\"observedAt\":\"[^\"]+\"";
    private static final int MOST = 10_000;
    private static final int PARTITIONS = Integer.getInteger("partitions", 1_000);
    /** A controller takes no more than ten thousand records at once, and a broker its time to make so many logs. */
    private static final int AT_ONCE = 2_500;

    @Test
    void isMovedAndPutBackAsAWhole() {
        try (Broker broker = Brokers.start("wide", 1024, Map.of());
                Kafka kafka = new Kafka(broker.bootstrapServers());
                PackagedService service = PackagedService.serving(broker.bootstrapServers())) {
            String wide = wideTopic(kafka);
            Map<TopicPartition, OffsetAndMetadata> before = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                before.put(new TopicPartition(wide, partition), new OffsetAndMetadata(3, "run " + partition % 7));
            }
            for (int from = 0; from < PARTITIONS; from += 1000) {
                Map<TopicPartition, OffsetAndMetadata> some = new HashMap<>();
                for (int partition = from; partition < from + 1000; partition++) {
                    some.put(new TopicPartition(wide, partition), before.get(new TopicPartition(wide, partition)));
                }
                kafka.commitWithMetadata("wide-group", some);
            }
            Api api = service.api();
            isReadAsAWhole(api);
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

            if (PARTITIONS == MOST) {
                kafka.topic("one-more", 1, Map.of());
                kafka.commit("wide-group", Map.of(new TopicPartition("one-more", 0), 0L));
                Answer tooMany = api.post(resets, "{\"dryRun\":true,\"to\":\"earliest\"}");
                assertThat(tooMany.problem()).isEqualTo("unprocessable");
                assertThat(tooMany.json().get("detail").asText()).contains("10001 partitions");
            }
        }
    }

    /** Large answers are written in pieces; what is said, its tag and its encoding are those of any other. */
    private static void isReadAsAWhole(Api api) {
        String offsets = "/api/v1/clusters/local/groups/wide-group/offsets";
        int rows = Math.min(1000, PARTITIONS);
        for (String path : List.of(offsets + "?limit=1000", offsets)) {
            String accept = path.endsWith("1000") ? "application/json" : "text/csv";

            Answer whole = api.get(path, "Accept", accept);
            String tag = whole.header("ETag").orElseThrow();

            assertThat(whole.response().body()).hasSizeGreaterThan(32 << 10);
            if (accept.endsWith("json")) {
                assertThat(whole.ok().get("items")).hasSize(rows);
            } else {
                assertThat(whole.text().lines()).hasSize(1 + PARTITIONS);
            }
            Answer known = api.get(path, "Accept", accept, "If-None-Match", tag);
            assertThat(known.status()).isEqualTo(304);
            assertThat(known.response().body()).isEmpty();
            assertThat(known.header("ETag")).hasValue(tag);
            Answer head = api.send("HEAD", path, null, "Accept", accept);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.response().body()).isEmpty();
            assertThat(head.header("ETag")).hasValue(tag);
            assertThat(head.header("Content-Type")).isEqualTo(whole.header("Content-Type"));
            Answer zipped = api.get(path, "Accept", accept, "Accept-Encoding", "gzip");
            assertThat(zipped.header("Content-Encoding")).hasValue("gzip");
            assertThat(zipped.header("ETag")).hasValue(tag);
            assertThat(unzipped(zipped).replaceAll(OBSERVED, ""))
                    .isEqualTo(whole.text().replaceAll(OBSERVED, ""));
        }
    }

    private static String unzipped(Answer answer) {
        try (GZIPInputStream unzipped =
                new GZIPInputStream(new ByteArrayInputStream(answer.response().body()))) {
            return new String(unzipped.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String wideTopic(Kafka kafka) {
        int made = Math.min(AT_ONCE, PARTITIONS);
        get(kafka.admin()
                .createTopics(List.of(new NewTopic("wide", made, (short) 1)))
                .all());
        awaitLeaders(kafka, made);
        while (made < PARTITIONS) {
            made = Math.min(PARTITIONS, made + AT_ONCE);
            get(kafka.admin()
                    .createPartitions(Map.of("wide", NewPartitions.increaseTo(made)))
                    .all());
            awaitLeaders(kafka, made);
        }
        return "wide";
    }

    private static void awaitLeaders(Kafka kafka, int partitions) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            ends.put(new TopicPartition("wide", partition), OffsetSpec.latest());
        }
        await().atMost(Duration.ofMinutes(5))
                .ignoreExceptions()
                .until(() -> get(kafka.admin().listOffsets(ends).all()).size() == partitions);
    }
}
