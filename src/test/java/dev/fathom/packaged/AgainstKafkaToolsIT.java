package dev.fathom.packaged;

import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.KafkaTools;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Our numbers beside those of Kafka's own command line tools, on the same broker. */
@Execution(ExecutionMode.CONCURRENT)
class AgainstKafkaToolsIT extends WithKafka {

    private final Api api = SharedService.api();
    private final String bootstrap = Brokers.main().bootstrapServers();

    /** A line of {@code kafka-consumer-groups.sh --describe}; a dash is null. */
    private record Line(String topic, int partition, Long committed, Long end, Long lag) {}

    private List<Line> toolDescribes(String group) {
        List<Line> lines = new ArrayList<>();
        KafkaTools.consumerGroups("--bootstrap-server", bootstrap, "--describe", "--offsets", "--group", group)
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words.length >= 6 && words[0].equals(group))
                .forEach(words -> lines.add(new Line(
                        words[1], Integer.parseInt(words[2]), number(words[3]), number(words[4]), number(words[5]))));
        return lines;
    }

    private static Long number(String word) {
        return word.equals("-") ? null : Long.valueOf(word);
    }

    private static Long number(JsonNode field) {
        return field.isNull() ? null : field.asLong();
    }

    private void assertEqualToTheTool(String group) {
        List<Line> lines = toolDescribes(group);
        assertThat(lines).isNotEmpty();
        JsonNode rows = api.get("/api/v1/clusters/local/groups/" + group + "/offsets?fresh=true&limit=1000")
                .ok();
        for (Line line : lines) {
            JsonNode row = row(rows, line.topic(), line.partition());
            assertThat(number(row.get("committedOffset"))).as(line.toString()).isEqualTo(line.committed());
            assertThat(number(row.get("lastOffset"))).as(line.toString()).isEqualTo(line.end());
            assertThat(number(row.get("lag"))).as(line.toString()).isEqualTo(line.lag());
        }
        long committed = lines.stream().filter(line -> line.committed() != null).count();
        assertThat(rows.findValues("committedOffset").stream()
                        .filter(field -> !field.isNull())
                        .count())
                .isEqualTo(committed);
    }

    @Test
    void ofDeadGroupsThatLag() {
        assertEqualToTheTool("invoices");
    }

    @Test
    void ofGroupsOnTrimmedLogsAndMore() {
        assertEqualToTheTool("audit-archive");
        JsonNode row = row(
                api.get("/api/v1/clusters/local/groups/audit-archive/offsets").ok(), "audit", 0);
        assertThat(row.get("effectiveLag").asLong())
                .as("what the tool does not tell: half of its lag is lost")
                .isEqualTo(40);
    }

    @Test
    void ofLiveGroupsOfBothProtocols() {
        for (String protocol : Brokers.groupProtocols()) {
            String topic = kafka.topic(3);
            kafka.produce(topic, 0, 7);
            kafka.produce(topic, 2, 5);
            String group = unique("tool-" + protocol);
            try (LiveGroup member = kafka.join(group, List.of(topic), Map.of("group.protocol", protocol))) {
                member.awaitAssigned();
                await().until(() -> toolDescribes(group).stream()
                                .filter(line -> line.lag() != null && line.lag() == 0)
                                .count()
                        >= 2);

                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertEqualToTheTool(group));
            }
        }
    }

    @Test
    void ofTransactionalTopics() {
        String topic = kafka.topic(1);
        String group = unique("tool-tx");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 1L));
        try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[1]));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, new byte[1]));
            producer.flush();

            assertEqualToTheTool(group);
            producer.abortTransaction();
        }
        assertEqualToTheTool(group);
    }

    @Test
    void exceptWhereTheToolCountsBelowZero() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 3);
        String group = unique("tool-beyond");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 10L));

        assertThat(toolDescribes(group)).singleElement().extracting(Line::lag).isEqualTo(-7L);
        JsonNode row = row(
                api.get("/api/v1/clusters/local/groups/" + group + "/offsets").ok(), topic, 0);
        assertThat(row.get("lag").isNull()).isTrue();
        assertThat(row.get("status").asText()).isEqualTo("beyond-last");
    }

    @Test
    void ofGroupsWhoseTopicWasDeleted() {
        String topic = kafka.topic(1);
        String kept = kafka.topic(1);
        kafka.produce(kept, 0, 4);
        String group = unique("tool-deleted");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L, new TopicPartition(kept, 0), 3L));

        kafka.deleteTopic(topic);

        await().untilAsserted(() -> assertEqualToTheTool(group));
    }

    @Test
    void ofTopicOffsets() {
        for (String[] query : new String[][] {
            {"-1", "latest"}, {"-2", "earliest"}, {"-3", "max-timestamp"}, {"1577836800000", "2020-01-01T00:00:00Z"}
        }) {
            for (String topic : List.of("orders", "audit", "stock", "payments")) {
                String printed =
                        KafkaTools.getOffsets("--bootstrap-server", bootstrap, "--topic", topic, "--time", query[0]);
                JsonNode rows = api.get("/api/v1/clusters/local/topics/" + topic + "/offsets?at=" + query[1])
                        .ok();
                List<String> lines = printed.lines()
                        .filter(line -> line.startsWith(topic + ":"))
                        .toList();
                assertThat(lines).isNotEmpty();
                for (String line : lines) {
                    String[] words = line.split(":");
                    JsonNode at = row(rows, topic, Integer.parseInt(words[1]))
                            .get("positions")
                            .get(query[1]);
                    assertThat(at.get("offset").asLong())
                            .as(line + " at " + query[1])
                            .isEqualTo(Long.parseLong(words[2]));
                }
            }
        }
    }
}
